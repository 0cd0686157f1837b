// @ts-check
/** Layers over what is drawn, in whole numbers: the same as jobs/painting/flatten.py, to the bit. */

/**
 * Lay paint over what is below, in place.
 *
 * @param {Uint8Array} below  RGB
 * @param {Uint8Array} paint  RGBA
 * @param {number} opacity  of the layer, 0 to 255
 */
export function over(below, paint, opacity) {
  for (let from = 0, to = 0; from < paint.length; from += 4, to += 3) {
    if (!paint[from + 3]) continue;
    const cover = Math.floor((paint[from + 3] * opacity + 127) / 255);
    for (let i = 0; i < 3; i++) {
      below[to + i] = Math.floor((paint[from + i] * cover + below[to + i] * (255 - cover) + 127) / 255);
    }
  }
}

/**
 * Lay more paint over the paint of a layer, in place; what shows through stays in proportion.
 *
 * @param {Uint8Array} paint  RGBA
 * @param {number} at  of the pixel
 * @param {number} red
 * @param {number} green
 * @param {number} blue
 * @param {number} cover  0 to 255
 */
export function lay(paint, at, red, green, blue, cover) {
  const below = (paint[at + 3] * (255 - cover)) / 255;
  const all = cover + below;
  if (!all) return;
  paint[at] = Math.round((red * cover + paint[at] * below) / all);
  paint[at + 1] = Math.round((green * cover + paint[at + 1] * below) / all);
  paint[at + 2] = Math.round((blue * cover + paint[at + 2] * below) / all);
  paint[at + 3] = Math.round(all);
}
