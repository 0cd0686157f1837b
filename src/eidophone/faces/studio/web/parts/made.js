// @ts-check
/** How an item was made, and what it is, in words. */

import { get as ask, itemPath } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { sentence } from "../lib/words.js";
import { closeBeside, showDialog } from "./dialog.js";
import { wordsOf } from "./job.js";

/** @param {Item} item */
export async function showMade(item) {
  const list = make("dl");
  const made = item.made;
  if (made) {
    const act = wordsOf({ id: "", name: null, state: "done", done: 1, seconds_left: null, items: [], error: null, revision: 0, ...made });
    add(list, "Made by", act);
    for (const [name, value] of Object.entries(made.settings ?? {})) add(list, name.replaceAll("_", " "), String(value));
    for (const note of made.notes ?? []) add(list, "Note", note);
  }
  const dialog = showDialog(
    { kind: "wide", label: item.name, title: item.name },
    list,
    item.kind === "network" &&
      make("div", { class: "row end" }, button("style", "Use it on the Style page", () => {
        dialog.close();
        document.dispatchEvent(new CustomEvent("go", { detail: "style" }));
      }, { kind: "primary" })),
  );
  closeBeside(dialog);
  const info = await ask(itemPath(item.name, "info")).catch(() => []);
  for (const [name, words] of info) add(list, name, words);
}

/**
 * What was said when something was made: rows of a list.
 *
 * @param {Made | null | undefined} made
 */
export function notesOf(made) {
  return (made?.notes ?? []).map((note) => make("li", {}, make("e-icon", { name: "note" }), make("p", {}, sentence(note))));
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} words
 */
function add(list, name, words) {
  list.append(make("dt", {}, name), make("dd", {}, words));
}
