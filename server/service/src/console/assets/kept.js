// What is kept of the merchant: to be seen, taken along and taken back.

import { ask, bytes } from "./account.js";
import { announce, chip, complain, confirmed, make, moment, say, show, term } from "./page.js";
import { named } from "./uploads.js";

/** Shows all that is kept; calls `onChange` when something was taken back. */
export async function showKept(onChange) {
  const { items, said, log } = await ask("GET", "/api/v1/data");
  const kept = items.filter(({ state }) => state !== "erased");
  show(
    "kept",
    make("p", { class: "soft" }, say(
      "这些是我们保存的材料。每一份都可以撤回：原件和读出的内容会删除，额度随之重算。",
      "This is what we keep. Each can be withdrawn: it is erased with what was read of it, and the quota is decided anew.",
    )),
    kept.length === 0
      ? make("p", {}, say("没有保存任何材料。", "Nothing is kept."))
      : make("ul", { class: "items", role: "list" }, kept.map((item) => row(item, onChange))),
    said.length > 0 && list(say("小助手记得的", "What the assistant remembers"), said.map(fact)),
    log.length > 0 && list(say("发生过什么", "What was done"), log.toReversed().map(line)),
    make(
      "div",
      { class: "choices" },
      make("button", { type: "button", click: (event) => take(event.target) }, say("导出全部（ZIP）", "Export all (ZIP)")),
      make("button", { type: "button", class: "bad", click: () => withdrawAll(onChange) }, say("全部撤回", "Withdraw everything")),
    ),
  );
}

const row = ({ item, kinds, received_at: at, state, facts }, onChange) =>
  make(
    "li",
    {},
    make("div", {}, make("b", {}, named(kinds)), " ", chip(state), make("p", {}, moment(at))),
    make(
      "button",
      { type: "button", "aria-label": say(`撤回 ${named(kinds)}`, `Withdraw ${named(kinds)}`), click: () => withdraw(item, kinds, onChange) },
      say("撤回", "Withdraw"),
    ),
    facts.length > 0 && make("p", { class: "facts" }, facts.map(fact).join(say("；", "; "))),
  );

const fact = ({ name, parts }) => `${term(name)}: ${Object.values(parts).join(say("，", ", "))}`;

const line = ({ at, action }) => make("span", {}, moment(at), " ", term(action));

const list = (title, lines) =>
  make("details", {}, make("summary", {}, `${title} (${lines.length})`), make("ul", { role: "list" }, lines.map((of) => make("li", {}, of))));

function withdraw(item, kinds, onChange) {
  return erase(
    say(`撤回「${named(kinds)}」？`, `Withdraw “${named(kinds)}”?`),
    say("原件和读出的内容会永久删除，额度随之重算。", "It is erased for good with what was read of it, and the quota is decided anew."),
    `/api/v1/data/${encodeURIComponent(item)}`,
    onChange,
  );
}

function withdrawAll(onChange) {
  return erase(
    say("撤回全部材料？", "Withdraw everything?"),
    say("所有材料、对话记忆和授权都会永久删除或终止，额度随之重算。", "All that was sent or said is erased for good, all consents end, and the quota is decided anew."),
    "/api/v1/data",
    onChange,
  );
}

async function erase(title, question, path, onChange) {
  if (!(await confirmed(title, question))) return;
  try {
    const withdrawn = await ask("DELETE", path);
    announce(say(withdrawn.zh, withdrawn.en));
    complain(null);
    onChange();
  } catch (error) {
    complain(error);
  }
}

async function take(button) {
  button.disabled = true;
  try {
    const address = URL.createObjectURL(await bytes("/api/v1/data/export"));
    make("a", { href: address, download: "bailing-data.zip" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    announce(say("已导出。", "Exported."));
    complain(null);
  } catch (error) {
    complain(error);
  }
  button.disabled = false;
}
