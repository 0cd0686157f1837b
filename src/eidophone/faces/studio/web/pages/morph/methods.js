// @ts-check
/** The methods, each with a sentence; and when all were tried, with its picture, to choose by ear. */

import { get as ask } from "../../lib/api.js";
import { button, make, one } from "../../lib/dom.js";
import { pictureOf } from "../../parts/previews.js";

/** @typedef {{name: string, sentence: string, most: number, articulates: boolean, tells: boolean}} Method */
/** @typedef {import("../../parts/previews.js").Preview} Preview */

/** Events: `choose`, `try` (all are wanted), `hear` (detail: the name of one), `keep` (all of them). */
export class Methods extends EventTarget {
  list = make("div", { class: "list" });
  try = button("play", "Try every method", () => this.#try());
  keep = button("open", "Keep them all", () => this.dispatchEvent(new Event("keep")));
  element = make("fieldset", { class: "methods" }, make("legend", {}, "Method"),
    make("div", { class: "row" }, this.try, this.keep), this.list);
  /** @type {Method[]} */
  all = [];
  /** @type {Map<string, {row: HTMLElement, input: HTMLInputElement, hear: HTMLButtonElement}>} */
  #rows = new Map();
  #chosen = "";
  tried = false;

  /** Whether they were tried elsewhere. @param {boolean} elsewhere */
  set elsewhere(elsewhere) {
    one(this.try, "span").textContent = this.tried && elsewhere ? "Try every method here" : "Try every method";
  }

  /** Learn which there are. */
  async begin() {
    this.all = await ask("morph/methods");
    this.list.replaceChildren(...this.all.map((one) => this.#row(one)));
    this.chosen = this.#chosen;
  }

  get chosen() {
    return this.#chosen;
  }

  /** One that is not there is the first that is. */
  set chosen(name) {
    this.#chosen = this.#rows.has(name) || !this.all.length ? name : this.all[0].name;
    for (const [each, { row, input }] of this.#rows) {
      input.checked = each === this.#chosen;
      row.classList.toggle("chosen", input.checked);
    }
  }

  /** Whether articulation matters to the one that is chosen. */
  get articulates() {
    return this.all.find(({ name }) => name === this.#chosen)?.articulates ?? false;
  }

  /** Whether one tells the first sound, at its pace. @param {unknown} method */
  tells(method) {
    return this.all.find(({ name }) => name === method)?.tells ?? false;
  }

  /** Those that take so many sounds. @param {number} count */
  for(count) {
    return this.all.filter(({ most }) => most >= count);
  }

  /**
   * Only those that take so many sounds can be chosen.
   *
   * @param {number} count
   */
  limit(count) {
    for (const { name, most } of this.all) {
      const row = this.#rows.get(name);
      if (row) row.input.disabled = most < count;
    }
    const able = this.for(count);
    if (able.length && !able.some(({ name }) => name === this.#chosen)) this.chosen = able[0].name;
  }

  /**
   * Show what became of each that was tried.
   *
   * @param {(name: string) => Preview | null} previewOf
   * @param {string} heard  the one that is played
   */
  show(previewOf, heard) {
    this.keep.hidden = !this.tried;
    for (const [name, { row, hear }] of this.#rows) {
      const preview = this.tried ? previewOf(name) : null;
      hear.hidden = !preview;
      row.dataset.state = preview?.state ?? "";
      if (!preview) continue;
      const ready = preview.state === "ready";
      hear.disabled = !ready;
      const playing = heard === name;
      const words = ready ? `${playing ? "Stop" : "Hear"} ${name}` : (preview.error || `${name} is being made`);
      hear.title = words;
      hear.setAttribute("aria-label", words);
      const src = ready ? pictureOf(preview.id) : "";
      if (hear.dataset.src !== src + playing) {
        hear.dataset.src = src + playing;
        const icon = { failed: "warning", waiting: "more", ready: playing ? "pause" : "play" }[preview.state];
        hear.replaceChildren(...(src ? [make("img", { src, alt: "" })] : []), make("e-icon", { name: icon }));
      }
    }
  }

  #try() {
    this.tried = true;
    this.dispatchEvent(new Event("try"));
  }

  /** @param {Method} method */
  #row({ name, sentence }) {
    const input = make("input", { type: "radio", name: "method", value: name, onchange: () => {
      this.chosen = name;
      this.dispatchEvent(new Event("choose"));
    } });
    const hear = make("button", { type: "button", class: "hear", hidden: true, onclick: () =>
      this.dispatchEvent(new CustomEvent("hear", { detail: name })) });
    const row = make("div", { class: "method" },
      make("label", { title: sentence }, input, make("span", { class: "title" }, name), make("span", { class: "help" }, sentence)), hear);
    this.#rows.set(name, { row, input, hear });
    return row;
  }
}
