// @ts-check
/** The tools: what each is called, its key, which options it has, and what it does with the hand. */

import { valueOfDb } from "../lib/scales.js";
import { moving } from "./dragging.js";
import { HarmonicsStroke, partialsOf } from "./harmonics.js";
import { coloursAt } from "./ink.js";
import { BlurStroke, SmudgeStroke } from "./retouch.js";
import { ridgeNear } from "./ridge.js";
import { Selection } from "./selection.js";
import { StampStroke } from "./stamping.js";
import { EraserStroke, InkStroke } from "./strokes.js";

/** @typedef {{rect: Rect, before: Uint8Array, after: Uint8Array}} Changed */

/**
 * What the hand does: where it is, in columns and rows; the scale of the screen; and how hard a pen
 * presses, 0 to 1, or null for what does not press.
 *
 * @typedef {{place: Place, scaleX: number, scaleY: number, pressure: number | null, copy: boolean}} Touch
 */

/**
 * @typedef {object} Hand  a tool at work, from touching to lifting
 * @property {(touch: Touch) => void} move
 * @property {() => Changed | null} end
 * @property {() => void} cancel
 * @property {Layer | null} layer
 */

/**
 * @typedef {object} Options
 * @property {number} size  pixels of the screen
 * @property {number} hardness  0 to 1
 * @property {number} level  dB
 * @property {number} place  -1 left to 1 right
 * @property {number} partials
 * @property {number} fall  dB an octave
 * @property {number} strength  0 to 1
 * @property {"silence" | "sound"} erases
 * @property {boolean} snap
 * @property {boolean} inverted
 * @property {boolean} copy
 * @property {import("./stamping.js").Stamp | null} stamp
 */

/** @type {Options} */
export const USUAL = {
  size: 24, hardness: 0.3, level: -24, place: 0, partials: 8, fall: 9, strength: 0.8,
  erases: "silence", snap: false, inverted: false, copy: false, stamp: null,
};

/**
 * @typedef {object} Tool
 * @property {string} id
 * @property {string} title
 * @property {string} key
 * @property {string} words  what it does
 * @property {(keyof Options)[]} options
 * @property {string} did  what a step of it is called
 */

/** @type {Tool[]} */
export const TOOLS = [
  { id: "brush", title: "Brush", key: "b", words: "Paint sound: brighter is louder", options: ["size", "hardness", "level", "place", "snap"], did: "Brush" },
  { id: "line", title: "Line", key: "n", words: "A straight line: a steady tone, or a glide", options: ["size", "hardness", "level", "place", "snap"], did: "Line" },
  { id: "harmonics", title: "Harmonics", key: "h", words: "A tone with its partials", options: ["size", "hardness", "level", "partials", "fall", "place", "snap"], did: "Harmonics" },
  { id: "grain", title: "Noise", key: "g", words: "Paint noise: breath, rain, sand", options: ["size", "hardness", "level", "place"], did: "Noise" },
  { id: "eraser", title: "Eraser", key: "e", words: "Take sound away, or take your paint off again", options: ["erases", "size", "hardness", "strength"], did: "Erase" },
  { id: "smudge", title: "Smudge", key: "d", words: "Drag what is there along", options: ["size", "hardness", "strength"], did: "Smudge" },
  { id: "blur", title: "Blur", key: "u", words: "Soften what is there", options: ["size", "hardness", "strength"], did: "Blur" },
  { id: "box", title: "Select", key: "s", words: "Choose a box: paint, hear or move only what is in it", options: [], did: "" },
  { id: "lasso", title: "Lasso", key: "a", words: "Choose by going around", options: [], did: "" },
  { id: "move", title: "Move", key: "v", words: "Drag what is chosen; its edges stretch it. Up and down transposes it", options: ["copy"], did: "Move" },
  { id: "stamp", title: "Stamp", key: "t", words: "Any picture as sound: its brightness is loudness", options: ["stamp", "level", "place", "inverted"], did: "Stamp" },
];

/** Decibels by which the lightest touch of a pen is quieter. */
const PEN_DB = 36;

/** Pixels of the screen around a place in which a partial is found. */
const SNAP = 40;

/**
 * Begin to work with a tool.
 *
 * @param {Tool} tool
 * @param {Easel} easel
 * @param {Options} options
 * @param {Touch} touch
 * @returns {Hand | null}  null where there is nothing to do
 */
export function begin(tool, easel, options, touch) {
  const { painting } = easel;
  if (!painting?.layer) return null;
  if (tool.id === "box" || tool.id === "lasso") return selecting(tool.id, easel, painting, touch);
  if (!painting.layer.visible || !painting.layer.opacity) return null;
  if (tool.id === "move") return moving(easel, options, touch);
  if (tool.id === "stamp") return stamping(easel, painting, options, touch);
  const stroke = strokeOf(tool, easel, painting, options);
  const snapped = snapper(painting, options);
  const from = snapped(touch);
  stroke.to(from, tipOf(tool, painting, options, touch));
  return {
    layer: stroke.layer,
    move: (next) => {
      const place = snapped(next);
      const tip = tipOf(tool, painting, options, next);
      if (tool.id === "line") stroke.line(from, place, tip);
      else stroke.to(place, tip);
    },
    end: () => stroke.end(),
    cancel: () => stroke.cancel(),
  };
}

/**
 * @param {Tool} tool
 * @param {Easel} easel
 * @param {Painting} painting
 * @param {Options} options
 */
function strokeOf(tool, easel, painting, options) {
  const within = easel.selection;
  if (tool.id === "eraser") return new EraserStroke(painting, within, options.erases === "sound");
  if (tool.id === "smudge") return new SmudgeStroke(painting, within);
  if (tool.id === "blur") return new BlurStroke(painting, within);
  const colours = coloursAt(painting.view, options.place);
  if (tool.id !== "harmonics") return new InkStroke(painting, within, colours, { grain: tool.id === "grain" });
  return new HarmonicsStroke(painting, within, colours, ({ y }) => partials(painting, options, y));
}

/**
 * The partials over a row, as the harmonics brush paints them.
 *
 * @param {Painting} painting
 * @param {Options} options
 * @param {number} y
 */
export function partials(painting, options, y) {
  return partialsOf(painting.view, y, { count: options.partials, fall_db: options.fall });
}

/**
 * @param {Tool} tool
 * @param {Painting} painting
 * @param {Options} options
 * @param {Touch} touch
 */
function tipOf(tool, painting, options, { scaleX, scaleY, pressure }) {
  const press = pressure ?? 1;
  const radius = (options.size / 2) * (pressure === null ? 1 : 0.4 + 0.6 * press);
  const covers = tool.options.includes("strength");
  const value = covers
    ? 255 * options.strength * press
    : valueOfDb(painting.view, options.level - (1 - press) * PEN_DB);
  return { rx: radius / scaleX, ry: radius / scaleY, hardness: options.hardness, ink: value };
}

/**
 * Where a touch is, brought to the partial near it if that is wanted.
 *
 * @param {Painting} painting
 * @param {Options} options
 * @returns {(touch: Touch) => Place}
 */
export function snapper(painting, options) {
  const drawn = (/** @type {Rect} */ rect) => painting.ground.read(rect);
  return ({ place, scaleY }) => {
    if (!options.snap) return place;
    const reach = Math.max(3, SNAP / 2 / scaleY);
    return { x: place.x, y: ridgeNear(drawn, painting.columns, painting.rows, place.x, place.y, reach) };
  };
}

/**
 * @param {string} kind
 * @param {Easel} easel
 * @param {Painting} painting
 * @param {Touch} touch
 * @returns {Hand}
 */
function selecting(kind, easel, painting, { place }) {
  const before = easel.selection;
  const outline = [place];
  const { columns, rows } = painting;
  easel.selection = null;
  return {
    layer: null,
    move: ({ place: next }) => {
      outline.push(next);
      easel.selection = kind === "box" ? Selection.box(place, next, columns, rows) : Selection.within(outline, columns, rows);
    },
    end: () => null,
    cancel: () => (easel.selection = before),
  };
}

/**
 * @param {Easel} easel
 * @param {Painting} painting
 * @param {Options} options
 * @param {Touch} touch
 * @returns {Hand | null}
 */
function stamping(easel, painting, options, { place, scaleX, scaleY }) {
  const { stamp } = options;
  if (!stamp) return null;
  const stroke = new StampStroke(painting, easel.selection, coloursAt(painting.view, options.place));
  const { width, height } = stamp.bitmap;
  const [wide, high] = [160 / scaleX, ((160 / scaleX) * scaleX * height) / width / scaleY];
  const how = { ink: valueOfDb(painting.view, options.level), inverted: options.inverted };
  stroke.put(stamp, { x: place.x - wide / 2, y: place.y - high / 2, w: wide, h: high }, how);
  return {
    layer: stroke.layer,
    move: ({ place: to }) => {
      const box = { x: Math.min(place.x, to.x), y: Math.min(place.y, to.y), w: Math.abs(to.x - place.x), h: Math.abs(to.y - place.y) };
      if (box.w > 2 && box.h > 2) stroke.put(stamp, box, how);
    },
    end: () => stroke.end(),
    cancel: () => stroke.cancel(),
  };
}
