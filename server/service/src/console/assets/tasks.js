// What the merchant could prove next, the most useful first.

import { make, say, show, text, yuan } from "./page.js";

/** Shows the tasks of a decision. */
export function showTasks({ next_tasks: tasks }) {
  if (tasks.length === 0) {
    show("tasks", make("p", { class: "soft" }, say("暂时没有更多任务。", "There is nothing more to prove for now.")));
    return;
  }
  show("tasks", make("ol", { class: "tasks", role: "list" }, tasks.map(task)));
}

const task = ({ text: title, why, expected_gain: gain, effort }) =>
  make(
    "li",
    {},
    make("div", {}, make("b", {}, text(title)), make("p", {}, text(why))),
    make(
      "div",
      { class: "amount" },
      say(`约 +${yuan(gain)} 元`, `about +${yuan(gain)}`),
      make("small", {}, say(`约 ${effort} 分钟`, `${effort} min`)),
    ),
  );
