// @ts-check
/** Away: the notes as a MIDI file: downloaded, or dragged into another program. */

import { itemPath } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { carry } from "../../parts/shelf.js";

export class Away {
  /** @type {Item | null} */
  #item = null;
  link = make("a", { class: "button", draggable: "true" }, make("e-icon", { name: "download" }), make("span", {}, "MIDI file"));
  words = make("p", { class: "help" });
  element = make("section", { "aria-label": "Take it along" }, make("h3", {}, "Take it along"), make("div", { class: "row" }, this.link), this.words);

  constructor() {
    this.link.addEventListener("dragstart", (event) => this.#item && carry(event, this.#item));
  }

  /** @param {Item | null} item @param {boolean} altered */
  show(item, altered) {
    this.#item = item;
    this.element.hidden = !item;
    if (!item) return;
    this.link.href = `/api/${itemPath(item.name, "file")}?download=1`;
    this.link.download = item.name;
    this.link.title = `Click to save ${item.name}, or drag it into your DAW`;
    this.words.textContent = altered
      ? "Press Keep first: the file is as it was before you corrected it."
      : "Click to save it, or drag it into your DAW, to a track. Not every browser lets files be dragged out.";
  }
}
