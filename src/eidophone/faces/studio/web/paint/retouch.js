// @ts-check
/** Smudge and blur: what is seen, moved about. They work on what they have done so far. */

import { Stroke, fall } from "./strokes.js";
import { cells } from "./sheet.js";

/** @typedef {import("./strokes.js").Tip} Tip */
/** @typedef {import("./strokes.js").At} At */

/** Dabs are so many radii apart, at most. */
const APART = 0.35;

class Retouch extends Stroke {
  #carry = 0;

  /**
   * @param {At} from
   * @param {At} to
   */
  trace({ place: a }, { place: b, tip }) {
    const way = Math.hypot((b.x - a.x) / tip.rx, (b.y - a.y) / tip.ry);
    if (!way) this.dab(b, tip);
    let at = APART - this.#carry;
    for (; at <= way; at += APART) {
      const share = at / way;
      this.dab({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }, tip);
    }
    this.#carry = way - (at - APART);
  }

  /**
   * The cells of a dab as they are now, changed by `change`, and covered by as much as it covers.
   *
   * @param {Place} place
   * @param {Tip} tip
   */
  dab(place, tip) {
    const { painting, layer } = this;
    const { columns, rows } = painting;
    const rect = cells(place.x - tip.rx, place.y - tip.ry, place.x + tip.rx, place.y + tip.ry, columns, rows);
    if (!rect) return;
    this.before.remember(rect, layer.sheet);
    const within = this.selection?.cover(rect);
    const seen = painting.seen(rect, layer);
    const other = this.change(rect, seen, place, tip);
    const paint = this.now.read(rect);
    for (let at = 0; at < rect.w * rect.h; at++) {
      const dx = (rect.x + (at % rect.w) + 0.5 - place.x) / tip.rx;
      const dy = (rect.y + Math.floor(at / rect.w) + 0.5 - place.y) / tip.ry;
      const cover = (tip.ink / 255) * fall(Math.hypot(dx, dy), tip.hardness) * (within ? within[at] / 255 : 1);
      if (!cover) continue;
      for (let i = 0; i < 3; i++) {
        paint[at * 4 + i] = Math.round(seen[at * 3 + i] + cover * (other[at * 3 + i] - seen[at * 3 + i]));
      }
      paint[at * 4 + 3] = 255;
    }
    this.now.write(rect, paint);
    this.soil(rect, 0);
  }

  /** The layer while it is worked on. */
  get now() {
    return this.layer.sheet;
  }

  /**
   * @param {Rect} rect
   * @param {Uint8Array} paint
   */
  lay(rect, paint) {
    paint.set(this.now.read(rect));
  }

  /**
   * @param {Rect} _rect
   * @param {Uint8Array} seen
   * @param {Place} _place
   * @param {Tip} _tip
   * @returns {ArrayLike<number>}
   */
  change(_rect, seen, _place, _tip) {
    return seen;
  }
}

export class BlurStroke extends Retouch {
  /**
   * @param {Rect} rect
   * @param {Uint8Array} seen
   */
  change({ w, h }, seen) {
    const across = new Float32Array(seen.length);
    const out = new Float32Array(seen.length);
    for (let i = 0; i < 3; i++) {
      for (let row = 0; row < h; row++) blurLine(seen, across, row * w * 3 + i, 3, w);
      for (let column = 0; column < w; column++) blurLine(across, out, column * 3 + i, w * 3, h);
    }
    return out;
  }
}

/**
 * One line, each cell with those beside it: 1, 2, 1.
 *
 * @param {ArrayLike<number>} from
 * @param {Float32Array} to
 * @param {number} start
 * @param {number} step
 * @param {number} length
 */
function blurLine(from, to, start, step, length) {
  for (let n = 0; n < length; n++) {
    const at = start + n * step;
    const before = n > 0 ? at - step : at;
    const after = n < length - 1 ? at + step : at;
    to[at] = (from[before] + 2 * from[at] + from[after]) / 4;
  }
}

/** How much of what is carried along is left behind with each dab. */
const LEFT = 0.25;

export class SmudgeStroke extends Retouch {
  /** @type {{rect: Rect, carried: Float32Array} | null} */
  #hand = null;

  /**
   * @param {Rect} rect
   * @param {Uint8Array} seen
   * @param {Place} place
   */
  change(rect, seen, place) {
    const hand = this.#hand;
    const carried = new Float32Array(seen.length);
    for (let at = 0; at < rect.w * rect.h; at++) {
      // Cells are carried by their place under the hand; at the edge of the picture some are missing.
      const from = hand ? sameUnder(hand.rect, rect, at, place, this.from) : -1;
      for (let i = 0; i < 3; i++) {
        const held = from < 0 || !hand ? seen[at * 3 + i] : hand.carried[from * 3 + i];
        carried[at * 3 + i] = held + LEFT * (seen[at * 3 + i] - held);
      }
    }
    this.#hand = { rect, carried };
    this.from = place;
    return carried;
  }

  /** @type {Place} */
  from = { x: 0, y: 0 };
}

/**
 * Which cell of the last dab is the same one under the hand.
 *
 * @param {Rect} last
 * @param {Rect} rect
 * @param {number} at
 * @param {Place} place
 * @param {Place} from
 */
function sameUnder(last, rect, at, place, from) {
  const x = rect.x + (at % rect.w) - Math.round(place.x - from.x) - last.x;
  const y = rect.y + Math.floor(at / rect.w) - Math.round(place.y - from.y) - last.y;
  return x >= 0 && y >= 0 && x < last.w && y < last.h ? y * last.w + x : -1;
}
