// The quota, and every reason as a step from what it is without proof.

import { ask } from "./account.js";
import { change, draw, make, say, show, text, yuan } from "./page.js";

/** Shows the quota; the decision behind it. */
export async function showQuota() {
  const decision = await ask("GET", "/api/v1/quota");
  const { quota, uplift, notices, promotions } = decision;
  show(
    "quota",
    make("p", { class: "figure" }, yuan(quota), make("small", {}, say("元", "yuan"))),
    uplift !== 0 && make("p", { class: "more" }, raised(uplift)),
    steps(decision),
    notices.map((notice) => make("p", { class: "notice warn" }, text(notice.text))),
    promotions.map((offer) => make("p", { class: "notice" }, text(offer.text))),
  );
  return decision;
}

const raised = (uplift) =>
  uplift > 0
    ? say(`凭您的材料提升了 ${yuan(uplift)} 元`, `${yuan(uplift)} yuan more by what you have proved`)
    : say(`减少了 ${yuan(-uplift)} 元`, `${yuan(-uplift)} yuan less`);

function steps({ before, quota, reasons }) {
  let running = before;
  const rows = [["total", say("没有任何证明时", "Without any proof"), yuan(before), 0, before]];
  for (const reason of reasons) {
    const kind = reason.amount < 0 ? "fall" : "rise";
    rows.push([kind, text(reason.text), change(reason.amount), running, running + reason.amount]);
    running += reason.amount;
  }
  rows.push(["total", say("现在的额度", "Your quota now"), yuan(quota), 0, quota]);
  const most = Math.max(1, ...rows.flatMap(([, , , from, to]) => [from, to]));
  const step = ([kind, label, amount, from, to]) =>
    make(
      "li",
      { class: kind === "total" ? "end" : undefined },
      make("div", { class: "line" }, make("span", {}, label), make("span", { class: `amount ${kind}` }, amount)),
      bar(kind, from, to, most),
    );
  return make("ol", { class: "steps", role: "list" }, rows.map(step));
}

function bar(kind, from, to, most) {
  const share = (amount) => `${((100 * Math.max(0, amount)) / most).toFixed(2)}%`;
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const title = say(`从 ${yuan(from)} 元到 ${yuan(to)} 元`, `from ${yuan(from)} to ${yuan(to)} yuan`);
  return draw(
    "svg",
    { class: "step", role: "img", "aria-label": title },
    draw("title", {}, title),
    draw("rect", { class: "track", width: "100%", height: "100%", rx: 3 }),
    draw("rect", { class: kind, x: share(left), width: share(right - left), height: "100%", rx: 3 }),
  );
}
