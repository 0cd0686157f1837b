// @ts-check
/** The bare controls: one of a few, a switch, a slider that says its value. */

import { make } from "../lib/dom.js";

/** @typedef {Record<string, import("../lib/dom.js").Attribute>} Attributes */

/**
 * One of a few, side by side.
 *
 * @param {string} name  of its radio buttons
 * @param {string} label
 * @param {(string | HTMLElement)[][]} choices  value and words of each, or what shows them
 * @param {(value: string) => unknown} act
 * @param {Attributes & {unseen?: boolean}} [more]  `unseen`: its label is only for screen readers
 */
export function segments(name, label, choices, act, { unseen, ...more } = {}) {
  const inputs = choices.map(([value]) =>
    make("input", { type: "radio", name, value: String(value), onchange: () => act(String(value)) }));
  const labels = choices.map(([value, words = value], i) =>
    make("label", {}, inputs[i], words instanceof HTMLElement ? words : make("span", {}, words)));
  const element = make("fieldset", { class: "segments", ...more },
    make("legend", { class: unseen ? "unseen" : null }, label), make("div", {}, ...labels));
  return {
    element,
    get value() {
      return inputs.find(({ checked }) => checked)?.value ?? null;
    },
    set value(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

/**
 * On or off.
 *
 * @param {string} label
 * @param {(on: boolean) => unknown} act
 * @param {Attributes} [more]
 */
export function toggle(label, act, more = {}) {
  /** @type {HTMLInputElement} */
  const input = make("input", { type: "checkbox", role: "switch", onchange: () => act(input.checked), ...more });
  return { element: make("label", { class: "toggle" }, input, make("span", {}, label)), input };
}

/**
 * A number between two others, and its words beside it.
 *
 * @param {(value: number) => string} words
 * @param {Attributes} more  of the input: `min`, `max`, `step`, `value`
 */
export function slider(words, more) {
  const told = make("output");
  const show = () => (told.value = words(Number(input.value)));
  const input = make("input", { type: "range", ...more });
  input.addEventListener("input", show);
  show();
  return { element: make("span", { class: "slider" }, input, told), input, show };
}
