// @ts-check
/** How an item was made, and what it is, in words. */

import { get as ask, itemPath } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { wordsOf } from "./job.js";

/** @param {import("../lib/types.js").Item} item */
export async function showMade(item) {
  const list = make("dl");
  const made = item.made;
  if (made) {
    const act = wordsOf({ id: "", name: null, state: "done", done: 1, seconds_left: null, items: [], error: null, revision: 0, ...made });
    add(list, "Made by", act);
    for (const [name, value] of Object.entries(made.settings ?? {})) add(list, name.replaceAll("_", " "), String(value));
    for (const note of made.notes ?? []) add(list, "Note", note);
  }
  /** @type {HTMLDialogElement} */
  const dialog = make(
    "dialog",
    { class: "wide", "aria-label": item.name },
    make("header", {}, make("h2", {}, item.name), button("close", "Close", () => dialog.close(), { quiet: true })),
    list,
    item.kind === "network" &&
      make("div", { class: "row end" }, button("style", "Use it on the Style page", () => {
        dialog.close();
        document.dispatchEvent(new CustomEvent("go", { detail: "style" }));
      }, { kind: "primary" })),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  const info = await ask(itemPath(item.name, "info")).catch(() => []);
  for (const [name, words] of info) add(list, name, words);
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} words
 */
function add(list, name, words) {
  list.append(make("dt", {}, name), make("dd", {}, words));
}
