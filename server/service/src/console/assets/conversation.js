// The assistant, as a chat.

import { ask } from "./account.js";
import { complain, make, say, text } from "./page.js";

const section = document.getElementById("assistant");
const log = section.querySelector(".said");
const offers = section.querySelector(".offers");
const form = section.querySelector("form");

/** Greets, and waits for what is said. */
export function openConversation() {
  log.replaceChildren();
  speak(
    "theirs",
    say("您好，我是提额小助手百灵。想知道怎么提额，或者为什么是这个额度，都可以问我。", "Hello, I am Bailing. Ask me how to raise your quota, or why it is what it is."),
  );
  offer([say("怎么才能提额", "How can I raise it?"), say("为什么是这个额度", "Why is it this much?")]);
  form.onsubmit = (event) => {
    event.preventDefault();
    turn(form.text.value.trim());
  };
}

async function turn(words) {
  if (words === "") return;
  speak("mine", words);
  form.text.value = "";
  offers.replaceChildren();
  waiting(true);
  try {
    const { reply, language, suggested_tasks: tasks } = await ask("POST", "/api/v1/assistant/turns", { text: words });
    speak("theirs", reply, language);
    offer(tasks.slice(0, 3).map(({ text: title }) => say(`${text(title)}怎么拍`, `How do I do this: ${text(title)}?`)));
    complain(null);
  } catch (error) {
    complain(error);
  }
  waiting(false);
  form.text.focus();
}

function speak(whose, words, language) {
  log.append(make("p", { class: whose, lang: language }, words));
  log.scrollTop = log.scrollHeight;
}

function offer(questions) {
  const button = (words) => make("button", { type: "button", click: () => turn(words) }, words);
  offers.replaceChildren(...questions.map(button));
}

function waiting(is) {
  form.querySelector("button").disabled = is;
  log.setAttribute("aria-busy", is);
}
