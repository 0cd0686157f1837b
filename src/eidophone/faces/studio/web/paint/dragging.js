// @ts-check
/** The hand that drags what is chosen, or one of its edges. */

import { hzOfRow } from "../lib/scales.js";
import { Lifted, STILL } from "./moving.js";

/** @typedef {import("./tools.js").Touch} Touch */
/** @typedef {import("./selection.js").Selection} Selection */

/** What was lifted off, as long as it stays chosen. @type {WeakMap<Selection, Lifted>} */
const lifted = new WeakMap();

/** Pixels of the screen around an edge that take hold of it. */
const EDGE = 9;

/**
 * Which edges of what is chosen a touch takes hold of.
 *
 * @param {Selection} selection
 * @param {Touch} touch
 */
export function edgesAt({ rect }, { place, scaleX, scaleY }) {
  const near = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ scale) => Math.abs(a - b) * scale < EDGE;
  const beside = place.x > rect.x - EDGE / scaleX && place.x < rect.x + rect.w + EDGE / scaleX;
  const within = place.y > rect.y - EDGE / scaleY && place.y < rect.y + rect.h + EDGE / scaleY;
  return {
    left: within && near(place.x, rect.x, scaleX),
    right: within && near(place.x, rect.x + rect.w, scaleX),
    top: beside && near(place.y, rect.y, scaleY),
    bottom: beside && near(place.y, rect.y + rect.h, scaleY),
  };
}

/**
 * @param {Easel} easel
 * @param {Options} options
 * @param {Touch} touch
 * @returns {Hand | null}
 */
export function moving(easel, options, touch) {
  const { painting, selection } = easel;
  if (!painting || !selection) return null;
  const edges = edgesAt(selection, touch);
  const stretches = Object.values(edges).some(Boolean);
  if (!stretches && !selection.has(touch.place)) return null;
  const known = lifted.get(selection);
  const held = known && known.copy === (options.copy || touch.copy) ? known : new Lifted(painting, selection, options.copy || touch.copy);
  const before = held.way;
  const from = touch.place;
  const box = selection.rect;
  const put = (/** @type {Way} */ way) => {
    held.put(way);
    const now = held.now;
    if (!now) return;
    lifted.set(now, held);
    easel.selection = now;
  };
  return {
    layer: held.layer,
    move: ({ place }) => put(stretches ? stretched(held, before, box, edges, place) : shifted(painting.view, before, from, place)),
    end: () => {
      const after = held.way;
      const rect = held.touched;
      if (!rect || after === before) return null;
      const painted = held.layer.sheet.read(rect);
      held.put(before);
      const unpainted = held.layer.sheet.read(rect);
      held.put(after);
      return { rect, before: before === STILL ? held.before.read(rect) : unpainted, after: painted };
    },
    cancel: () => {
      if (before === STILL) held.cancel();
      else held.put(before);
      easel.selection = selection;
    },
  };
}

/**
 * @param {View} view
 * @param {Way} way
 * @param {Place} from
 * @param {Place} to
 */
function shifted(view, way, from, to) {
  const ratio = hzOfRow(view, to.y) / Math.max(1, hzOfRow(view, from.y));
  const still = Math.abs(to.y - from.y) < 0.5;
  return { ...way, shift: way.shift + Math.round(to.x - from.x), ratio: still ? way.ratio : way.ratio * Math.max(ratio, 1e-3) };
}

/**
 * @param {Lifted} held
 * @param {Way} way
 * @param {Rect} box  as it was when the edge was taken
 * @param {ReturnType<typeof edgesAt>} edges
 * @param {Place} to
 */
function stretched(held, way, box, edges, to) {
  const next = { ...way };
  if (edges.right) next.longer = way.longer * Math.max(0.05, (to.x - box.x) / box.w);
  else if (edges.left) {
    next.longer = way.longer * Math.max(0.05, (box.x + box.w - to.x) / box.w);
    next.shift = way.shift + box.w - (box.w * next.longer) / way.longer;
  }
  if (edges.bottom) next.higher = way.higher * Math.max(0.05, (to.y - box.y) / box.h);
  else if (edges.top) {
    const scale = Math.max(0.05, (box.y + box.h - to.y) / box.h);
    next.higher = way.higher * scale;
    const { view } = held.painting;
    next.ratio = way.ratio * (hzOfRow(view, box.y + box.h - box.h * scale) / Math.max(1, hzOfRow(view, box.y)));
  }
  return next;
}
