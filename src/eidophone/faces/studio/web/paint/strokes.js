// @ts-check
/**
 * Strokes: paint along a way, with soft edges. A brush makes louder and never quieter: where its
 * ink is more than what is there, it is the new one; its edge fades in decibels. An eraser covers.
 */

import { lay, over } from "./flatten.js";
import { Sheet, cells, union } from "./sheet.js";

/** @typedef {{x: number, y: number}} Place  columns, and rows from the top, between cells */
/** @typedef {{rx: number, ry: number, hardness: number, ink: number}} Tip  radii in cells; ink 0 to 255 */

/** @typedef {{place: Place, tip: Tip}} At */

/** Radii in cells below which a stroke would fall between cells, and click. */
const LEAST_RADIUS = 0.8;

/**
 * How much of a stroke there is at a distance from its middle, in radii.
 *
 * @param {number} distance
 * @param {number} hardness  0 soft, 1 hard
 */
export function fall(distance, hardness) {
  if (distance >= 1) return 0;
  const inner = Math.min(hardness, 0.98);
  if (distance <= inner) return 1;
  return 0.5 + 0.5 * Math.cos((Math.PI * (distance - inner)) / (1 - inner));
}

/** What all strokes have: a layer as it was before, and a mask of what was touched. */
export class Stroke {
  /** @type {At | null} */
  #last = null;
  /** @type {(Rect | null)[]} what is to be painted: one each for what lies apart */
  #dirty = [];
  /** @type {Rect | null} all that was touched */
  touched = null;

  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection | null} selection  only in it is painted
   */
  constructor(painting, selection) {
    const layer = painting.layer;
    if (!layer) throw new Error("there is no layer");
    this.painting = painting;
    this.selection = selection;
    this.layer = layer;
    this.before = new Sheet(painting.rows, 4);
    this.mask = new Sheet(painting.rows, 1);
  }

  /**
   * Go on to a place; what changed is painted.
   *
   * @param {Place} place
   * @param {Tip} tip
   */
  to(place, tip) {
    const sized = { ...tip, rx: Math.max(LEAST_RADIUS, tip.rx), ry: Math.max(LEAST_RADIUS, tip.ry) };
    const here = { place, tip: sized };
    this.trace(this.#last ?? here, here);
    this.#last = here;
    this.flush();
  }

  /**
   * Touch what lies between two places.
   *
   * @param {At} from
   * @param {At} to
   */
  trace(from, to) {
    this.cover(from, to, 0);
  }

  /** Paint what is to be painted. */
  flush() {
    for (const rect of this.#dirty) if (rect) this.#show(rect);
    this.#dirty = [];
  }

  /**
   * A straight line, instead of all that this stroke painted so far.
   *
   * @param {Place} from
   * @param {Place} to
   * @param {Tip} tip
   */
  line(from, to, tip) {
    this.restart();
    this.#last = null;
    this.to(from, tip);
    this.to(to, tip);
  }

  /**
   * All of some cells.
   *
   * @param {Rect} rect
   */
  all(rect) {
    this.mask.write(rect, new Uint8Array(rect.w * rect.h).fill(255));
    this.soil(rect, 0);
    this.flush();
  }

  /** All that was painted is as it was. */
  cancel() {
    if (this.touched) this.painting.paint(this.layer, this.touched, this.before.read(this.touched));
    this.touched = null;
  }

  /** Begin anew. */
  restart() {
    this.cancel();
    this.mask.tiles.clear();
  }

  /**
   * What was changed: the paint before and after; null if nothing was.
   *
   * @returns {{rect: Rect, before: Uint8Array, after: Uint8Array} | null}
   */
  end() {
    const rect = this.touched;
    if (!rect) return null;
    return { rect, before: this.before.read(rect), after: this.layer.sheet.read(rect) };
  }

  /**
   * Cover the cells around the straight way between two places: one piece, without ripples.
   *
   * @param {At} from
   * @param {At} to
   * @param {number} which  of several that lie apart
   */
  cover({ place: a, tip: begin }, { place: b, tip: end }, which) {
    const [rx, ry] = [Math.max(begin.rx, end.rx), Math.max(begin.ry, end.ry)];
    const { columns, rows } = this.painting;
    const rect = cells(Math.min(a.x, b.x) - rx, Math.min(a.y, b.y) - ry, Math.max(a.x, b.x) + rx, Math.max(a.y, b.y) + ry, columns, rows);
    if (!rect) return;
    const mask = this.mask.read(rect);
    const [wx, wy] = [(b.x - a.x) / rx, (b.y - a.y) / ry];
    const way = wx * wx + wy * wy;
    for (let row = 0, at = 0; row < rect.h; row++) {
      const y = (rect.y + row + 0.5 - a.y) / ry;
      for (let column = 0; column < rect.w; column++, at++) {
        const x = (rect.x + column + 0.5 - a.x) / rx;
        const share = way ? Math.min(1, Math.max(0, (x * wx + y * wy) / way)) : 1;
        const size = begin.rx === end.rx ? 1 : (begin.rx + share * (end.rx - begin.rx)) / rx;
        const distance = Math.hypot(x - share * wx, y - share * wy) / size;
        if (distance >= 1) continue;
        const value = (begin.ink + share * (end.ink - begin.ink)) * fall(distance, end.hardness);
        if (value > mask[at]) mask[at] = Math.round(value);
      }
    }
    this.mask.write(rect, mask);
    this.soil(rect, which);
  }

  /**
   * @param {Rect} rect
   * @param {number} which
   */
  soil(rect, which) {
    this.before.remember(rect, this.layer.sheet);
    this.#dirty[which] = union(this.#dirty[which] ?? null, rect);
  }

  /** @param {Rect} rect */
  #show(rect) {
    this.touched = union(this.touched, rect);
    const paint = this.before.read(rect);
    this.lay(rect, paint, this.mask.read(rect), this.selection?.cover(rect) ?? null);
    this.painting.paint(this.layer, rect, paint);
  }

  /**
   * Paint onto a copy of what was there before.
   *
   * @param {Rect} _rect
   * @param {Uint8Array} _paint  RGBA, as it was before the stroke
   * @param {Uint8Array} _mask
   * @param {Uint8Array | null} _within  of the selection, 0 to 255
   */
  lay(_rect, _paint, _mask, _within) {}

  /**
   * What was seen up to this layer before the stroke.
   *
   * @param {Rect} rect
   * @param {Uint8Array} paint  of this layer, as it was
   */
  seenBefore(rect, paint) {
    const seen = this.painting.below(rect, this.layer);
    if (this.layer.visible) over(seen, paint, this.layer.opacity);
    return seen;
  }
}

/** Ink that makes louder. */
export class InkStroke extends Stroke {
  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection | null} selection
   * @param {Uint8Array} colours  `[256, 3]`, see `coloursAt`
   * @param {{grain?: boolean}} [how]  with grain it is noise
   */
  constructor(painting, selection, colours, { grain = false } = {}) {
    super(painting, selection);
    this.colours = colours;
    this.grain = grain;
  }

  /**
   * @param {Rect} rect
   * @param {Uint8Array} paint
   * @param {Uint8Array} mask
   * @param {Uint8Array | null} within
   */
  lay(rect, paint, mask, within) {
    const { colours } = this;
    const seen = this.seenBefore(rect, paint);
    for (let at = 0, to = 0, from = 0; at < mask.length; at++, to += 4, from += 3) {
      let ink = mask[at];
      if (!ink) continue;
      if (within) ink = Math.round((ink * within[at]) / 255);
      if (this.grain) ink = Math.round(ink * grainAt(rect.x + (at % rect.w), rect.y + Math.floor(at / rect.w)));
      const red = Math.max(seen[from], colours[ink * 3]);
      const green = Math.max(seen[from + 1], colours[ink * 3 + 1]);
      const blue = Math.max(seen[from + 2], colours[ink * 3 + 2]);
      if (red === seen[from] && green === seen[from + 1] && blue === seen[from + 2]) continue;
      paint[to] = red;
      paint[to + 1] = green;
      paint[to + 2] = blue;
      paint[to + 3] = 255;
    }
  }
}

/** Silence, or back to the sound. */
export class EraserStroke extends Stroke {
  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection | null} selection
   * @param {boolean} back  takes the paint of this layer away
   */
  constructor(painting, selection, back) {
    super(painting, selection);
    this.back = back;
  }

  /**
   * @param {Rect} _rect
   * @param {Uint8Array} paint
   * @param {Uint8Array} mask
   * @param {Uint8Array | null} within
   */
  lay(_rect, paint, mask, within) {
    for (let at = 0; at < mask.length; at++) {
      const cover = within ? Math.round((mask[at] * within[at]) / 255) : mask[at];
      if (!cover) continue;
      if (this.back) paint[at * 4 + 3] = Math.round((paint[at * 4 + 3] * (255 - cover)) / 255);
      else lay(paint, at * 4, 0, 0, 0, cover);
    }
  }
}

/**
 * Noise that is always the same at the same cell: 0 to 1, mostly dark.
 *
 * @param {number} x
 * @param {number} y
 */
function grainAt(x, y) {
  let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return ((hash >>> 0) / 2 ** 32) ** 1.5;
}
