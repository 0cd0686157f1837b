// @ts-check
/** `<e-form>`: controls made of the descriptions of options; `value` has what was chosen. */

import { make } from "../lib/dom.js";
import { get } from "../lib/store.js";

/** @typedef {import("../lib/types.js").Option} Option */
/** @typedef {{read: () => unknown, write: (value: unknown) => void}} Control */

/** Up to so many choices stand side by side. */
const SIDE_BY_SIDE = 5;

let forms = 0;

/**
 * What an option is called.
 *
 * @param {Option} option
 */
function labelOf(option) {
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
    const [element, control] = this.#control(option, id);
    this.#controls.set(option.name, { option, control });
    control.write(option.default);
    const usual = option.usual ? ` Usually ${option.usual}.` : "";
    const words = `${option.help.charAt(0).toUpperCase()}${option.help.slice(1)}.${usual}`;
    const help = make("p", { class: "help", id: `${id}-help` }, words);
    element.title = words;
    if (option.type === "bool") return make("div", { class: "field switch" }, element, help);
    if (element.tagName === "FIELDSET") return make("div", { class: "field" }, element, help);
    return make("div", { class: "field" }, make("label", { for: id }, labelOf(option)), element, help);
  }

  /**
   * @param {Option} option
   * @param {string} id
   * @returns {[HTMLElement, Control]}
   */
  #control(option, id) {
    if (option.type === "bool") return toggle(option, id, () => this.#changed());
    if (option.choices.length && !option.many) {
      const few = option.choices.length <= SIDE_BY_SIDE && option.default !== null;
      return few ? segments(option, id, () => this.#changed()) : list(option, id, () => this.#changed());
    }
    if (isNumber(option) && option.low !== null && option.high !== null && option.high - option.low <= 120 && option.default !== null) {
      return slider(option, id, () => this.#changed());
    }
    return text(option, id, () => this.#changed());
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** @param {Option} option */
const isNumber = (option) => ["int", "float"].includes(option.type) && !option.many;

/**
 * @param {Option} option
 * @param {string} id
 * @param {() => void} changed
 * @returns {[HTMLElement, Control]}
 */
function toggle(option, id, changed) {
  const input = make("input", { type: "checkbox", role: "switch", id, onchange: changed, "aria-describedby": `${id}-help` });
  const label = make("label", { class: "toggle" }, input, make("span", {}, labelOf(option)));
  return [label, { read: () => input.checked, write: (value) => (input.checked = value === true) }];
}

/**
 * A few choices side by side.
 *
 * @param {Option} option
 * @param {string} id
 * @param {() => void} changed
 * @returns {[HTMLElement, Control]}
 */
function segments(option, id, changed) {
  const inputs = option.choices.map((choice) =>
    make("input", { type: "radio", name: id, value: choice, onchange: changed }),
  );
  const set = make(
    "fieldset",
    { class: "segments", "aria-describedby": `${id}-help` },
    make("legend", {}, labelOf(option)),
    make("div", {}, ...inputs.map((input) => make("label", {}, input, make("span", {}, input.value)))),
  );
  return [
    set,
    {
      read: () => inputs.find((input) => input.checked)?.value ?? null,
      write: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
    },
  ];
}

/**
 * @param {Option} option
 * @param {string} id
 * @param {() => void} changed
 * @returns {[HTMLElement, Control]}
 */
function list(option, id, changed) {
  const select = make(
    "select",
    { id, onchange: changed, "aria-describedby": `${id}-help` },
    option.default === null && make("option", { value: "" }, option.usual || "as usual"),
    ...option.choices.map((choice) => make("option", { value: choice }, choice)),
  );
  return [select, { read: () => select.value || null, write: (value) => (select.value = String(value ?? "")) }];
}

/**
 * A number between two others; a word that may stand for it is a box beside it.
 *
 * @param {Option} option
 * @param {string} id
 * @param {() => void} changed
 * @returns {[HTMLElement, Control]}
 */
function slider(option, id, changed) {
  const low = option.low ?? 0;
  const high = option.high ?? 1;
  const step = option.type === "int" ? 1 : high - low <= 2 ? 0.01 : high - low <= 5 ? 0.05 : 0.5;
  const shown = make("output", { for: id });
  const part = low === 0 && high <= 1 && !option.unit;
  const show = () => {
    const value = part ? `${Math.round(Number(input.value) * 100)} %` : `${input.value} ${option.unit}`;
    shown.value = value.replace("-", "−");
  };
  /** @type {HTMLInputElement} */
  const input = make("input", {
    type: "range", id, min: low, max: high, step, "aria-describedby": `${id}-help`, oninput: show, onchange: changed,
  });
  let [given, at] = [low, ""]; // what was written may lie between the steps: it stays as it is
  const word = option.words[0];
  /** @type {HTMLInputElement | null} */
  const box = word ? make("input", { type: "checkbox", onchange: () => {
    settle();
    changed();
  } }) : null;
  const settle = () => {
    input.disabled = box?.checked ?? false;
  };
  const row = make("div", { class: "slider" }, input, shown, box && make("label", { class: "word" }, box, word));
  return [
    row,
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

/**
 * A number or words, typed; empty is what is usual.
 *
 * @param {Option} option
 * @param {string} id
 * @param {() => void} changed
 * @returns {[HTMLElement, Control]}
 */
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
  const row = make("div", { class: "typed" }, input, option.unit ? make("span", {}, option.unit) : null);
  return [row, { read: parse, write: (value) => (input.value = value == null ? "" : String(value)) }];
}

customElements.define("e-form", EForm);
