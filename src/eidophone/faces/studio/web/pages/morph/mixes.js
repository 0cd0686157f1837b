// @ts-check
/** Mixes: which in-betweens are made, and mixes as the library reads them. */

import { square } from "../../parts/weights.js";

/** @typedef {{index: number, share: number}} Share  of one of the in-betweens */

/** The in-betweens that are made, as weights of each sound. @type {Record<number, number[][]>} */
export const GRID = {
  2: [0, 0.25, 0.5, 0.75, 1].map((second) => [1 - second, second]),
  3: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]],
  4: [0, 0.5, 1].flatMap((y) => [0, 0.5, 1].map((x) => square({ x, y }))),
};

/** How far weights are from others, squared. @param {number[]} one @param {number[]} other */
export const far = (one, other) => one.reduce((sum, weight, i) => sum + (weight - other[i]) ** 2, 0);

/**
 * Which in-betweens are around these weights, and how near, as shares of 1.
 *
 * @param {number[]} weights
 * @returns {Share[]}
 */
export function around(weights) {
  const shares = weights.length === 2 ? onLine : weights.length === 3 ? inTriangle : inSquare;
  return shares(weights).filter(({ share }) => share > 1e-6);
}

/** @param {number[]} weights @returns {Share[]} */
function onLine([, second]) {
  const at = second * 4;
  const index = Math.min(3, Math.floor(at));
  return [{ index, share: 1 - (at - index) }, { index: index + 1, share: at - index }];
}

/** Four small triangles: one at each corner, and the one between them. @param {number[]} weights @returns {Share[]} */
function inTriangle(weights) {
  const between = [[0, 1, 3], [0, 2, 4], [1, 2, 5]]; // two corners, and what lies between them
  const corner = weights.findIndex((weight) => weight >= 0.5);
  if (corner < 0) return between.map(([a, b, index]) => ({ index, share: 1 - 2 * weights[3 - a - b] }));
  return [
    { index: corner, share: 2 * weights[corner] - 1 },
    ...between.filter((pair) => pair.slice(0, 2).includes(corner)).map(([a, b, index]) => ({ index, share: 2 * weights[a === corner ? b : a] })),
  ];
}

/** @param {number[]} weights @returns {Share[]} */
function inSquare([, second, third, fourth]) {
  const [x, y] = [2 * (second + fourth), 2 * (third + fourth)];
  const [left, top] = [Math.min(1, Math.floor(x)), Math.min(1, Math.floor(y))];
  return [0, 1].flatMap((down) => [0, 1].map((right) => ({
    index: (top + down) * 3 + left + right,
    share: (down ? y - top : 1 - y + top) * (right ? x - left : 1 - x + left),
  })));
}

/** @param {number} value */
const short = (value) => String(Math.round(value * 1000) / 1000);

/**
 * Weights as the library reads them.
 *
 * @param {number[]} weights
 */
const textOf = (weights) => (weights.length === 2 ? short(weights[1]) : weights.map(short).join(","));

/**
 * A mix, or a path of them, as the library reads it.
 *
 * @param {number[][]} path  weights, one or several
 * @param {Record<string, number>} apart  of two: aspects that do not go with the point
 */
export function mixOf(path, apart = {}) {
  const text = path.map(textOf).join(":");
  const others = Object.entries(apart).map(([aspect, second]) => `${aspect}=${short(second)}`);
  if (!others.length) return text;
  return [...["pitch", "timbre", "loudness", "rhythm"].filter((one) => !(one in apart)).map((one) => `${one}=${text}`), ...others].join(",");
}

/**
 * The mix of an in-between: all of them are on one clock, whatever the point, so that one can go
 * from each to each.
 *
 * @param {number[]} weights
 * @param {Record<string, number>} apart
 * @param {boolean} [first]  it is the clock of the first sound; else, of all alike
 */
export function betweenOf(weights, apart, first = false) {
  const even = weights.map((_, i) => (first ? Number(i === 0) : 1 / weights.length));
  const rhythm = "rhythm" in apart ? short(apart.rhythm) : textOf(even);
  const own = (/** @type {string} */ aspect) => (aspect in apart ? short(apart[aspect]) : textOf(weights));
  return [...["pitch", "timbre", "loudness"].map((aspect) => `${aspect}=${own(aspect)}`), `rhythm=${rhythm}`].join(",");
}

/**
 * A mix as weights, those of each moment and of the first, and what of two sounds does not go with the point; null if it is
 * none that a pad can show.
 *
 * @param {string} mix
 * @param {number} count
 * @returns {{path: number[][], weights: number[], apart: Record<string, number>} | null}
 */
export function read(mix, count) {
  const parts = mix.split(/,(?=\s*[a-z])/).map((part) => part.trim().split("="));
  /** @type {Record<string, string>} */
  const named = Object.fromEntries(parts.filter((part) => part.length === 2));
  const text = parts[0].length === 1 ? parts[0][0] : (named.timbre ?? Object.values(named)[0]);
  const path = (text ?? "").split(":").flatMap((moment) => {
    const values = moment.split(",").map(Number);
    const weights = count === 2 && values.length === 1 ? [1 - values[0], values[0]] : values;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.length === count && sum > 0 ? [weights.map((weight) => weight / sum)] : [];
  });
  if (path.length < (text ?? "").split(":").length) return null;
  const others = Object.entries(named).filter(([, value]) => value !== text && count === 2);
  return {
    path,
    weights: path[0],
    apart: Object.fromEntries(others.map(([aspect, value]) => [aspect, Number(value)])),
  };
}
