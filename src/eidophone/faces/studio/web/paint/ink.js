// @ts-check
/** Levels and pixel values, Hz and rows, and places between left and right as colours. */

/** @typedef {import("../lib/types.js").View} View */

/**
 * Pixel value of a level, 0 to 255: the same curve as the library's.
 *
 * @param {View} view
 * @param {number} db
 */
export function valueOfDb(view, db) {
  const level = (db - view.top_db) / view.range_db + 1;
  return Math.min(255, Math.max(0, level) ** view.gamma * 255);
}

/**
 * @param {View} view
 * @param {number} value
 */
export function dbOfValue(view, value) {
  return value > 0 ? view.top_db - view.range_db * (1 - (value / 255) ** (1 / view.gamma)) : -Infinity;
}

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
  const [left, right] = view.channels === 1 ? [1, 1] : [Math.min(1, 1 - place), Math.min(1, 1 + place)];
  const quieter = [left, (left + right) / 2, right].map((gain) => 20 * Math.log10(Math.max(gain, 1e-9)));
  for (let value = 0; value < 256; value++) {
    for (let i = 0; i < 3; i++) {
      colours[value * 3 + i] = Math.round(valueOfDb(view, dbOfValue(view, value) + quieter[i]));
    }
  }
  return colours;
}

/**
 * Hz at a place between rows; `row` + 0.5 is the centre of a row.
 *
 * @param {View} view
 * @param {number} row  from the top
 */
export function hzOfRow(view, row) {
  const hz = view.row_hz;
  const low = Math.min(Math.max(0, Math.floor(row - 0.5)), hz.length - 2);
  return Math.max(0, hz[low] + (hz[low + 1] - hz[low]) * (row - 0.5 - low));
}

/**
 * @param {View} view
 * @param {number} wanted  Hz
 */
export function rowOfHz(view, wanted) {
  const hz = view.row_hz;
  let [high, low] = [0, hz.length - 1];
  while (low - high > 1) {
    const middle = (low + high) >> 1;
    if (hz[middle] > wanted) high = middle;
    else low = middle;
  }
  return high + 0.5 + (wanted - hz[high]) / (hz[low] - hz[high]);
}
