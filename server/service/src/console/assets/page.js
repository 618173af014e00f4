// What the sections of the page are made of. Text goes in as text: nothing that comes from elsewhere is ever markup.

import { terms } from "./terms.js";

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

export const say = (chinese, english) => (language === "zh" ? chinese : english);

/** A text that the server gives in both languages. */
export const text = (both) => (both ? both[language] : "");

/** What a code or a kind is called; the code itself where it has no name. */
export const term = (code) => (Object.hasOwn(terms, code) ? terms[code] : code);

export const yuan = (amount) => (amount < 0 ? "−" : "") + Math.abs(amount).toLocaleString("en-US");

export const change = (amount) => (amount > 0 ? "+" : "") + yuan(amount);

/** A time as the phone's owner reads it. */
export function moment(rfc3339) {
  const form = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  const when = new Date(rfc3339);
  return make("time", { datetime: rfc3339 }, when.toLocaleString(say("zh-CN", "en-GB"), form));
}

export function make(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function draw(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const chip = (code) => make("span", { class: `chip ${code}` }, term(code));

/** Puts new content into a section. */
export function show(section, ...content) {
  const body = document.querySelector(`#${section} .body`);
  body.replaceChildren(...content.flat().filter(Boolean));
  body.removeAttribute("aria-busy");
}

/** Says to those who listen to the page that something is done. */
export function announce(said) {
  document.getElementById("done").textContent = said;
}

/** What went wrong, for those who see and those who listen. */
export function complain(error) {
  const trouble = document.getElementById("trouble");
  if (!error) return trouble.replaceChildren();
  const [said, code] = [explained(error), error.code];
  trouble.replaceChildren(make("p", { class: "notice bad" }, said, code && " ", code && make("code", {}, code)));
}

function explained(error) {
  switch (error.code) {
    case "token_missing":
    case "token_expired":
    case "token_invalid":
      return say("请回到应用重新打开此页。", "Please open this page from the app again.");
    case "merchant_unknown":
      return say("银行还不认识您，请联系客户经理。", "The bank does not know you yet: please contact it.");
    case "rate_limited":
      return say("请求太频繁，请稍等几秒。", "Too many requests: please wait a few seconds.");
    case undefined:
      return say("网络不通，请稍后再试。", "The server cannot be reached: please try again later.");
    default:
      return say("没有成功，请稍后再试。", "That did not work: please try again later.");
  }
}

/** Asks before something that cannot be undone; the answer. */
export function confirmed(title, question) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = question;
  return new Promise((resolve) => {
    const choose = ({ target }) => target.value && dialog.close(target.value);
    const answer = () => {
      dialog.removeEventListener("click", choose);
      resolve(dialog.returnValue === "yes");
    };
    dialog.addEventListener("click", choose);
    dialog.addEventListener("close", answer, { once: true });
    dialog.returnValue = "no";
    dialog.showModal();
  });
}
