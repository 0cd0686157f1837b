// @ts-check
/** A painting: what is drawn of a sound, and layers of paint over it. */

import { over } from "./flatten.js";
import { Sheet, TILE, tilesUnder } from "./sheet.js";

/** @typedef {{id: number, name: string, visible: boolean, opacity: number}} LayerFacts */
/** @typedef {LayerFacts & {sheet: Sheet, there: Set<number>}} Layer  `there`: tiles yet to be fetched */
/** @typedef {LayerFacts & {tiles: number[]}} Described */

/**
 * Where pixels come from: the drawn ones, and the paint that was kept.
 *
 * @typedef {object} Source
 * @property {(index: number) => Promise<{columns: number, pixels: Uint8Array}>} ground  RGB
 * @property {(layer: number, index: number) => Promise<Uint8Array>} paint  RGBA
 */

/** Tiles that are kept of what is drawn, and of the paint of a layer. */
const MOST = 20;

/** Events: `painted` ({rect}), `came` (a tile that has paint), `layers`. */
export class Painting extends EventTarget {
  /** @type {Layer[]} the lowest first */
  layers = [];
  active = 1;
  /** @type {Map<string, Promise<void>>} */
  #coming = new Map();

  /**
   * @param {View} view
   * @param {Described[]} layers
   * @param {Source} source
   * @param {number} [reach]  columns that see a moment, on either side of it, and more
   */
  constructor(view, layers, source, reach = 8) {
    super();
    this.reach = reach;
    this.view = view;
    this.rows = view.rows;
    this.columns = view.columns;
    this.ground = new Sheet(view.rows, 3);
    this.source = source;
    this.describe(layers);
    this.active = this.layers.at(-1)?.id ?? 1;
  }

  /** The layer that is painted on. */
  get layer() {
    return this.layers.find(({ id }) => id === this.active) ?? this.layers.at(-1) ?? null;
  }

  /**
   * Have these layers; those that were there keep their paint.
   *
   * @param {(LayerFacts & {tiles?: number[]})[]} layers
   */
  describe(layers) {
    const before = new Map(this.layers.map((layer) => [layer.id, layer]));
    const gone = this.layers.filter(({ id }) => !layers.some((one) => one.id === id));
    for (const layer of gone) this.away.set(layer.id, layer);
    this.layers = layers.map(({ id, name, visible, opacity, tiles = [] }) => {
      const known = before.get(id) ?? this.away.get(id);
      const there = known?.there ?? new Set(tiles);
      return { id, name, visible, opacity, there, sheet: known?.sheet ?? new Sheet(this.rows, 4) };
    });
    if (!this.layers.some(({ id }) => id === this.active)) this.active = this.layers.at(-1)?.id ?? 0;
    this.dispatchEvent(new Event("layers"));
  }

  /** @type {Map<number, Layer>} layers that were removed, and may come back */
  away = new Map();

  /** A number that no layer has, or had. */
  get nextId() {
    return Math.max(0, ...this.layers.map(({ id }) => id), ...this.away.keys()) + 1;
  }

  /** @returns {LayerFacts[]} */
  get facts() {
    return this.layers.map(({ id, name, visible, opacity }) => ({ id, name, visible, opacity }));
  }

  /**
   * Whether all pixels of some columns are here.
   *
   * @param {number} first
   * @param {number} count
   */
  isHere(first, count) {
    for (const { index } of tilesUnder(first, count)) {
      if (!this.ground.tiles.has(index) || this.layers.some(({ there }) => there.has(index))) return false;
    }
    return true;
  }

  /**
   * Fetch what is missing of some columns.
   *
   * @param {number} first
   * @param {number} count
   */
  async need(first, count) {
    const tiles = [...tilesUnder(first, count)].map(({ index }) => index);
    await Promise.all(tiles.map((index) => this.#fetch(index)));
    this.#forget(tiles[0], tiles[tiles.length - 1]);
  }

  /** @param {number} index */
  async #fetch(index) {
    const jobs = this.layers.filter(({ there }) => there.has(index)).map((layer) =>
      this.#once(`${layer.id}/${index}`, async () => {
        const paint = await this.source.paint(layer.id, index);
        if (layer.there.delete(index)) layer.sheet.tiles.set(index, paint);
      }));
    if (!this.ground.tiles.has(index)) jobs.push(this.#once(`ground/${index}`, () => this.#fetchGround(index)));
    if (!jobs.length) return;
    await Promise.all(jobs);
    if (this.painted.has(index)) this.dispatchEvent(new CustomEvent("came", { detail: index }));
  }

  /**
   * @param {string} key
   * @param {() => Promise<void>} work
   */
  #once(key, work) {
    const coming = this.#coming.get(key) ?? work().finally(() => this.#coming.delete(key));
    this.#coming.set(key, coming);
    return coming;
  }

  /** @param {number} index */
  async #fetchGround(index) {
    const { columns, pixels } = await this.source.ground(index);
    if (columns === TILE) this.ground.tiles.set(index, pixels);
    else this.ground.write({ x: index * TILE, y: 0, w: columns, h: this.rows }, pixels);
  }

  /** Whether the server has all paint, so that what is far away can be forgotten. */
  isKept = () => false;

  /** The tiles that are looked at, and painted on. */
  near = { low: 0, high: 0 };

  /**
   * Forget what is far from here, and from what is looked at: it can be fetched again.
   *
   * @param {number} low
   * @param {number} high
   */
  #forget(low, high) {
    const from = (/** @type {number} */ index, /** @type {{low: number, high: number}} */ place) => Math.max(place.low - index, index - place.high);
    const distance = (/** @type {number} */ index) => Math.min(from(index, { low, high }), from(index, this.near));
    const far = (/** @type {Sheet} */ { tiles }) =>
      [...tiles.keys()].sort((a, b) => distance(a) - distance(b)).slice(MOST).filter((index) => distance(index) > 0);
    for (const index of far(this.ground)) this.ground.tiles.delete(index);
    if (!this.isKept()) return;
    for (const { sheet, there } of this.layers) {
      for (const index of far(sheet)) {
        if (sheet.tiles.get(index)?.some((value) => value)) there.add(index);
        sheet.tiles.delete(index);
      }
    }
  }

  /**
   * Tiles that have paint on any layer, whether it is here or not.
   *
   * @returns {Set<number>}
   */
  get painted() {
    const all = new Set();
    for (const { there, sheet } of this.layers) for (const index of [...there, ...sheet.tiles.keys()]) all.add(index);
    return all;
  }

  /**
   * What is seen, RGB: all of it, or all up to a layer.
   *
   * @param {Rect} rect
   * @param {Layer | null} [upTo]  without it: use `below`
   */
  seen(rect, upTo = null) {
    const pixels = this.ground.read(rect);
    for (const layer of this.layers) {
      if (layer.visible && layer.opacity) over(pixels, layer.sheet.read(rect), layer.opacity);
      if (layer === upTo) break;
    }
    return pixels;
  }

  /**
   * What is seen, RGBA, where it is another than was drawn; elsewhere nothing.
   *
   * @param {Rect} rect
   */
  difference(rect) {
    const [seen, ground] = [this.seen(rect), this.ground.read(rect)];
    const shown = new Uint8ClampedArray(rect.w * rect.h * 4);
    for (let from = 0, to = 0; from < seen.length; from += 3, to += 4) {
      if (seen[from] === ground[from] && seen[from + 1] === ground[from + 1] && seen[from + 2] === ground[from + 2]) continue;
      shown[to] = seen[from];
      shown[to + 1] = seen[from + 1];
      shown[to + 2] = seen[from + 2];
      shown[to + 3] = 255;
    }
    return shown;
  }

  /**
   * Runs of columns on which something is another than was drawn.
   *
   * @param {number} first
   * @param {number} count
   */
  runs(first, count) {
    const shown = this.difference({ x: first, y: 0, w: count, h: this.rows });
    const differs = new Uint8Array(count);
    for (let at = 3; at < shown.length; at += 4) if (shown[at]) differs[(at >> 2) % count] = 1;
    /** @type {{first: number, last: number}[]} */
    const runs = [];
    differs.forEach((differ, i) => {
      const [column, before] = [first + i, runs.at(-1)];
      if (differ && before?.last === column) before.last++;
      else if (differ) runs.push({ first: column, last: column + 1 });
    });
    return runs;
  }

  /**
   * What is seen below a layer.
   *
   * @param {Rect} rect
   * @param {Layer} layer
   */
  below(rect, layer) {
    const at = this.layers.indexOf(layer);
    return at > 0 ? this.seen(rect, this.layers[at - 1]) : this.ground.read(rect);
  }

  /**
   * Put paint onto a layer.
   *
   * @param {Layer} layer
   * @param {Rect} rect
   * @param {Uint8Array} paint
   */
  paint(layer, rect, paint) {
    layer.sheet.write(rect, paint);
    this.dispatchEvent(new CustomEvent("painted", { detail: rect }));
  }
}
