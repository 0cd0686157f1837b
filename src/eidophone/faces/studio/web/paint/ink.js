// @ts-check
/** Places between left and right, as colours. */

import { dbOfValue, valueOfDb } from "../lib/scales.js";

/**
 * What red, green and blue of a pixel of each value are at a place between left and right: red is
 * left, blue is right, and green their middle, half their sum.
 *
 * @param {View} view
 * @param {number} place  -1 left, 0 middle, 1 right
 * @returns {Uint8Array}  `[256, 3]`
 */
export function coloursAt(view, place) {
  const colours = new Uint8Array(256 * 3);
  const [left, right] = [Math.min(1, 1 - place), Math.min(1, 1 + place)];
  const quieter = [left, (left + right) / 2, right].map((gain) => 20 * Math.log10(Math.max(gain, 1e-9)));
  for (let value = 0; value < 256; value++) {
    for (let i = 0; i < 3; i++) {
      colours[value * 3 + i] = Math.round(valueOfDb(view, dbOfValue(view, value) + quieter[i]));
    }
  }
  return colours;
}
