// @ts-check
/** Weights: how much of which there is at a point between two to four. */

/** @typedef {{x: number, y: number}} Point  0 to 1, from the left and from above */

/** Where the corners are, of two to four sounds. @type {Record<number, Point[]>} */
export const CORNERS = {
  2: [{ x: 0, y: 0.5 }, { x: 1, y: 0.5 }],
  3: [{ x: 0, y: 0 }, { x: 1, y: 0.5 }, { x: 0, y: 1 }],
  4: [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }, { x: 1, y: 1 }],
};

/** @param {number} value */
const clamped = (value) => Math.min(1, Math.max(0, value));

/**
 * @param {Point} point
 * @returns {number[]}
 */
export function square({ x, y }) {
  return [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
}

/**
 * The weights of so many sounds at a point; beyond a line or a triangle, those at its edge.
 *
 * @param {number} count
 * @param {Point} point
 * @returns {number[]}
 */
export function weightsAt(count, point) {
  const [x, y] = [clamped(point.x), clamped(point.y)];
  if (count === 2) return [1 - x, x];
  if (count === 4) return square({ x, y });
  const third = clamped(y - x / 2);
  const [first, second] = [clamped(1 - x - third), Math.min(x, 1 - third)];
  const sum = first + second + third;
  return [first / sum, second / sum, third / sum];
}

/**
 * The point at which sounds have these weights.
 *
 * @param {number[]} weights
 * @returns {Point}
 */
export function pointOf(weights) {
  const corners = CORNERS[weights.length];
  const sum = (/** @type {"x" | "y"} */ side) => corners.reduce((total, corner, i) => total + corner[side] * weights[i], 0);
  return { x: sum("x"), y: sum("y") };
}
