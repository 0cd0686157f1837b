// @ts-check
/** What was painted, shown over the picture: of each tile only what differs from what was drawn. */

import { place, smooth } from "../parts/drawing.js";
import { TILE, tilesUnder } from "./sheet.js";

/** Tiles that are kept ready to be shown. */
const MOST = 16;

/** Pixels of the whole, from its beginning to its end. */
const WIDE = 2048;

export class Show {
  /** @type {Map<number, OffscreenCanvasRenderingContext2D>} */
  #tiles = new Map();
  /** @type {Set<number>} tiles that are yet to be shown in the whole */
  #stale = new Set();

  /** @param {Painting} painting */
  constructor(painting) {
    this.painting = painting;
    this.whole = contextOf(WIDE, painting.rows);
    this.again();
  }

  /**
   * These cells changed.
   *
   * @param {Rect} rect
   */
  painted(rect) {
    for (const { index, from, wide } of tilesUnder(rect.x, rect.w)) {
      this.#stale.add(index);
      this.#fill(index, { x: rect.x + from, y: rect.y, w: wide, h: rect.h });
    }
  }

  /**
   * A tile is there now, and may have been shown without some of it.
   *
   * @param {number} index
   */
  came(index) {
    this.#tiles.delete(index);
    this.#stale.add(index);
  }

  /** All of it may have changed: layers did. */
  again() {
    this.#tiles.clear();
    this.whole.clearRect(0, 0, WIDE, this.painting.rows);
    this.#stale = this.painting.painted;
  }

  /** Bring the whole up to date; whether it was not. */
  shrink() {
    const { columns, rows } = this.painting;
    for (const index of this.#stale) {
      const tile = this.#tile(index);
      if (!tile) continue;
      const wide = Math.min(TILE, columns - index * TILE);
      const [x0, x1] = [index * TILE, index * TILE + wide].map((column) => Math.round((column / columns) * WIDE));
      this.whole.clearRect(x0, 0, x1 - x0, rows);
      this.whole.drawImage(tile.canvas, 0, 0, wide, rows, x0, 0, x1 - x0, rows);
    }
    const some = this.#stale.size > 0;
    this.#stale.clear();
    return some;
  }

  /**
   * Draw all of it, from afar.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Geometry} geometry
   */
  drawWhole(context, geometry) {
    smooth(context, geometry);
    place(context, geometry, this.whole.canvas, [0, WIDE], [0, this.painting.columns]);
  }

  /**
   * Draw what is seen of it.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Geometry} geometry
   */
  draw(context, geometry) {
    const { painting } = this;
    smooth(context, geometry);
    const { first, count } = geometry.seen;
    const painted = painting.painted;
    for (const { index } of tilesUnder(first, count)) {
      if (!painted.has(index)) continue;
      const tile = this.#tile(index);
      if (!tile) continue;
      const columns = Math.min(TILE, painting.columns - index * TILE);
      place(context, geometry, tile.canvas, [0, columns], [index * TILE, index * TILE + columns]);
    }
  }

  /** @param {number} index */
  #tile(index) {
    if (!this.#tiles.has(index)) {
      const w = Math.min(TILE, this.painting.columns - index * TILE);
      if (!this.painting.isHere(index * TILE, w)) return null;
      this.#fill(index, { x: index * TILE, y: 0, w, h: this.painting.rows });
    }
    return this.#tiles.get(index);
  }

  /**
   * @param {number} index
   * @param {Rect} rect  within the tile
   */
  #fill(index, rect) {
    let tile = this.#tiles.get(index);
    if (!tile) {
      this.#tiles.set(index, (tile = contextOf(TILE, this.painting.rows)));
      if (this.#tiles.size > MOST) this.#tiles.delete(/** @type {number} */ (this.#tiles.keys().next().value));
      rect = { x: index * TILE, y: 0, w: Math.min(TILE, this.painting.columns - index * TILE), h: this.painting.rows };
    }
    const image = new ImageData(this.painting.difference(rect), rect.w, rect.h);
    tile.putImageData(image, rect.x - index * TILE, rect.y);
  }
}

/**
 * @param {number} width
 * @param {number} height
 */
function contextOf(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("there is no canvas");
  context.imageSmoothingQuality = "high";
  return context;
}
