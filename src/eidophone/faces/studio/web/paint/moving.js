// @ts-check
/**
 * What is chosen, lifted off: moved, copied, stretched. Moving it up or down transposes it: all its
 * Hz are multiplied, so that partials stay partials on every axis.
 */

import { hzOfRow, rowOfHz } from "../lib/scales.js";
import { lay } from "./flatten.js";
import { Selection } from "./selection.js";
import { Sheet, cells, union } from "./sheet.js";

/**
 * Where it goes: by so many columns; its Hz times so much; as long and as high times so much.
 *
 * @typedef {{shift: number, ratio: number, longer: number, higher: number}} Way
 */

/** @type {Way} */
export const STILL = { shift: 0, ratio: 1, longer: 1, higher: 1 };

export class Lifted {
  /**
   * @param {Painting} painting
   * @param {Selection} selection
   * @param {boolean} copy  leave what is there
   */
  constructor(painting, selection, copy) {
    const layer = painting.layer;
    if (!layer) throw new Error("there is no layer");
    this.painting = painting;
    this.selection = selection;
    this.copy = copy;
    this.layer = layer;
    this.pixels = painting.seen(selection.rect);
    this.before = new Sheet(painting.rows, 4);
    this.way = STILL;
    /** @type {Rect | null} */
    this.touched = null;
  }

  /**
   * A place of what was lifted, where it is now.
   *
   * @param {Place} place
   * @param {Way} [way]
   * @returns {Place}
   */
  placed({ x, y }, way = this.way) {
    const { rect } = this.selection;
    const { view } = this.painting;
    const row = rect.y + (y - rect.y) * way.higher;
    return {
      x: rect.x + way.shift + (x - rect.x) * way.longer,
      y: way.ratio === 1 ? row : rowOfHz(view, hzOfRow(view, row) * way.ratio),
    };
  }

  /**
   * Where a place comes from.
   *
   * @param {Place} place
   * @returns {Place}
   */
  origin({ x, y }) {
    const { rect } = this.selection;
    const { view } = this.painting;
    const { shift, ratio, longer, higher } = this.way;
    const row = ratio === 1 ? y : rowOfHz(view, hzOfRow(view, y) / ratio);
    return { x: rect.x + (x - rect.x - shift) / longer, y: rect.y + (row - rect.y) / higher };
  }

  /** What is chosen, where it is now. */
  get now() {
    const { columns, rows } = this.painting;
    return Selection.within(this.selection.outline.map((place) => this.placed(place)), columns, rows);
  }

  /**
   * Put it elsewhere; where it was before is as it was.
   *
   * @param {Way} way
   * @returns {Rect | null} all that changed
   */
  put(way) {
    const { painting, layer, selection } = this;
    const { rect } = selection;
    const last = this.touched;
    const [from, to] = [this.placed(rect, way), this.placed({ x: rect.x + rect.w, y: rect.y + rect.h }, way)];
    const place = cells(from.x, from.y, to.x, to.y, painting.columns, painting.rows);
    const touched = union(this.copy ? null : rect, place);
    if (touched && !painting.isHere(touched.x, touched.w)) {
      painting.need(touched.x, touched.w).catch(() => undefined); // it stays until what is there has come
      return last;
    }
    if (last) painting.paint(layer, last, this.before.read(last));
    this.way = way;
    if (!touched) return last;
    this.before.remember(touched, layer.sheet);
    const paint = this.before.read(touched);
    if (!this.copy) this.#cut(paint, touched);
    if (place) this.#lay(paint, touched, place);
    painting.paint(layer, touched, paint);
    this.touched = union(this.touched, touched);
    return union(last, touched);
  }

  /** Everything is as it was. */
  cancel() {
    if (this.touched) this.painting.paint(this.layer, this.touched, this.before.read(this.touched));
    this.touched = null;
  }

  /**
   * @param {Uint8Array} paint
   * @param {Rect} touched
   */
  #cut(paint, touched) {
    const cover = this.selection.cover(touched);
    for (let at = 0; at < cover.length; at++) if (cover[at]) lay(paint, at * 4, 0, 0, 0, cover[at]);
  }

  /**
   * @param {Uint8Array} paint
   * @param {Rect} touched
   * @param {Rect} place
   */
  #lay(paint, touched, place) {
    const { rect, mask } = this.selection;
    for (let row = place.y; row < place.y + place.h; row++) {
      const y = this.origin({ x: 0, y: row + 0.5 }).y - rect.y - 0.5;
      for (let column = place.x; column < place.x + place.w; column++) {
        const x = this.origin({ x: column + 0.5, y: 0 }).x - rect.x - 0.5;
        const cover = between(mask, 1, 0, rect, x, y);
        if (cover < 1) continue;
        const at = ((row - touched.y) * touched.w + column - touched.x) * 4;
        const [red, green, blue] = [0, 1, 2].map((i) => between(this.pixels, 3, i, rect, x, y));
        lay(paint, at, red, green, blue, Math.round(cover));
      }
    }
  }
}

/**
 * A value between the centres of cells; 0 beside them.
 *
 * @param {Uint8Array} values
 * @param {number} depth
 * @param {number} i
 * @param {Rect} rect
 * @param {number} x
 * @param {number} y
 */
function between(values, depth, i, { w, h }, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - left, y - top];
  let value = 0;
  for (const [column, row, share] of /** @type {const} */ ([
    [left, top, (1 - dx) * (1 - dy)], [left + 1, top, dx * (1 - dy)],
    [left, top + 1, (1 - dx) * dy], [left + 1, top + 1, dx * dy],
  ])) {
    if (share && column >= 0 && row >= 0 && column < w && row < h) value += share * values[(row * w + column) * depth + i];
  }
  return value;
}
