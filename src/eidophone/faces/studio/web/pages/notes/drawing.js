// @ts-check
/** Drawing: notes as a picture, for programs and networks that know pictures. */

import { button, make } from "../../lib/dom.js";
import { itemNamed, subscribe } from "../../lib/store.js";
import { say } from "../../lib/say.js";
import { Going } from "../../parts/going.js";
import { openNotes } from "../../parts/made.js";

export class Drawing {
  /** @type {Item | null} */
  #notes = null;
  #altered = false;
  form = make("e-form", { first: 1 });
  going = new Going("Drawing the notes", () => this.#state());
  start = button("picture", "Draw a picture", () => this.#make());
  element = make("section", { "aria-label": "As a picture" }, make("h3", {}, "As a picture"), this.form, this.going.element, this.start);

  constructor() {
    subscribe("forms", ({ draw }) => draw && (this.form.options = draw));
  }

  /** Of these notes from now on. @param {Item | null} notes @param {boolean} altered */
  show(notes, altered) {
    this.#notes = notes;
    this.#altered = altered;
    this.element.hidden = !notes;
    this.#state();
  }

  #state() {
    this.start.disabled = this.going.busy || this.#altered;
    this.start.title = this.#altered ? "Press Keep first: what is drawn is the file" : "";
  }

  async #make() {
    if (!this.#notes) return;
    const made = await this.going.make("draw", this.#notes.name, this.form.value);
    if (made) say(`${made} is on the shelf.`, { action: { label: "Open it", act: () => this.#open(made) } });
  }

  /** @param {string} name */
  #open(name) {
    const item = itemNamed(name);
    return item && openNotes(item);
  }
}
