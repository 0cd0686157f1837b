// @ts-check
/** Sheets of pixels in tiles of 1,024 columns, of which only those that are needed are there. */

/** Columns of a tile, as in jobs/painting/tiles.py. */
export const TILE = 1024;

/** @typedef {{x: number, y: number, w: number, h: number}} Rect  columns and rows, whole numbers */

/**
 * The whole cells that a place between cells touches.
 *
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {number} columns  of the picture
 * @param {number} rows
 * @returns {Rect | null}  null beside the picture
 */
export function cells(x0, y0, x1, y1, columns, rows) {
  const x = Math.max(0, Math.floor(x0));
  const y = Math.max(0, Math.floor(y0));
  const w = Math.min(columns, Math.ceil(x1)) - x;
  const h = Math.min(rows, Math.ceil(y1)) - y;
  return w > 0 && h > 0 ? { x, y, w, h } : null;
}

/**
 * @param {Rect | null} a
 * @param {Rect | null} b
 * @returns {Rect | null}
 */
export function union(a, b) {
  if (!a || !b) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

/**
 * The tiles under some columns: index, first column in the tile, first column of the rest, how many.
 *
 * @param {number} first
 * @param {number} count
 */
export function* tilesUnder(first, count) {
  for (let at = first; at < first + count; ) {
    const index = Math.floor(at / TILE);
    const wide = Math.min(first + count, (index + 1) * TILE) - at;
    yield { index, inTile: at - index * TILE, from: at - first, wide };
    at += wide;
  }
}

export class Sheet {
  /** @type {Map<number, Uint8Array>} */
  tiles = new Map();

  /**
   * @param {number} rows
   * @param {number} depth  3: RGB, 4: RGBA, 1: a mask
   */
  constructor(rows, depth) {
    this.rows = rows;
    this.depth = depth;
  }

  /** @param {number} index */
  tile(index) {
    let tile = this.tiles.get(index);
    if (!tile) this.tiles.set(index, (tile = new Uint8Array(this.rows * TILE * this.depth)));
    return tile;
  }

  /**
   * Have what another sheet has under some columns now; tiles that are here stay as they are.
   *
   * @param {{x: number, w: number}} columns
   * @param {Sheet} other
   */
  remember({ x, w }, other) {
    for (const { index } of tilesUnder(x, w)) {
      if (!this.tiles.has(index)) this.tile(index).set(other.tiles.get(index) ?? []);
    }
  }

  /**
   * Pixels row by row; nothing is 0.
   *
   * @param {Rect} rect
   */
  read({ x, y, w, h }) {
    const { depth } = this;
    const pixels = new Uint8Array(w * h * depth);
    for (const { index, inTile, from, wide } of tilesUnder(x, w)) {
      const tile = this.tiles.get(index);
      if (!tile) continue;
      for (let row = 0; row < h; row++) {
        const at = ((y + row) * TILE + inTile) * depth;
        pixels.set(tile.subarray(at, at + wide * depth), (row * w + from) * depth);
      }
    }
    return pixels;
  }

  /**
   * @param {Rect} rect
   * @param {Uint8Array} pixels
   */
  write({ x, y, w, h }, pixels) {
    const { depth } = this;
    for (const { index, inTile, from, wide } of tilesUnder(x, w)) {
      const tile = this.tile(index);
      for (let row = 0; row < h; row++) {
        const at = (row * w + from) * depth;
        tile.set(pixels.subarray(at, at + wide * depth), ((y + row) * TILE + inTile) * depth);
      }
    }
  }
}
