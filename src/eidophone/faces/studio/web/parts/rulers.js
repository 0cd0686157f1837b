// @ts-check
/** The rulers of a picture: times along it, and Hz or notes beside it. */

import { midi, noteName, time } from "../lib/words.js";

const STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600,
];

/** Pixels that a label of time, of Hz and of a note needs. */
const APART = { time: 84, hz: 24, note: 15 };

/** Of an octave, those that are named first: C, then A, E, G, the rest of the white keys, all. */
const NOTE_RANKS = [[0], [9], [4, 7], [2, 5, 11], [1, 3, 6, 8, 10]];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function begin(canvas, width, height) {
  const scale = devicePixelRatio;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  context.font = `${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.strokeStyle = style.borderColor;
  context.textBaseline = "middle";
  return context;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Geometry} geometry
 */
export function drawTimes(canvas, geometry) {
  const { width } = geometry;
  const height = canvas.clientHeight;
  const context = begin(canvas, width, height);
  const perSecond = geometry.scaleX / geometry.view.hop_seconds;
  const step = STEPS.find((one) => one * perSecond >= APART.time) ?? 7200;
  const decimals = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const small = step / 5;
  const first = Math.floor((geometry.left * geometry.view.hop_seconds) / small);
  context.beginPath();
  for (let i = first; ; i++) {
    const x = Math.round((i * small - geometry.left * geometry.view.hop_seconds) * perSecond) + 0.5;
    if (x > width) break;
    const large = i % 5 === 0;
    context.moveTo(x, 0);
    context.lineTo(x, large ? 7 : 4);
    const label = time(i * small, decimals);
    if (large && x + context.measureText(label).width + 6 < width) context.fillText(label, x + 4, height / 2 + 1);
  }
  context.stroke();
}

/**
 * Places for labels, the most important first, none too close to another.
 *
 * @param {{value: number, rank: number}[]} all
 * @param {Geometry} geometry
 * @param {number} apart
 */
function placed(all, geometry, apart) {
  /** @type {{value: number, y: number}[]} */
  const taken = [];
  for (const { value } of all.sort((a, b) => a.rank - b.rank || a.value - b.value)) {
    const y = geometry.yOfRow(geometry.rowOfHz(value));
    if (y < 8 || y > geometry.height - 8) continue;
    if (taken.every((one) => Math.abs(one.y - y) >= apart)) taken.push({ value, y });
  }
  return taken;
}

/**
 * @param {number} low
 * @param {number} high
 */
function roundHz(low, high) {
  const all = [];
  for (let unit = 10; unit <= high; unit *= 10) {
    for (let tenth = 10; tenth < 100; tenth++) {
      const value = (unit * tenth) / 10;
      if (value < low || value > high) continue;
      const rank = tenth === 10 ? 0 : tenth === 20 || tenth === 50 ? 1 : tenth % 10 === 0 ? 2 : tenth % 5 === 0 ? 3 : 4;
      all.push({ value, rank });
    }
  }
  return all;
}

/**
 * @param {number} low
 * @param {number} high
 */
function notesBetween(low, high) {
  const all = [];
  for (let note = Math.ceil(midi(Math.max(low, 16))); note <= midi(high); note++) {
    const rank = NOTE_RANKS.findIndex((some) => some.includes(note % 12));
    all.push({ value: 440 * 2 ** ((note - 69) / 12), rank });
  }
  return all;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Geometry} geometry
 * @param {boolean} notes  instead of Hz
 */
export function drawPitches(canvas, geometry, notes) {
  const width = canvas.clientWidth;
  const context = begin(canvas, width, geometry.height);
  const high = geometry.hzOfRow(geometry.top);
  const low = geometry.hzOfRow(geometry.rowOfY(geometry.height));
  const all = notes ? notesBetween(low, high) : roundHz(low, high);
  context.textAlign = "right";
  context.beginPath();
  for (const { value, y } of placed(all, geometry, notes ? APART.note : APART.hz)) {
    context.moveTo(width - 5, Math.round(y) + 0.5);
    context.lineTo(width, Math.round(y) + 0.5);
    const hz = value >= 1000 ? `${value / 1000}k` : `${value}`;
    context.fillText(notes ? noteName(Math.round(midi(value))) : hz, width - 9, y + 0.5);
  }
  context.stroke();
}
