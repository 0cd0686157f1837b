// @ts-check
/** Beside the mix: how a sound is translated, and what new ones are to be like; and the start of both. */

import { button, make } from "../../lib/dom.js";
import { get, subscribe } from "../../lib/store.js";
import { slider, toggle } from "../../parts/controls.js";
import { Going } from "../../parts/going.js";

/** How much of a sound stays, usually. */
const USUAL = 0.7;

/** @param {number} value */
const percent = (value) => `${Math.round(100 * value)} %`;

/** Events: `change` (it would sound otherwise), `make`. */
export class Translating extends EventTarget {
  keep = slider(percent, { id: "learn-keep", min: 0, max: 1, step: 0.01, value: USUAL, onchange: () => this.#changed() });
  strength = slider(percent, { id: "learn-strength", min: 0, max: 1, step: 0.01, value: 1, onchange: () => this.#changed() });
  start = button("learn", "Translate all of it", () => this.dispatchEvent(new Event("make")), { kind: "primary" });
  going = new Going("Translating", () => this.#state());
  element = make("section", { "aria-label": "Translate a sound" }, make("h3", {}, "Translate a sound"),
    make("div", { class: "field" }, make("label", { for: "learn-keep" }, "What stays"), this.keep.element,
      make("p", { class: "help" }, "Right: its words and notes stay. Left: all is made of what was learnt.")),
    make("div", { class: "field" }, make("label", { for: "learn-strength" }, "How far"), this.strength.element),
    this.start, this.going.element);
  lacks = true;

  /** @returns {Record<string, unknown>} */
  get settings() {
    const strength = Number(this.strength.input.value);
    return { keep: Number(this.keep.input.value), ...(strength < 1 ? { strength } : {}) };
  }

  set settings(/** @type {Record<string, unknown>} */ { keep, strength }) {
    this.keep.input.value = String(keep ?? USUAL);
    this.keep.show();
    this.strength.input.value = String(strength ?? 1);
    this.strength.show();
  }

  /** @param {boolean} lacks  there is no sound */
  show(lacks) {
    this.lacks = lacks;
    this.#state();
  }

  #state() {
    this.start.disabled = this.lacks;
    this.start.hidden = this.going.busy;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Events: `change`, `hear`, `make`. */
export class Generating extends EventTarget {
  seconds = this.#number("Seconds", 20, 1, 600);
  count = this.#number("How many", 1, 1, 50);
  seed = this.#number("Idea", 1, 0, 2 ** 31);
  loop = toggle("Its end leads into its beginning", () => this.#changed());
  like = make("select", { id: "learn-like", onchange: () => this.#changed() });
  after = make("select", { id: "learn-after", onchange: () => this.#changed() });
  another = button("again", "Another idea", () => this.#another());
  hear = button("play", "Hear it begin", () => this.dispatchEvent(new Event("hear")));
  start = button("check", "Make it", () => this.dispatchEvent(new Event("make")), { kind: "primary" });
  going = new Going("Making", () => (this.start.hidden = this.going.busy));
  element = make("section", { "aria-label": "Make new sounds" }, make("h3", {}, "Make new sounds"),
    make("div", { class: "numbers" }, this.seconds.field, this.count.field, this.seed.field),
    this.loop.element,
    make("details", {}, make("summary", {}, "Like a sound, or after one"), make("div", { class: "rest" },
      make("div", { class: "field" }, make("label", { for: "learn-like" }, "Variations of"), this.like),
      make("div", { class: "field" }, make("label", { for: "learn-after" }, "Goes on after"), this.after))),
    make("div", { class: "row" }, this.hear, this.another),
    this.start, this.going.element);

  constructor() {
    super();
    subscribe("items", () => this.#fill());
  }

  /** All but the mix and the sliders. @returns {Record<string, unknown>} */
  get settings() {
    return {
      seconds: this.seconds.value, count: this.count.value, seed: this.seed.value,
      ...(this.loop.input.checked ? { loop: true } : {}),
      ...(this.like.value ? { like: this.like.value } : {}), ...(this.after.value ? { after: this.after.value } : {}),
    };
  }

  set settings(/** @type {Record<string, any>} */ { seconds, count, seed, loop, like, after }) {
    this.seconds.value = seconds ?? 20;
    this.count.value = count ?? 1;
    this.seed.value = seed ?? 1;
    this.loop.input.checked = loop === true;
    this.#fill();
    this.like.value = like ?? "";
    this.after.value = after ?? "";
  }

  #fill() {
    const sounds = get("items").filter(({ kind, problem }) => kind === "sound" && !problem);
    for (const select of [this.like, this.after]) {
      const before = select.value;
      select.replaceChildren(make("option", { value: "" }, "nothing"), ...sounds.map(({ name }) => make("option", { value: name }, name)));
      select.value = sounds.some(({ name }) => name === before) ? before : "";
    }
  }

  #another() {
    this.seed.value = (this.seed.value % 9999) + 1;
    this.#changed();
    this.dispatchEvent(new Event("hear"));
  }

  /**
   * @param {string} words
   * @param {number} usual
   * @param {number} min
   * @param {number} max
   */
  #number(words, usual, min, max) {
    const id = `learn-${words.toLowerCase().replaceAll(" ", "-")}`;
    const input = make("input", { type: "number", id, min, max, step: 1, value: usual, onchange: () => this.#changed() });
    return {
      field: make("div", { class: "field" }, make("label", { for: id }, words), input),
      get value() {
        return Math.min(max, Math.max(min, Math.round(Number(input.value) || usual)));
      },
      set value(value) {
        input.value = String(value);
      },
    };
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
