// @ts-check
/** The options of the tool at hand, and no others. */

import { button, make } from "../lib/dom.js";
import { say } from "../lib/say.js";
import { get } from "../lib/store.js";
import { itemPath } from "../lib/api.js";
import { segments as bareSegments, slider as bareSlider, toggle as bareToggle } from "../parts/controls.js";
import { stampOf } from "./stamping.js";

/**
 * A slider with its words and its value.
 *
 * @param {string} label
 * @param {{min: number, max: number, step: number, value: number, words: (value: number) => string, act: (value: number) => void}} how
 */
export function slider(label, { words, act, ...more }) {
  const { element, input } = bareSlider(words, { "aria-label": label, ...more });
  input.addEventListener("input", () => act(Number(input.value)));
  return make("label", { class: "field" }, make("span", { class: "label" }, label), element);
}

/**
 * @param {string} label
 * @param {boolean} on
 * @param {(on: boolean) => void} act
 * @param {string} [title]
 */
export function toggle(label, on, act, title = "") {
  const { element } = bareToggle(label, act, { checked: on });
  element.title = title;
  return element;
}

/**
 * One of a few.
 *
 * @param {string} label
 * @param {[string, string][]} choices  value and words
 * @param {string} chosen
 * @param {(value: string) => void} act
 */
function segments(label, choices, chosen, act) {
  const one = bareSegments(`paint-${label}`, label, choices, act);
  one.value = chosen;
  return one.element;
}

/** @param {number} place */
function placeWords(place) {
  if (Math.abs(place) < 0.01) return "middle";
  return `${Math.round(Math.abs(place) * 100)} % ${place < 0 ? "left" : "right"}`;
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;

/**
 * The controls of these options.
 *
 * @param {Tool} tool
 * @param {Options} options  which they change
 * @param {() => void} changed
 * @returns {HTMLElement[]}
 */
export function controls(tool, options, changed) {
  /**
   * @template {keyof Options} K
   * @param {K} name
   * @returns {(value: Options[K]) => void}
   */
  const set = (name) => (value) => {
    options[name] = value;
    changed();
  };
  /** @type {Record<keyof Options, () => HTMLElement>} */
  const made = {
    size: () => slider("Size", { min: 2, max: 160, step: 1, value: options.size, words: (v) => `${v}`, act: set("size") }),
    hardness: () => slider("Edge", { min: 0, max: 1, step: 0.05, value: options.hardness, words: (v) => (v < 0.05 ? "soft" : v > 0.95 ? "hard" : percent(v)), act: set("hardness") }),
    level: () => slider("Level", { min: -80, max: 0, step: 1, value: options.level, words: (v) => `${v < 0 ? "−" : ""}${Math.abs(v)} dB`, act: set("level") }),
    place: () => slider("Left to right", { min: -1, max: 1, step: 0.05, value: options.place, words: placeWords, act: set("place") }),
    partials: () => slider("Partials", { min: 2, max: 32, step: 1, value: options.partials, words: (v) => `${v}`, act: set("partials") }),
    fall: () => slider("Quieter an octave", { min: 0, max: 24, step: 1, value: options.fall, words: (v) => `${v} dB`, act: set("fall") }),
    strength: () => slider("Strength", { min: 0.05, max: 1, step: 0.05, value: options.strength, words: percent, act: set("strength") }),
    erases: () => segments("Erase", [["silence", "To silence"], ["sound", "Back to the sound"]], options.erases, (v) => set("erases")(v === "sound" ? "sound" : "silence")),
    snap: () => toggle("Snap to a partial", options.snap, set("snap"), "Follow the brightest line near the brush (X)"),
    inverted: () => toggle("Dark is loud", options.inverted, set("inverted")),
    copy: () => toggle("Leave a copy", options.copy, set("copy"), "Or hold Alt while you drag"),
    stamp: () => stampChoice(options, changed),
  };
  return tool.options.map((name) => made[name]());
}

/**
 * Have a picture as the stamp; one that cannot be shown is not, which is said.
 *
 * @param {Options} options
 * @param {Blob} file
 * @param {string} words  its name
 */
export async function takeStamp(options, file, words) {
  try {
    options.stamp = await stampOf(file, words);
    return true;
  } catch {
    say(`${words} is no picture that a browser can show: try a PNG or a JPEG.`, { kind: "error" });
    return false;
  }
}

/**
 * @param {Options} options
 * @param {() => void} changed
 */
function stampChoice(options, changed) {
  const name = make("p", { class: "help" }, options.stamp ? options.stamp.name : "Choose a picture, or drop one here; then click, or drag a box.");
  const take = async (/** @type {Blob} */ file, /** @type {string} */ words) => {
    if (!(await takeStamp(options, file, words))) return;
    name.textContent = words;
    changed();
  };
  /** @type {HTMLInputElement} */
  const input = make("input", { type: "file", accept: "image/*", hidden: true, onchange: () => input.files?.[0] && take(input.files[0], input.files[0].name) });
  const pictures = get("items").filter(({ kind }) => kind === "picture");
  /** @type {HTMLSelectElement} */
  const shelf = make("select", {
    "aria-label": "A picture from the shelf",
    onchange: async () => {
      const words = shelf.value;
      if (words) take(await (await fetch(`/api/${itemPath(words, "file")}`)).blob(), words);
    },
  }, make("option", { value: "" }, "From the shelf…"), ...pictures.map((item) => make("option", { value: item.name }, item.name)));
  return make("div", { class: "stamps" }, name, input, button("open", "Choose a picture…", () => input.click()), pictures.length ? shelf : null);
}
