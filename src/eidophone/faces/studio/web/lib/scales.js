// @ts-check
/** Levels and pixel values, Hz and rows, of a view. */

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
 * @param {number} value  of a pixel, 0 to 255
 */
export function dbOfValue(view, value) {
  return value > 0 ? view.top_db - view.range_db * (1 - (value / 255) ** (1 / view.gamma)) : -Infinity;
}

/**
 * The sample at a place between columns.
 *
 * @param {View} view
 * @param {number} column
 */
export function sampleOf(view, column) {
  return Math.round(column * view.hop_seconds * view.rate);
}

/**
 * Hz at a place between rows, and beyond the last centres; `row` + 0.5 is the centre of a row.
 *
 * @param {View} view
 * @param {number} row  from the top
 */
export function hzOfRow({ row_hz: hz }, row) {
  const low = Math.min(Math.max(0, Math.floor(row - 0.5)), hz.length - 2);
  if (low < 0) return hz[0] ?? 0;
  return Math.max(0, hz[low] + (hz[low + 1] - hz[low]) * (row - 0.5 - low));
}

/**
 * @param {View} view
 * @param {number} wanted  Hz
 */
export function rowOfHz({ row_hz: hz }, wanted) {
  let [high, low] = [0, hz.length - 1];
  while (low - high > 1) {
    const middle = (low + high) >> 1;
    if (hz[middle] > wanted) high = middle;
    else low = middle;
  }
  const step = hz[low] - hz[high];
  return high + 0.5 + (step ? (wanted - hz[high]) / step : 0);
}
