// @ts-check
/** Finding: the notes of a sound, or those that a picture shows, which become a piece on the shelf. */

import { button, make } from "../../lib/dom.js";
import { get, open, subscribe } from "../../lib/store.js";
import { Going } from "../../parts/going.js";

export class Finding {
  /** @type {Item | null} */
  #source = null;
  form = make("e-form", { first: 2 });
  reading = make("e-form");
  going = new Going("Finding the notes", () => this.#state());
  start = button("notes", "Find the notes", () => this.#make(), { kind: "primary" });
  before = make("div", { class: "row" });
  element = make("section", { "aria-label": "Find the notes" }, make("h3", {}, "Find the notes"), this.before, this.form, this.reading, this.going.element, this.start);

  constructor() {
    subscribe("forms", ({ transcribe, read }) => {
      if (transcribe) this.form.options = transcribe;
      if (read) this.reading.options = read;
    });
  }

  /** Of this sound or picture from now on. @param {Item | null} source */
  show(source) {
    this.#source = source;
    this.element.hidden = !source;
    if (!source) return;
    this.form.hidden = source.kind !== "sound";
    this.reading.hidden = source.kind === "sound";
    const found = get("items").filter(({ kind, made }) => kind === "midi" && made?.of.includes(source.name));
    this.before.hidden = !found.length;
    this.before.replaceChildren(...found.map((item) => button("notes", item.name, () => open(item))));
    this.#state();
  }

  #state() {
    this.start.disabled = this.going.busy;
  }

  async #make() {
    if (!this.#source) return;
    const { name: asked, kind } = this.#source;
    const made = kind === "sound" ? await this.going.make("transcribe", asked, this.form.value) : await this.going.make("read", asked, this.reading.value);
    if (made && get("item")?.name === asked) await open(made);
  }
}
