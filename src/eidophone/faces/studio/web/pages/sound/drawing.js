// @ts-check
/** How a sound is drawn: preset and exposure; its picture follows. */

import { make } from "../../lib/dom.js";
import { common } from "../../lib/undo.js";
import { draw, get, set, subscribe } from "../../lib/store.js";

/** @type {Record<string, string>} */
const WORDS = {
  standard: "As we hear: low sounds have as much room as high ones.",
  fine: "Twice as many rows: close pitches come apart.",
  compact: "Fewer columns: long sounds become shorter pictures.",
  octaves: "Every octave is equally high, as in written music.",
  linear: "All Hz are equally high: harmonics lie evenly.",
};

export class DrawingForm {
  form = make("e-form", { class: "brief", onchange: () => this.#changed() });
  words = make("p", { class: "help" }, WORDS.standard);
  element = make("section", { "aria-label": "How it is drawn" }, make("h3", {}, "How it is drawn"), this.form);

  constructor() {
    subscribe("forms", ({ picture = [] }) => {
      this.form.options = picture
        .filter(({ name }) => name === "recipe" || name === "exposure")
        .map((option) => (option.name === "recipe" ? { ...option, label: "preset" } : option));
      this.form.value = { ...get("drawing") };
      this.form.firstElementChild?.append(this.words);
    });
    subscribe("drawing", (drawing) => {
      this.form.value = { ...drawing };
      this.words.textContent = WORDS[drawing.recipe] ?? "";
    });
  }

  #changed() {
    const before = get("drawing");
    /** @type {Drawing} */
    const now = { recipe: "standard", exposure: 0, ...this.form.value };
    const become = (/** @type {typeof now} */ drawing) => {
      set("drawing", drawing);
      draw();
    };
    become(now);
    common.did({ words: "Draw it otherwise", undo: () => become(before), redo: () => become(now) });
  }
}
