// @ts-check
/** The partial nearest to a place: a ridge of brightness along the time. */

/** Columns on each side that are looked at together: single ones are noise. */
const AROUND = 3;

/**
 * The row, between rows, of the ridge nearest to a row; that row itself where there is none.
 *
 * @param {(rect: Rect) => Uint8Array} seen  RGB
 * @param {number} columns  of the picture
 * @param {number} rows
 * @param {number} x
 * @param {number} y
 * @param {number} reach  rows
 */
export function ridgeNear(seen, columns, rows, x, y, reach) {
  const first = Math.max(0, Math.floor(x) - AROUND);
  const top = Math.max(0, Math.floor(y - reach) - 1);
  const w = Math.min(columns, Math.floor(x) + AROUND + 1) - first;
  const h = Math.min(rows, Math.ceil(y + reach) + 1) - top;
  if (w < 1 || h < 3) return y;
  const pixels = seen({ x: first, y: top, w, h });
  const bright = new Float32Array(h);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const at = (row * w + column) * 3;
      bright[row] += Math.max(pixels[at], pixels[at + 1], pixels[at + 2]) / w;
    }
  }
  let [best, score] = [y, 0];
  for (let row = 1; row < h - 1; row++) {
    const [above, here, below] = [bright[row - 1], bright[row], bright[row + 1]];
    if (here < 8 || here < above || here <= below) continue;
    const bend = above - 2 * here + below;
    const place = top + row + 0.5 + (bend < 0 ? (0.5 * (above - below)) / bend : 0);
    const near = 1 - Math.abs(place - y) / reach;
    if (near > 0 && here * near > score) [best, score] = [place, here * near];
  }
  return best;
}
