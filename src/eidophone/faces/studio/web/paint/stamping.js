// @ts-check
/** Any picture as a stamp: its brightness is loudness. */

import { InkStroke } from "./strokes.js";
import { cells } from "./sheet.js";

/** Pixels along a side that a stamp is kept with, at most. */
const MOST = 1024;

/** @typedef {{name: string, bitmap: ImageBitmap}} Stamp */

/**
 * @param {Blob} file
 * @param {string} name
 * @returns {Promise<Stamp>}
 */
export async function stampOf(file, name) {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, MOST / Math.max(whole.width, whole.height));
  if (scale === 1) return { name, bitmap: whole };
  const bitmap = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round(whole.width * scale)),
    resizeHeight: Math.max(1, Math.round(whole.height * scale)),
    resizeQuality: "high",
  });
  whole.close();
  return { name, bitmap };
}

export class StampStroke extends InkStroke {
  /**
   * Put a stamp into a box, instead of where it was put before.
   *
   * @param {Stamp} stamp
   * @param {{x: number, y: number, w: number, h: number}} box  columns and rows, between cells
   * @param {{ink: number, inverted: boolean}} how
   */
  put({ bitmap }, box, { ink, inverted }) {
    this.restart();
    const { columns, rows } = this.painting;
    const rect = cells(box.x, box.y, box.x + box.w, box.y + box.h, columns, rows);
    if (!rect) return;
    const bright = brightness(bitmap, box, rect);
    const mask = this.mask.read(rect);
    for (let at = 0; at < mask.length; at++) {
      const [value, cover] = [bright[at * 2], bright[at * 2 + 1]];
      mask[at] = Math.round(ink * (inverted ? 1 - value : value) * cover);
    }
    this.mask.write(rect, mask);
    this.soil(rect, 0);
    this.flush();
  }
}

/**
 * Brightness of each cell under a box, and how much of it the picture covers, 0 to 1.
 *
 * @param {ImageBitmap} bitmap
 * @param {{x: number, y: number, w: number, h: number}} box
 * @param {Rect} rect
 */
function brightness(bitmap, box, rect) {
  const canvas = new OffscreenCanvas(rect.w, rect.h);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("there is no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, box.x - rect.x, box.y - rect.y, box.w, box.h);
  const { data } = context.getImageData(0, 0, rect.w, rect.h);
  const found = new Float32Array(rect.w * rect.h * 2);
  for (let at = 0; at < rect.w * rect.h; at++) {
    const [red, green, blue, alpha] = data.subarray(at * 4, at * 4 + 4);
    found[at * 2] = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    found[at * 2 + 1] = alpha / 255;
  }
  return found;
}
