// @ts-check
/** Beside the pad: by which method, on which clock, what apart from the point, and the start. */

import { button, make, one } from "../../lib/dom.js";
import { subscribe } from "../../lib/store.js";
import { slider } from "../../parts/controls.js";
import { Going } from "../../parts/going.js";
import { notesOf } from "../../parts/made.js";
import { Methods } from "./methods.js";

const ASPECTS = ["pitch", "timbre", "loudness", "rhythm"];

/** What is chosen in the form, beside method and mix. */
const FIELDS = ["align", "articulation", "curve", "seconds", "quality", "gain", "as_drawn", "format"];

/** Events: `change` (what is made would sound otherwise), `render`, `tell`. What has no effect is not shown. */
export class MorphPanel extends EventTarget {
  methods = new Methods();
  form = make("e-form", { first: 2 });
  mixes = ASPECTS.map((aspect) => new Aspect(aspect, () => this.#changed()));
  apart_ = make("details", { class: "apart" },
    make("summary", {}, "Pitch, timbre, loudness, rhythm apart"),
    make("div", { class: "rest" }, ...this.mixes.map(({ element }) => element)));
  notes = make("ul", { class: "notes" });
  hint = make("p", { class: "help", "aria-live": "polite" });
  start = button("morph", "Render", () => this.dispatchEvent(new Event("render")), { kind: "primary" });
  tell_ = button("sound", "Let the others tell the first", () => this.dispatchEvent(new Event("tell")));
  going = new Going("Morphing", () => this.#state());
  element = make("aside", { "aria-label": "Morph", tabindex: -1 },
    make("section", { "aria-label": "Method" }, this.methods.element),
    make("section", { "aria-label": "How they come together" }, this.apart_, this.form),
    this.notes,
    make("section", { class: "start" }, this.hint, this.start, this.tell_, this.going.element));
  #lacks = false;
  #several = false;

  constructor() {
    super();
    subscribe("forms", (forms) => {
      const form = forms.morph ?? [];
      this.form.options = FIELDS.flatMap((name) => form.find((option) => option.name === name) ?? []);
      if (!this.methods.chosen) this.methods.chosen = form.find(({ name }) => name === "method")?.default ?? "";
    });
    this.form.addEventListener("change", () => this.#changed());
    this.methods.addEventListener("choose", () => this.#changed());
  }

  /** What was chosen, but for the mix. */
  get settings() {
    return { method: this.methods.chosen, ...this.form.value };
  }

  /** What of two sounds does not go with the point. @returns {Record<string, number>} */
  get apart() {
    return Object.fromEntries(this.mixes.flatMap((one) => (one.value === null ? [] : [[one.aspect, one.value]])));
  }

  /**
   * Choose as these settings have it.
   *
   * @param {Record<string, unknown>} settings
   * @param {Record<string, number>} apart
   */
  fill(settings, apart) {
    this.form.value = settings;
    if (typeof settings.method === "string") this.methods.chosen = settings.method;
    for (const each of this.mixes) each.value = apart[each.aspect] ?? null;
    this.apart_.open = Object.keys(apart).length > 0;
  }

  /** @param {Made | null | undefined} made */
  tell(made) {
    this.notes.replaceChildren(...notesOf(made));
  }

  /**
   * @param {string[]} names  of the sounds
   * @param {boolean} lacks  something is lacking
   * @param {string} verb  what the start does
   */
  show(names, lacks, verb) {
    const count = names.length;
    this.methods.limit(count);
    for (const each of this.mixes) each.between(names[0], names[1]);
    this.apart_.hidden = count !== 2;
    this.form.classList.toggle("still", !this.methods.articulates && !this.methods.tried && count === 2);
    this.#several = count > 2;
    this.#lacks = lacks;
    one(this.start, "span").textContent = verb;
    this.#state();
  }

  #state() {
    this.start.disabled = this.#lacks;
    this.tell_.hidden = !this.#several || this.going.busy;
    this.tell_.disabled = this.#lacks;
    this.start.hidden = this.methods.keep.disabled = this.going.busy;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** One aspect of two sounds: with the point, until it is moved. */
class Aspect {
  /** @type {number | null} */
  #value = null;
  ends = [make("span"), make("span")];

  /**
   * @param {string} aspect
   * @param {() => unknown} changed
   */
  constructor(aspect, changed) {
    this.aspect = aspect;
    const id = `apart-${aspect}`;
    this.slider = slider((value) => (this.#value === null ? "together" : `${Math.round(100 * value)} %`), {
      id, min: 0, max: 1, step: 0.01, value: 0.5,
      oninput: () => (this.#value = Number(this.slider.input.value), this.#show()),
      onchange: changed,
    });
    this.box = make("input", { type: "checkbox", checked: true, onchange: () => {
      this.value = this.box.checked ? null : Number(this.slider.input.value);
      changed();
    } });
    this.slider.element.append(make("span", { class: "ends", "aria-hidden": "true" }, ...this.ends), make("label", { class: "word", title: "It goes with the point" }, this.box, "with the point"));
    this.element = make("div", { class: "field" },
      make("label", { for: id }, aspect.charAt(0).toUpperCase() + aspect.slice(1)), this.slider.element);
    this.#show();
  }

  /** The sounds at the ends. @param {string} first @param {string} second */
  between(first, second) {
    [first, second].forEach((name, i) => (this.ends[i].textContent = this.ends[i].title = name));
    this.#show();
  }

  /** Of the second sound, 0 to 1; null where it goes with the point. */
  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    if (value !== null) this.slider.input.value = String(value);
    this.#show();
  }

  #show() {
    this.box.checked = this.#value === null;
    this.slider.show();
    const second = Math.round(100 * Number(this.slider.input.value));
    const [one, other] = this.ends.map(({ textContent }) => textContent);
    this.slider.input.setAttribute("aria-valuetext", this.#value === null ? "together" : `${100 - second} % ${one}, ${second} % ${other}`);
  }
}
