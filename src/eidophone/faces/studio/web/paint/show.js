// @ts-check
/** What was painted, shown over the picture: of each tile only what differs from what was drawn. */

import { TILE, tilesUnder } from "./sheet.js";

/** @typedef {import("./painting.js").Painting} Painting */
/** @typedef {import("./sheet.js").Rect} Rect */

/** Tiles that are kept ready to be shown. */
const MOST = 16;

/** Pixels of the screen from which on a cell is shown with sharp edges, as in parts/picture.js. */
const SHARP = 3;

export class Show {
  /** @type {Map<number, OffscreenCanvasRenderingContext2D>} */
  #tiles = new Map();

  /** @param {Painting} painting */
  constructor(painting) {
    this.painting = painting;
  }

  /**
   * These cells changed.
   *
   * @param {Rect} rect
   */
  painted(rect) {
    for (const { index, from, wide } of tilesUnder(rect.x, rect.w)) {
      this.#fill(index, { x: rect.x + from, y: rect.y, w: wide, h: rect.h });
    }
  }

  /** All of it may have changed: layers did. */
  again() {
    this.#tiles.clear();
  }

  /**
   * Draw what is seen of it.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {import("../parts/geometry.js").Geometry} geometry
   */
  draw(context, geometry) {
    const { painting } = this;
    const scale = devicePixelRatio;
    const [sx, sy] = [geometry.scaleX * scale, geometry.scaleY * scale];
    context.imageSmoothingEnabled = !(sx === 1 && sy === 1) && (sx < SHARP || sy < SHARP);
    context.imageSmoothingQuality = "high";
    const first = Math.max(0, Math.floor(geometry.left));
    const last = Math.min(painting.columns, Math.ceil(geometry.columnOfX(geometry.width)));
    const painted = painting.painted;
    for (const { index } of tilesUnder(first, last - first)) {
      if (!painted.has(index)) continue;
      const tile = this.#tile(index);
      if (!tile) continue;
      const columns = Math.min(TILE, painting.columns - index * TILE);
      const x0 = Math.round(geometry.xOfColumn(index * TILE) * scale);
      const x1 = Math.round(geometry.xOfColumn(index * TILE + columns) * scale);
      const y0 = Math.round(geometry.yOfRow(0) * scale);
      const y1 = Math.round(geometry.yOfRow(painting.rows) * scale);
      context.drawImage(tile.canvas, 0, 0, columns, painting.rows, x0, y0, x1 - x0, y1 - y0);
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
      const context = new OffscreenCanvas(TILE, this.painting.rows).getContext("2d");
      if (!context) throw new Error("there is no canvas");
      this.#tiles.set(index, (tile = context));
      if (this.#tiles.size > MOST) this.#tiles.delete(/** @type {number} */ (this.#tiles.keys().next().value));
      rect = { x: index * TILE, y: 0, w: Math.min(TILE, this.painting.columns - index * TILE), h: this.painting.rows };
    }
    const [seen, ground] = [this.painting.seen(rect), this.painting.ground.read(rect)];
    const image = new ImageData(rect.w, rect.h);
    for (let from = 0, to = 0; from < seen.length; from += 3, to += 4) {
      const same = seen[from] === ground[from] && seen[from + 1] === ground[from + 1] && seen[from + 2] === ground[from + 2];
      if (same) continue;
      image.data[to] = seen[from];
      image.data[to + 1] = seen[from + 1];
      image.data[to + 2] = seen[from + 2];
      image.data[to + 3] = 255;
    }
    tile.putImageData(image, rect.x - index * TILE, rect.y);
  }
}
