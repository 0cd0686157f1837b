// @ts-check
/** Sliders: what is to be more, or less, than it was learnt: of translations, and of new sounds. */

import { make } from "../../lib/dom.js";
import { slider } from "../../parts/controls.js";
import { Own } from "./own.js";

/** Those that every model has, in plain words. */
const NAMES = [
  ["level", "Quiet to loud"], ["brightness", "Dark to bright"], ["tonality", "Noise to tone"],
  ["noisiness", "Smooth to rough"], ["onsets", "Few to many beginnings"],
];

/** @param {number} value */
const signed = (value) => (value ? `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}` : "as it is");

/** Event `change`: it would sound otherwise. */
export class Sliders extends EventTarget {
  own = new Own();
  #all = NAMES.map(([name, words]) => this.#slider(name, words));
  #owns = this.#all.slice(0, 0);
  /** Where they are to be, by their names: those of a model come later than what is remembered. @type {Record<string, string>} */
  #given = {};
  #ownFields = make("div", { class: "owns" });
  element = make("section", { "aria-label": "Sliders" },
    make("details", {}, make("summary", {}, "Darker, louder, rougher…"),
      make("div", { class: "rest" }, ...this.#all.map(({ field }) => field), this.#ownFields, this.own.element)));

  /** Those that were moved, as the library reads them; nothing if none was. @returns {{set?: string[]}} */
  get settings() {
    const set = [...this.#all, ...this.#owns].flatMap(({ name, input }) => (Number(input.value) ? [`${name}=${Number(input.value) > 0 ? "+" : ""}${input.value}`] : []));
    return set.length ? { set } : {};
  }

  set settings({ set }) {
    this.#given = Object.fromEntries((set ?? []).map((one) => one.split("=")));
    for (const one of [...this.#all, ...this.#owns]) this.#place(one);
  }

  /** A model has these besides. @param {string[]} names */
  set ownNames(names) {
    for (const { name, input } of this.#owns) this.#given[name] = input.value;
    this.#owns = names.map((name) => this.#slider(name, `Less to more: ${name}`));
    for (const one of this.#owns) this.#place(one);
    this.#ownFields.replaceChildren(...this.#owns.map(({ field }) => field));
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  #slider(name, words) {
    const id = `learn-slider-${name.replace(/\s+/g, "-")}`;
    const one = slider(signed, { id, min: -2, max: 2, step: 0.1, value: 0, onchange: () => this.dispatchEvent(new Event("change")) });
    return { name, ...one, field: make("div", { class: "field" }, make("label", { for: id }, words), one.element) };
  }

  /** @param {{name: string, input: HTMLInputElement, show: () => void}} slider */
  #place({ name, input, show }) {
    input.value = String(Number(this.#given[name] ?? 0)); // "+1" is no number to a slider
    show();
  }
}
