// @ts-check
/** A button that takes in a file for one of the ways, and a menu of what is on the shelf. */

import { button, make } from "../../lib/dom.js";

/**
 * A button that asks for a file, and lets the page take it in.
 *
 * @param {string} way
 * @param {string} label
 * @param {string} accept
 */
export function fileButton(way, label, accept) {
  /** @type {HTMLInputElement} */
  const input = make("input", {
    type: "file", accept, hidden: true, "aria-label": label,
    onchange: () => {
      const file = input.files?.[0];
      if (file) input.dispatchEvent(new CustomEvent("file", { bubbles: true, detail: { file, way } }));
      input.value = "";
    },
  });
  return make("div", { class: "row" }, input, button("open", label, () => input.click()));
}

/**
 * Fill a menu with items, and keep what was chosen, if it is still there; a must that has but one
 * choice is chosen.
 *
 * @param {HTMLSelectElement} select
 * @param {Item[]} items
 * @param {string} none  words for none of them
 * @param {boolean} [must]
 */
export function fill(select, items, none, must = false) {
  const before = select.value;
  select.replaceChildren(make("option", { value: "" }, none), ...items.map(({ name }) => make("option", { value: name }, name)));
  select.value = items.some(({ name }) => name === before) ? before : must && items.length === 1 ? items[0].name : "";
}
