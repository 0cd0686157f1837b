// @ts-check
/** What a place of a picture is: Hz, note, level, time, in words; and the pixel there. */

import { decibels, hertz, note, time } from "../lib/words.js";

const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

export const readout = {
  /**
   * Red, green and blue of one pixel.
   *
   * @param {ImageBitmap | OffscreenCanvas} bitmap
   * @param {number} x
   * @param {number} y
   * @returns {number[] | null}
   */
  pixel(bitmap, x, y) {
    if (!probe) return null;
    probe.drawImage(bitmap, x, y, 1, 1, 0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  },

  /**
   * @param {Geometry} geometry
   * @param {number} column
   * @param {number} row
   * @param {number[] | null} colour
   */
  words(geometry, column, row, colour) {
    const hz = geometry.hzOfRow(row);
    const db = (colour ?? []).map((value) => geometry.dbOfValue(value));
    const levels = Math.abs(db[0] - db[2]) >= 1 ? [`L ${decibels(db[0])}`, `R ${decibels(db[2])}`] : [decibels(Math.max(...db)), ""];
    return [time(geometry.secondsOfColumn(column), 3), hertz(hz), note(hz), ...(colour ? levels : ["", ""])];
  },
};
