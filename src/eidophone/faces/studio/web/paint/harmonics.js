// @ts-check
/** Tones with their partials. */

import { dbOfValue, hzOfRow, rowOfHz, valueOfDb } from "../lib/scales.js";
import { InkStroke } from "./strokes.js";

/** @typedef {import("./strokes.js").At} At */

/** Ink at one place and at its partials, each some decibels below the one an octave down. */
export class HarmonicsStroke extends InkStroke {
  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection | null} selection
   * @param {Uint8Array} colours
   * @param {(place: Place) => {y: number, ink: (ink: number) => number}[]} partials
   */
  constructor(painting, selection, colours, partials) {
    super(painting, selection, colours);
    this.partials = partials;
  }

  /**
   * @param {At} from
   * @param {At} to
   */
  trace(from, to) {
    const begin = this.partials(from.place);
    this.partials(to.place).forEach(({ y, ink }, k) => {
      const before = begin[k] ?? { y, ink };
      this.cover(
        { place: { x: from.place.x, y: before.y }, tip: { ...from.tip, ink: before.ink(from.tip.ink) } },
        { place: { x: to.place.x, y }, tip: { ...to.tip, ink: ink(to.tip.ink) } },
        k,
      );
    });
  }
}

/**
 * The partials of what is at a row: their rows, and their ink.
 *
 * @param {View} view
 * @param {number} y
 * @param {{count: number, fall_db: number}} how  decibels an octave
 */
export function partialsOf(view, y, { count, fall_db: fallDb }) {
  const hz = hzOfRow(view, y);
  const all = [];
  for (let k = 1; k <= count && hz * k <= view.row_hz[0]; k++) {
    const quieter = fallDb * Math.log2(k);
    const of = (/** @type {number} */ value) => (k === 1 ? value : valueOfDb(view, dbOfValue(view, value) - quieter));
    all.push({ y: k === 1 ? y : rowOfHz(view, hz * k), ink: of });
  }
  return all;
}
