// @ts-check
/** Finding: the notes of a sound, which become a piece on the shelf. */

import { button, make } from "../../lib/dom.js";
import { get, open, subscribe } from "../../lib/store.js";
import { Going } from "../../parts/going.js";

export class Finding {
  /** @type {Item | null} */
  #sound = null;
  form = make("e-form", { first: 2 });
  going = new Going("Finding the notes", () => this.#state());
  start = button("notes", "Find the notes", () => this.#make(), { kind: "primary" });
  before = make("div", { class: "row" });
  element = make("section", { "aria-label": "Find the notes" }, make("h3", {}, "Find the notes"), this.before, this.form, this.going.element, this.start);

  constructor() {
    subscribe("forms", (forms) => forms.transcribe && (this.form.options = forms.transcribe));
  }

  /** Of this sound from now on. @param {Item | null} sound */
  show(sound) {
    this.#sound = sound;
    this.element.hidden = !sound;
    if (!sound) return;
    const found = get("items").filter(({ kind, made }) => kind === "midi" && made?.of.includes(sound.name));
    this.before.hidden = !found.length;
    this.before.replaceChildren(...found.map((item) => button("notes", item.name, () => open(item))));
    this.#state();
  }

  #state() {
    this.start.disabled = this.going.busy;
  }

  async #make() {
    if (!this.#sound) return;
    const asked = this.#sound.name;
    const made = await this.going.make("transcribe", asked, this.form.value);
    if (made && get("item")?.name === asked) await open(made);
  }
}
