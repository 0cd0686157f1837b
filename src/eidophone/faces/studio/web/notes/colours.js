// @ts-check
/** The colours of parts, on pictures, which are black in any light. */

/** The hue of the first part, and from each to the next: the golden section tells many apart; as on the shelf. */
const [FIRST, APART] = [0.11, 0.618034];

/** @param {number} part */
const hueOf = (part) => Math.round(360 * ((FIRST + part * APART) % 1));

/** The colour of a part. @param {number} part */
export const colourOf = (part) => `hsl(${hueOf(part)} 85% 62%)`;

/** Colours that were asked for. @type {Map<number, string>} */
const inks = new Map();

/** The colour of a note: what is louder is brighter. @param {Note} note */
export function inkOf({ part, velocity }) {
  const loud = Math.round(velocity / 10);
  const key = 16 * part + loud;
  const known = inks.get(key);
  if (known) return known;
  const ink = `hsl(${hueOf(part)} 85% ${32 + 3 * loud}%)`;
  inks.set(key, ink);
  return ink;
}
