// @ts-check
/** What a sound is before it is played, and how loud beside another. */

import { peakOf, samplesOf } from "./chunks.js";

/** Nothing is played louder than -1 dBFS. */
export const LOUDEST = 10 ** (-1 / 20);

/** Where two sounds are compared in loudness: so many places, of so many samples. */
const PLACES = 12;
const PLACE = 16_384;

/**
 * Rate and samples of a sound, as its samples say.
 *
 * @param {Item} item
 */
export async function facts(item) {
  const { rate } = await samplesOf(item.name, 0, 1);
  return { rate, count: Math.round((item.seconds ?? 0) * rate) };
}

/**
 * The gain at which `b` is as loud as `a`, by their power at the same places; never so that `b`
 * would be louder than full scale.
 *
 * @param {Item} a
 * @param {Item} b
 */
export async function matching(a, b) {
  const powers = await Promise.all([a, b].map((item) => powerOf(item, Math.min(a.seconds ?? 0, b.seconds ?? 0))));
  const [wanted, own] = powers;
  if (!wanted.power || !own.power) return 1;
  return Math.min(Math.sqrt(wanted.power / own.power), LOUDEST / Math.max(own.peak, 1e-6), 16);
}

/**
 * @param {Item} item
 * @param {number} seconds  how much of it
 */
async function powerOf(item, seconds) {
  const count = Math.floor(seconds * (item.rate ?? 44_100));
  const places = Math.max(1, Math.min(PLACES, Math.ceil(count / PLACE)));
  let [power, samples, peak] = [0, 0, 0];
  for (let i = 0; i < places; i++) {
    const first = Math.floor((i * Math.max(0, count - PLACE)) / Math.max(1, places - 1));
    const { data } = await samplesOf(item.name, first, Math.min(PLACE, count));
    peak = Math.max(peak, peakOf(data));
    for (const channel of data) {
      for (const value of channel) power += value * value;
      samples += channel.length;
    }
  }
  return { power: power / Math.max(1, samples), peak };
}
