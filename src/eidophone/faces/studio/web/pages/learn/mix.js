// @ts-check
/** Mix: how much of each collection: a slider between two, a pad between three or four, else a slider each. */

import { make } from "../../lib/dom.js";
import { slider } from "../../parts/controls.js";
import { Pad } from "../../parts/pad.js";

/** @param {number} value */
const percent = (value) => `${Math.round(100 * value)} %`;

/** Event `change`: the point was moved. */
export class Mix extends EventTarget {
  pad = new Pad();
  corners = [0, 1, 2, 3].map(() => ({ name: make("b"), share: make("output", { "aria-hidden": "true" }) }));
  between = slider(percent, { min: 0, max: 1, step: 0.01, "aria-label": "Mix", oninput: () => this.#slid() });
  ends = [0, 1].map(() => ({ name: make("b"), share: make("output", { "aria-hidden": "true" }) }));
  line = make("div", { class: "between" },
    ...this.ends.map(({ name, share }) => make("p", {}, name, share)), this.between.element);
  each = make("div", { class: "each" });
  element = make("section", { class: "mix", "aria-label": "Mix" }, this.line, this.pad.element, this.each);
  /** @type {string[]} */
  names = [];
  /** @type {number[]} */
  weights = [];

  constructor() {
    super();
    const column = (/** @type {string} */ side) => make("div", { class: `names ${side}`, "aria-hidden": "true" });
    this.pad.element.prepend(column("left"));
    this.pad.element.append(column("right"));
    this.pad.addEventListener("point", () => this.#is(this.pad.weights));
  }

  /**
   * Between these from now on, at these weights, or as much of each.
   *
   * @param {string[]} names
   * @param {number[]} [weights]
   */
  begin(names, weights) {
    const count = names.length;
    this.names = names;
    this.line.hidden = count !== 2;
    this.pad.element.hidden = count < 3 || count > 4;
    this.each.hidden = count < 5;
    const right = count === 4 ? [1, 3] : [1];
    const shown = names.map((name, i) => {
      const { name: word, share } = this.corners[i] ?? this.corners[0];
      word.textContent = name;
      return make("p", {}, word, share);
    });
    if (!this.pad.element.hidden) {
      const [left, other] = this.pad.element.querySelectorAll(".names");
      left?.replaceChildren(...shown.filter((_, i) => !right.includes(i)));
      other?.replaceChildren(...shown.filter((_, i) => right.includes(i)));
    }
    this.ends.forEach(({ name }, i) => (name.textContent = names[i] ?? ""));
    this.sliders = count < 5 ? [] : names.map((name) => slider(percent, {
      min: 0, max: 1, step: 0.01, "aria-label": name, oninput: () => this.#is(this.sliders.map(({ input }) => Number(input.value))),
    }));
    this.each.replaceChildren(...this.sliders.map(({ element }, i) => make("div", { class: "field" }, make("span", {}, names[i]), element)));
    this.#show(weights?.length === count ? weights : Array(count).fill(1 / count), true);
  }

  /** @type {ReturnType<typeof slider>[]} */
  sliders = [];

  /** As the library reads it. */
  get text() {
    const shares = this.names.map((name, i) => `${name}=${Math.round(1000 * (this.weights[i] ?? 0)) / 1000}`);
    return this.weights.some(Boolean) ? shares.join(",") : "";
  }

  /** As the library wrote it; what it cannot be is left alone. */
  set text(text) {
    const shares = Object.fromEntries(text.split(":")[0].split(",").map((part) => part.split("=")));
    const weights = this.names.map((name) => Number(shares[name] ?? 0));
    if (weights.some((one) => one > 0)) this.#show(weights, true);
  }

  #slid() {
    const second = Number(this.between.input.value);
    this.#is([1 - second, second]);
  }

  /** @param {number[]} weights */
  #is(weights) {
    this.#show(weights, false);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {number[]} weights
   * @param {boolean} all  move the controls, too
   */
  #show(weights, all) {
    const sum = weights.reduce((total, one) => total + one, 0) || 1;
    const shares = weights.map((one) => one / sum);
    this.weights = shares;
    if (all && shares.length === 2) this.between.input.value = String(shares[1]);
    if (all && !this.pad.element.hidden) this.pad.begin(shares);
    if (all) this.sliders.forEach(({ input, show }, i) => (input.value = String(shares[i]), show()));
    this.between.show();
    const words = this.names.map((name, i) => `${percent(shares[i])} ${name}`).join(", ");
    this.between.input.setAttribute("aria-valuetext", words);
    this.pad.handle.setAttribute("aria-valuetext", words);
    for (const [i, { share }] of [...this.corners, ...this.ends].entries()) share.textContent = percent(shares[i % 4] ?? 0);
    this.ends.forEach(({ share }, i) => (share.textContent = percent(shares[i] ?? 0)));
  }
}
