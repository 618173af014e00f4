// What the merchant sent, and what becomes of it while it happens.

import { ask, events } from "./account.js";
import { chip, make, moment, say, show, term } from "./page.js";

/** Uploads that are listed; the others are under "my data". */
const LISTED = 8;

/** Streams that are open at once: the newest. */
const FOLLOWED = 3;

/** How often it is looked for new ones, milliseconds. */
const LOOK = 5_000;

const following = new Map();
let known = new Map();
let changed = () => {};

/** Shows uploads and follows those that are open; calls `onChange` when one was decided. */
export async function showUploads(onChange) {
  changed = onChange;
  await look();
  setInterval(() => document.visibilityState === "visible" && look().catch(() => {}), LOOK);
}

async function look() {
  const sent = await listed();
  const decided = sent.filter(({ name, outcome }) => known.get(name) === "received" && outcome !== "received");
  const isNew = sent.some(({ name, outcome }) => known.get(name) !== outcome) || sent.length !== known.size;
  const isFirst = known.size === 0;
  known = new Map(sent.map(({ name, outcome }) => [name, outcome]));
  if (isNew || isFirst) render(sent);
  for (const { kinds, outcome } of decided) tell(kinds, outcome);
  if (isNew && !isFirst) changed();
  const open = sent.filter(({ outcome }) => outcome === "received" || outcome === "review");
  for (const { name } of open.slice(0, FOLLOWED)) follow(name);
}

async function listed() {
  const { bundles } = await ask("GET", "/api/v1/bundles");
  return bundles.map(({ bundle, state, outcome, kinds, reasons, received_at: at }) => ({
    name: bundle,
    outcome: state === "erased" ? "erased" : (outcome ?? "received"),
    kinds,
    reasons,
    at,
  }));
}

/** Looks again with each event of a bundle. */
async function follow(name) {
  if (following.has(name)) return;
  following.set(name, true);
  try {
    for await (const { name: event } of events(`/api/v1/bundles/${name}/events`)) {
      if (event !== "received") await look();
    }
  } catch {
    // It is looked for now and then as well.
  }
  following.delete(name);
}

function render(sent) {
  const shown = sent.filter(({ outcome }) => outcome !== "erased").slice(0, LISTED);
  if (shown.length === 0) {
    show("uploads", make("p", { class: "soft" }, say("还没有上传过材料。", "Nothing was sent yet.")));
    return;
  }
  show("uploads", make("ul", { class: "sent", role: "list" }, shown.map(row)));
}

const row = ({ kinds, outcome, reasons, at }) =>
  make(
    "li",
    {},
    make("b", {}, named(kinds)),
    make("span", { class: outcome === "received" ? "working" : undefined }, chip(outcome)),
    make("p", {}, moment(at), reasons.length > 0 && ` · ${reasons.map(term).join(say("、", ", "))}`),
  );

export const named = (kinds) =>
  kinds.length === 0 ? say("处理中的材料", "Being looked at") : kinds.map(term).join(say("、", ", "));

function tell(kinds, outcome) {
  document.getElementById("uploads-said").textContent = `${named(kinds)}: ${term(outcome)}`;
}
