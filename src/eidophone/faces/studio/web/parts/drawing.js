// @ts-check
/** What is seen of a picture, drawn of its tiles. */

/** @typedef {import("./tiles.js").Tiles} Tiles */
/** @typedef {import("./tiles.js").Place} Place */

/** Pixels of the screen from which on a column or a row is shown with sharp edges. */
const SHARP = 3;

/**
 * Draw what is there, and give the places that are looked at.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {Tiles} tiles
 * @returns {Place[]}
 */
export function drawTiles(context, geometry, tiles) {
  const { view } = geometry;
  smooth(context, geometry);
  const level = geometry.level();
  const wide = view.tile_columns * level;
  const end = Math.min(view.columns, geometry.columnOfX(geometry.width));
  const places = [];
  for (let index = Math.floor(geometry.left / wide); index * wide < end; index++) {
    places.push({ level, index });
    const tile = tiles.at({ level, index });
    if (!tile) drawCoarser(context, geometry, tiles, { level, index });
    else {
      const last = index * wide + tile.columns * level;
      place(context, geometry, tile.bitmap, [0, tile.columns], [index * wide, last]);
    }
  }
  return places;
}

/**
 * Edges are soft, or sharp where cells are large.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 */
export function smooth(context, geometry) {
  const [sx, sy] = [geometry.scaleX * devicePixelRatio, geometry.scaleY * devicePixelRatio];
  context.imageSmoothingEnabled = !(sx === 1 && sy === 1) && (sx < SHARP || sy < SHARP);
  context.imageSmoothingQuality = "high";
}

/**
 * Draw some pixel columns of a tile where these columns of the picture are.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {ImageBitmap | OffscreenCanvas} bitmap
 * @param {[number, number]} pixels  the first of them, and how many
 * @param {[number, number]} columns  from, to
 */
export function place(context, geometry, bitmap, [first, count], [from, to]) {
  const scale = devicePixelRatio; // whole pixels of the screen, so that no seam is seen
  const x0 = Math.round(geometry.xOfColumn(from) * scale);
  const x1 = Math.round(geometry.xOfColumn(to) * scale);
  const y0 = Math.round(geometry.yOfRow(0) * scale);
  const y1 = Math.round(geometry.yOfRow(bitmap.height) * scale);
  context.drawImage(bitmap, first, 0, count, bitmap.height, x0, y0, x1 - x0, y1 - y0);
}

/**
 * While a tile is on its way, the part of a coarser one that shows the same.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {Tiles} tiles
 * @param {Place} missing
 */
function drawCoarser(context, geometry, tiles, { level, index }) {
  const { view } = geometry;
  const first = index * view.tile_columns * level;
  const last = Math.min(view.columns, first + view.tile_columns * level);
  for (const other of view.levels.filter((one) => one > level)) {
    const at = Math.floor(first / (view.tile_columns * other));
    const tile = tiles.at({ level: other, index: at });
    if (!tile) continue;
    const from = first / other - at * view.tile_columns;
    place(context, geometry, tile.bitmap, [from, (last - first) / other], [first, last]);
    return;
  }
}
