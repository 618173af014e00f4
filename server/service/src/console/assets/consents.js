// What the merchant agrees to, and takes back.

import { ask } from "./account.js";
import { announce, complain, confirmed, make, moment, say, show } from "./page.js";

/** Shows the purposes; calls `onChange` when one was agreed to or taken back. */
export async function showConsents(onChange) {
  const { purposes } = await ask("GET", "/api/v1/consents");
  show("consents", make("ul", { class: "purposes", role: "list" }, purposes.map((purpose) => row(purpose, onChange))));
}

function row(offered, onChange) {
  const { by_item: byItem, until } = offered;
  return make(
    "li",
    {},
    make("p", {}, say(offered.zh, offered.en)),
    byItem
      ? make("p", { class: "soft" }, say("按份同意：发送即同意，在“我的数据”里撤回。", "Item by item: by sending it; withdraw it under “My data”."))
      : until
        ? make("p", {}, say("已同意，至 ", "Agreed until "), moment(until), " ", button(say("撤回", "Take back"), () => takeBack(offered, onChange)))
        : button(say("同意", "Agree"), () => agree(offered, onChange)),
  );
}

const button = (words, click) => make("button", { type: "button", click }, words);

async function agree({ purpose }, onChange) {
  await change("PUT", purpose, {}, say("已同意。", "Agreed."), onChange);
}

async function takeBack({ purpose }, onChange) {
  const question = say("为此保存的内容会永久删除。", "What is kept for it is erased for good.");
  if (await confirmed(say("撤回同意？", "Take it back?"), question)) {
    await change("DELETE", purpose, undefined, say("已撤回。", "Taken back."), onChange);
  }
}

async function change(method, purpose, body, done, onChange) {
  try {
    await ask(method, `/api/v1/consents/${purpose}`, body);
    announce(done);
    complain(null);
    onChange();
  } catch (error) {
    complain(error);
  }
}
