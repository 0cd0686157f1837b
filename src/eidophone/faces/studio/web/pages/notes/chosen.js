// @ts-check
/** Chosen: what the chosen notes are, in numbers that can be typed. */

import { make } from "../../lib/dom.js";
import { noteName, time } from "../../lib/words.js";
import { slider } from "../../parts/controls.js";
import { worded } from "../../notes/roll.js";

/** A pitch as people name it: `A4`, `A4 +20 ct`. @param {number} pitch */
export function pitchName(pitch) {
  const whole = Math.round(pitch);
  const cents = Math.round(100 * (pitch - whole));
  return `${noteName(whole)}${cents ? ` ${cents < 0 ? "−" : "+"}${Math.abs(cents)} ct` : ""}`;
}

/** @param {Note} note */
export const noteWords = ({ pitch, start, velocity }) => `${pitchName(pitch)} at ${time(start, 2)}, velocity ${velocity}`;

/** What a part is called. @param {Part} part @param {number} place */
export const partName = ({ name, drums }, place) => name || (drums ? "drums" : `part ${place + 1}`);

/** The same of all; null where they differ. @param {number[]} values */
const common = (values) => (values.every((one) => one === values[0]) ? values[0] : null);

export class Chosen {
  /** @type {Piece | null} */
  #piece = null;
  title = make("h3", {});
  what = make("p", { class: "help", "aria-live": "polite" });
  pitch = this.#number("Pitch", "semitones", { min: 0, max: 127, step: 0.01 }, (note, pitch) => ({ ...note, pitch }));
  start = this.#number("Start", "seconds", { min: 0, step: 0.01 }, (note, start) => ({ ...note, start, end: start + note.end - note.start }));
  length = this.#number("Length", "seconds", { min: 0.02, step: 0.01 }, (note, length) => ({ ...note, end: note.start + length }));
  velocity = slider((value) => String(value), { min: 1, max: 127, step: 1, value: 90, "aria-label": "Velocity", onchange: () => this.#louder() });
  part = make("select", { id: "notes-part", onchange: () => this.#move() });
  partField = make("div", { class: "field" }, make("label", { for: "notes-part" }, "Part"), this.part);
  fields = make("div", { class: "numbers" }, this.pitch.field, this.start.field, this.length.field);
  more = make("div", { class: "more" }, this.fields, make("div", { class: "field" }, make("span", { "aria-hidden": "true" }, "Velocity"), this.velocity.element), this.partField);
  element = make("section", { "aria-label": "Chosen notes" }, this.title, this.what, this.more);

  /**
   * @param {string} words
   * @param {string} unit
   * @param {Record<string, number>} bounds
   * @param {(note: Note, value: number) => Note} act
   */
  #number(words, unit, bounds, act) {
    const id = `notes-${words.toLowerCase()}`;
    const input = make("input", { type: "number", id, ...bounds, onchange: () => {
      const value = Number(input.value);
      if (input.value && Number.isFinite(value)) this.#piece?.alter(`${words} of ${worded("", this.#piece.picked).trim()}`, (note) => act(note, value));
      else this.show();
    } });
    return { field: make("div", { class: "field" }, make("label", { for: id, title: `${words}, ${unit}` }, words), input), input };
  }

  /** @param {Piece | null} piece */
  set piece(piece) {
    this.#piece = piece;
    this.part.replaceChildren(...(piece?.parts ?? []).map((part, i) => make("option", { value: i }, partName(part, i))));
    this.partField.hidden = (piece?.parts.length ?? 0) < 2;
    this.show();
  }

  show() {
    const notes = this.#piece?.picked ?? [];
    this.more.hidden = !notes.length;
    this.title.textContent = !notes.length ? "No note is chosen" : notes.length === 1 ? "1 note is chosen" : `${notes.length} notes are chosen`;
    this.what.textContent = notes.length === 1 ? noteWords(notes[0])
      : notes.length ? "What you type is then so of all of them." : "Click a note, or drag a frame around several. N goes from note to note.";
    if (!notes.length) return;
    const rounded = (/** @type {number | null} */ value) => (value === null ? "" : String(Math.round(1000 * value) / 1000));
    this.pitch.input.value = rounded(common(notes.map(({ pitch }) => pitch)));
    this.start.input.value = rounded(common(notes.map(({ start }) => start)));
    this.length.input.value = rounded(common(notes.map(({ start, end }) => Math.round(1e6 * (end - start)) / 1e6)));
    for (const { input } of [this.pitch, this.start, this.length]) input.placeholder = input.value ? "" : "several";
    this.velocity.input.value = String(Math.round(notes.reduce((sum, { velocity }) => sum + velocity, 0) / notes.length));
    this.velocity.show();
    this.part.value = String(common(notes.map(({ part }) => part)) ?? "");
  }

  /** All as much louder as their mean has become. */
  #louder() {
    const notes = this.#piece?.picked ?? [];
    if (!notes.length) return;
    const by = Number(this.velocity.input.value) - Math.round(notes.reduce((sum, { velocity }) => sum + velocity, 0) / notes.length);
    this.#piece?.alter(worded("Velocity of", notes), (note) => ({ ...note, velocity: note.velocity + by }));
  }

  #move() {
    const part = Number(this.part.value);
    this.#piece?.alter(worded("Part of", this.#piece.picked), (note) => ({ ...note, part }));
  }
}
