// @ts-check
/** What is chosen of a picture: a box, or what a lasso goes around, with soft edges. */

import { cells } from "./sheet.js";

/** Lines that each row of a lasso is cut into: its edges are as smooth. */
const FINE = 4;

/** Cells over which an edge along the time fades: shorter ones would click. */
const SOFT = 2;

export class Selection {
  /**
   * @param {Rect} rect
   * @param {Uint8Array} mask  `[h, w]`, 0 to 255
   * @param {Place[]} outline
   */
  constructor(rect, mask, outline) {
    this.rect = rect;
    this.mask = mask;
    this.outline = outline;
  }

  /**
   * @param {Place[]} outline  columns and rows
   * @param {number} columns  of the picture
   * @param {number} rows
   * @returns {Selection | null}  null where nothing is in it
   */
  static within(outline, columns, rows) {
    const xs = outline.map(({ x }) => x);
    const ys = outline.map(({ y }) => y);
    const rect = cells(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), columns, rows);
    if (!rect || rect.w < 2 || rect.h < 1) return null;
    return new Selection(rect, softened(filled(outline, rect), rect), outline);
  }

  /**
   * @param {Place} from
   * @param {Place} to
   * @param {number} columns
   * @param {number} rows
   */
  static box(from, to, columns, rows) {
    const [x0, x1] = [from.x, to.x].map(Math.round).sort((a, b) => a - b);
    const [y0, y1] = [from.y, to.y].map(Math.round).sort((a, b) => a - b);
    return Selection.within([{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }], columns, rows);
  }

  /**
   * How much of each cell is chosen, 0 to 255.
   *
   * @param {Rect} rect
   */
  cover({ x, y, w, h }) {
    const cover = new Uint8Array(w * h);
    const [left, right] = [Math.max(x, this.rect.x), Math.min(x + w, this.rect.x + this.rect.w)];
    if (left >= right) return cover;
    for (let row = Math.max(y, this.rect.y); row < Math.min(y + h, this.rect.y + this.rect.h); row++) {
      const at = (row - this.rect.y) * this.rect.w - this.rect.x;
      cover.set(this.mask.subarray(at + left, at + right), (row - y) * w + left - x);
    }
    return cover;
  }

  /** @param {Place} place */
  has({ x, y }) {
    const [column, row] = [Math.floor(x) - this.rect.x, Math.floor(y) - this.rect.y];
    return column >= 0 && row >= 0 && column < this.rect.w && row < this.rect.h && this.mask[row * this.rect.w + column] > 0;
  }
}

/**
 * How much of each cell lies inside, by the even-odd rule.
 *
 * @param {Place[]} outline
 * @param {Rect} rect
 */
function filled(outline, rect) {
  const sums = new Float32Array(rect.w * rect.h);
  for (let line = 0; line < rect.h * FINE; line++) {
    const y = rect.y + (line + 0.5) / FINE;
    const crossings = [];
    for (let i = 0; i < outline.length; i++) {
      const [a, b] = [outline[i], outline[(i + 1) % outline.length]];
      if (a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    }
    crossings.sort((a, b) => a - b);
    const start = Math.floor(line / FINE) * rect.w;
    for (let i = 0; i + 1 < crossings.length; i += 2) addSpan(sums, start, rect, crossings[i], crossings[i + 1]);
  }
  return Uint8Array.from(sums, (sum) => Math.round((255 * Math.min(sum, FINE)) / FINE));
}

/**
 * @param {Float32Array} sums
 * @param {number} start
 * @param {Rect} rect
 * @param {number} from
 * @param {number} to
 */
function addSpan(sums, start, rect, from, to) {
  const last = Math.min(rect.x + rect.w, Math.ceil(to));
  for (let x = Math.max(rect.x, Math.floor(from)); x < last; x++) {
    sums[start + x - rect.x] += Math.max(0, Math.min(to, x + 1) - Math.max(from, x));
  }
}

/**
 * Fade the edges along the time, within what is chosen.
 *
 * @param {Uint8Array} mask
 * @param {Rect} rect
 */
function softened(mask, { w, h }) {
  const soft = mask.slice();
  const reach = Math.min(SOFT, Math.floor((w - 1) / 2));
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      let least = mask[row * w + column];
      for (let step = 1; step <= reach; step++) {
        const share = step / (reach + 1);
        for (const other of [column - step, column + step]) {
          const there = other < 0 || other >= w ? 0 : mask[row * w + other];
          least = Math.min(least, Math.round(there + (255 - there) * share));
        }
      }
      soft[row * w + column] = least;
    }
  }
  return soft;
}
