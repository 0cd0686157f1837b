// @ts-check
/** Three ways in: a file, the microphone, an example. */

import { get as ask, post } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { open, refreshItems } from "../../lib/store.js";
import { choose } from "../../parts/drop.js";

/** The room that the menu of examples needs, in pixels. */
const MENU = { width: 300, height: 344 };

export class Ways {
  constructor() {
    this.menu = make("div", { class: "menu examples", popover: "auto" });
    const example = way("example", "Try an example", "Nine sounds to play with", () => undefined);
    example.popoverTargetElement = this.menu;
    this.menu.addEventListener("beforetoggle", () => this.#fill(example));
    this.element = make(
      "section",
      { class: "ways", "aria-label": "Bring a sound" },
      way("open", "Open a file", "Or drop it anywhere", choose),
      way("record", "Record", "From the microphone", () => document.dispatchEvent(new Event("record"))),
      example,
      this.menu,
    );
  }

  /** @param {HTMLElement} beside */
  async #fill(beside) {
    const box = beside.getBoundingClientRect();
    this.menu.style.top = `${Math.max(8, Math.min(box.bottom + 6, innerHeight - MENU.height - 8))}px`;
    this.menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - MENU.width - 8))}px`;
    if (this.menu.childElementCount) return;
    const examples = await ask("examples");
    this.menu.replaceChildren(...examples.map((/** @type {Example} */ one) =>
      make("button", { type: "button", class: "button", onclick: () => this.#take(one.name) }, one.title)));
  }

  /** @param {string} name */
  async #take(name) {
    this.menu.hidePopover();
    const item = await post(`examples/${encodeURIComponent(name)}`);
    await refreshItems();
    await open(item.name);
  }
}

/**
 * @param {string} icon
 * @param {string} title
 * @param {string} words
 * @param {() => unknown} act
 */
function way(icon, title, words, act) {
  return make(
    "button",
    { type: "button", class: "way", onclick: act },
    make("e-icon", { name: icon }),
    make("span", { class: "title" }, title),
    make("span", { class: "words" }, words),
  );
}
