// @ts-check
/** The tiles of a picture: fetched when they are looked at, and only so many of them kept. */

import { bytes } from "../lib/api.js";

/** @typedef {{bitmap: ImageBitmap | OffscreenCanvas, columns: number, rows: number, complete: boolean}} Tile */
/** @typedef {{level: number, index: number}} Place */

/** Bytes of bitmaps that are kept. */
const BUDGET = 48 * 2 ** 20;

/** Tiles on their way at once. */
const AT_ONCE = 3;

/** What is seen where nothing is drawn. @type {Tile} */
const BLANK = { bitmap: new OffscreenCanvas(1, 1), columns: 0, rows: 1, complete: true };

/**
 * RGB as the server sends it, as a bitmap of the same pixels.
 *
 * @param {ArrayBuffer} buffer  `[rows, columns, 3]`
 * @param {number} columns
 * @param {number} rows
 */
async function bitmapOf(buffer, columns, rows) {
  const rgb = new Uint8Array(buffer);
  const pixels = new Uint32Array(columns * rows);
  for (let i = 0, j = 0; i < pixels.length; i++, j += 3) {
    pixels[i] = 0xff000000 | (rgb[j + 2] << 16) | (rgb[j + 1] << 8) | rgb[j];
  }
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
  return createImageBitmap(image, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

export class Tiles {
  /** @type {Map<string, Tile & {bitmap: ImageBitmap}>} in the order of their use */
  #kept = new Map();
  /** @type {Map<string, AbortController>} */
  #coming = new Map();
  /** @type {Place[]} */
  #wanted = [];
  /** @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {View} view
   * @param {() => void} came
   */
  constructor(view, came) {
    this.view = view;
    this.came = came;
  }

  /**
   * The tile at a place, if it is there; a look keeps it.
   *
   * @param {Place} place
   * @returns {Tile | null}
   */
  at({ level, index }) {
    if (this.#isBlank(level, index)) return BLANK;
    const key = `${level}/${index}`;
    const tile = this.#kept.get(key);
    if (!tile) return null;
    this.#kept.delete(key);
    this.#kept.set(key, tile);
    return tile;
  }

  /**
   * @param {number} level
   * @param {number} index
   */
  #isBlank(level, index) {
    return index * this.view.tile_columns * level >= (this.view.drawn ?? Infinity);
  }

  /**
   * These are looked at now; what is on its way for no one is given up.
   *
   * @param {Place[]} places  the most important first
   */
  want(places) {
    this.#wanted = places;
    const keys = new Set(places.map(({ level, index }) => `${level}/${index}`));
    for (const [key, abort] of this.#coming) if (!keys.has(key)) abort.abort();
    this.#fetch();
  }

  /** Ask again for those that were not complete, or refused. */
  refresh() {
    this.#refused.clear();
    this.#fetch(true);
  }

  close() {
    this.#wanted = [];
    for (const abort of this.#coming.values()) abort.abort();
    for (const tile of this.#kept.values()) tile.bitmap.close();
    this.#kept.clear();
  }

  /** @param {boolean} [again] */
  #fetch(again = false) {
    for (const { level, index } of this.#wanted) {
      if (this.#coming.size >= AT_ONCE) return;
      const key = `${level}/${index}`;
      const kept = this.#kept.get(key);
      if (this.#coming.has(key) || this.#refused.has(key) || this.#isBlank(level, index)) continue;
      if (!kept || (again && !kept.complete)) this.#get(key, `views/${this.view.id}/tiles/${key}`);
    }
  }

  /**
   * @param {string} key
   * @param {string} path
   */
  async #get(key, path) {
    const abort = new AbortController();
    this.#coming.set(key, abort);
    try {
      const { buffer, headers } = await bytes(path, { signal: abort.signal });
      const columns = Number(headers.get("X-Columns"));
      const rows = Number(headers.get("X-Rows"));
      const bitmap = await bitmapOf(buffer, columns, rows);
      if (abort.signal.aborted) return bitmap.close(); // nobody looks any more
      this.#keep(key, { bitmap, columns, rows, complete: headers.get("X-Complete") !== "0" });
      this.came();
    } catch (error) {
      if (!abort.signal.aborted) this.#refused.add(key); // black: the server has said why
    } finally {
      this.#coming.delete(key);
      this.#fetch();
    }
  }

  /**
   * @param {string} key
   * @param {Tile & {bitmap: ImageBitmap}} tile
   */
  #keep(key, tile) {
    this.#kept.get(key)?.bitmap.close();
    this.#kept.delete(key);
    this.#kept.set(key, tile);
    let size = 0;
    for (const { columns, rows } of this.#kept.values()) size += columns * rows * 4;
    for (const [old, { bitmap, columns, rows }] of this.#kept) {
      if (size <= BUDGET || old === key) break;
      size -= columns * rows * 4;
      bitmap.close();
      this.#kept.delete(old);
    }
  }
}
