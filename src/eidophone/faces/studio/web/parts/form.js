// @ts-check
/** `<e-form>`: controls made of the descriptions of options; `value` has what was chosen. */

import { make } from "../lib/dom.js";
import { get } from "../lib/store.js";
import { segments, slider, toggle } from "./controls.js";

/** @typedef {{read: () => unknown, write: (value: unknown) => void}} Control */
/** @typedef {(option: Option, id: string, changed: () => void) => [HTMLElement, Control]} Maker */

/** Up to so many choices, of so many letters together, stand side by side. */
const [SIDE_BY_SIDE, LETTERS] = [5, 60];

let forms = 0;

/**
 * What an option is called.
 *
 * @param {Option} option
 */
export function labelOf(option) {
  const label = option.label ?? option.name.replaceAll("_", " ");
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/**
 * Presets, and sounds to choose from, where the library takes a recipe or a file.
 *
 * @param {Option} option
 * @returns {Option}
 */
function withChoices(option) {
  if (option.type === "recipe") return { ...option, choices: get("server")?.presets ?? [] };
  if (option.type !== "path") return option;
  return { ...option, choices: get("items").filter(({ kind }) => kind === "sound").map(({ name }) => name) };
}

export class EForm extends HTMLElement {
  /** @type {Map<string, {option: Option, control: Control}>} */
  #controls = new Map();
  #prefix = `form${++forms}`;

  /**
   * The attribute `first` says how many of them are seen at once; the others are one click away.
   *
   * @param {Option[]} options
   */
  set options(options) {
    this.#controls.clear();
    const fields = options.map((option) => this.#field(withChoices(option)));
    const first = Number(this.getAttribute("first")) || fields.length;
    this.replaceChildren(...fields.slice(0, first));
    if (fields.length <= first) return;
    this.append(make("details", {}, make("summary", {}, "All choices"), make("div", { class: "rest" }, ...fields.slice(first))));
  }

  /** What differs from what is usual. */
  get value() {
    /** @type {Record<string, unknown>} */
    const chosen = {};
    for (const [name, { option, control }] of this.#controls) {
      const value = control.read();
      if (value !== null && JSON.stringify(value) !== JSON.stringify(option.default)) chosen[name] = value;
    }
    return chosen;
  }

  /** @param {Record<string, unknown>} value */
  set value(value) {
    for (const [name, { option, control }] of this.#controls) {
      control.write(name in value ? value[name] : option.default);
    }
  }

  /** @param {Option} option */
  #field(option) {
    const id = `${this.#prefix}-${option.name}`;
    const [element, control] = makerOf(option)(option, id, () => this.#changed());
    this.#controls.set(option.name, { option, control });
    control.write(option.default);
    const usual = option.usual ? ` Usually ${option.usual}.` : "";
    const words = `${option.help.charAt(0).toUpperCase()}${option.help.slice(1)}.${usual}`;
    const kind = this.classList.contains("brief") ? "unseen" : "help"; // its words are its tooltip
    const help = make("p", { class: kind, id: `${id}-help` }, words);
    element.title = words;
    if (option.type === "bool") return make("div", { class: "field switch" }, element, help);
    if (element.tagName === "FIELDSET") return make("div", { class: "field" }, element, help);
    return make("div", { class: "field" }, make("label", { for: id }, labelOf(option)), element, help);
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** @param {Option} option */
const isNumber = (option) => ["int", "float"].includes(option.type) && !option.many;

/**
 * Which control an option wants.
 *
 * @param {Option} option
 * @returns {Maker}
 */
function makerOf(option) {
  const { type, choices, many, low, high } = option;
  const usual = option.default !== null;
  if (type === "bool") return onOff;
  if (choices.length && !many) return choices.length <= SIDE_BY_SIDE && named(option).reduce((sum, [, words]) => sum + words.length, 0) <= LETTERS && usual ? few : list;
  return isNumber(option) && low !== null && high !== null && high - low <= 120 && usual ? between : text;
}

/** @type {Maker} */
function onOff(option, id, changed) {
  const { element, input } = toggle(labelOf(option), changed, { id, "aria-describedby": `${id}-help` });
  return [element, { read: () => input.checked, write: (value) => (input.checked = value === true) }];
}

/** Choices, each with its words. @param {Option} option */
const named = ({ choices, plain }) => choices.map((choice, i) => [choice, plain[i] ?? choice]);

/** @type {Maker} */
function few(option, id, changed) {
  const one = segments(id, labelOf(option), named(option), changed, { "aria-describedby": `${id}-help` });
  return [one.element, { read: () => one.value, write: (value) => (one.value = /** @type {string} */ (value)) }];
}

/** @type {Maker} */
function list(option, id, changed) {
  const select = make(
    "select",
    { id, onchange: changed, "aria-describedby": `${id}-help` },
    option.default === null && make("option", { value: "" }, option.usual || "as usual"),
    ...named(option).map(([value, words]) => make("option", { value }, words)),
  );
  return [select, { read: () => select.value || null, write: (value) => (select.value = String(value ?? "")) }];
}

/** A number between two others; a word that may stand for it is a box beside it. @type {Maker} */
function between(option, id, changed) {
  const low = option.low ?? 0;
  const high = option.high ?? 1;
  const step = option.type === "int" ? 1 : high - low <= 2 ? 0.01 : high - low <= 5 ? 0.05 : 0.5;
  const part = low === 0 && high <= 1 && !option.unit;
  const words = (/** @type {number} */ value) => (part ? `${Math.round(value * 100)} %` : `${value} ${option.unit}`).replace("-", "−");
  const { element, input, show } = slider(words, { id, min: low, max: high, step, "aria-describedby": `${id}-help`, onchange: changed });
  let [given, at] = [low, ""]; // what was written may lie between the steps: it stays as it is
  const word = option.words[0];
  /** @type {HTMLInputElement | null} */
  const box = word ? make("input", { type: "checkbox", onchange: () => {
    settle();
    changed();
  } }) : null;
  if (box) element.append(make("label", { class: "word" }, box, word));
  const settle = () => (input.disabled = box?.checked ?? false);
  return [
    element,
    {
      read: () => (box?.checked ? (word ?? null) : input.value === at ? given : Number(input.value)),
      write: (value) => {
        if (box) box.checked = value === word;
        given = Number(typeof value === "number" ? value : (option.default ?? low));
        input.value = String(given);
        at = input.value;
        settle();
        show();
      },
    },
  ];
}

/** A number or words, typed; empty is what is usual. @type {Maker} */
function text(option, id, changed) {
  const number = isNumber(option) && !option.words.length;
  const input = make("input", {
    type: number ? "number" : "text", id, min: number ? option.low : null, max: number ? option.high : null,
    step: option.type === "int" ? 1 : "any", placeholder: option.usual || "as usual", onchange: changed,
    "aria-describedby": `${id}-help`,
  });
  const parse = () => {
    const typed = input.value.trim();
    if (!typed) return null;
    if (option.many) return typed.split(",").map((part) => (option.type === "str" ? part.trim() : Number(part)));
    return ["int", "float"].includes(option.type) && !option.words.includes(typed) ? Number(typed) : typed;
  };
  const row = make("div", { class: "typed" }, input, option.unit && option.unit !== option.name && make("span", {}, option.unit));
  return [row, { read: parse, write: (value) => (input.value = value == null ? "" : String(value)) }];
}

customElements.define("e-form", EForm);
