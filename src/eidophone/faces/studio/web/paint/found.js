// @ts-check
/** Samples that were found of what was painted, in chunks; new ones fade into old ones. */

import { CHUNK } from "../audio/chunks.js";

/** Samples of each channel, from one of the sound on. @typedef {{first: number, data: Float32Array[]}} Samples */

/** Chunks that are kept: two minutes at 44.1 kHz. */
const MOST = 160;

export class Found {
  /** NaN where nothing was found; the latest last. @type {Map<number, Float32Array[]>} */
  #chunks = new Map();

  /** All that was found, NaN between it. @returns {Samples[]} */
  get all() {
    return [...this.#chunks].map(([index, data]) => ({ first: index * CHUNK, data }));
  }

  /**
   * Put new samples in; where they begin, and end, they fade into the old ones.
   *
   * @param {Samples} samples
   * @param {{before: number, after: number}} fades  samples
   * @returns {Samples} as they are to be heard
   */
  put({ first, data: got }, { before, after }) {
    const count = got[0].length;
    const channels = Math.max(got.length, ...[...this.#chunks.values()].map(({ length }) => length)); // mono became stereo
    const data = Array.from({ length: channels }, (_, channel) => got[channel] ?? got[0].slice());
    data.forEach((samples, channel) => {
      for (let i = 0; i < Math.min(before, count); i++) this.#fade(samples, channel, first, i, (i + 0.5) / before);
      for (let i = 0; i < Math.min(after, count); i++) this.#fade(samples, channel, first, count - 1 - i, (i + 0.5) / after);
    });
    this.#keep(first, data);
    return { first, data };
  }

  /**
   * @param {Float32Array} samples
   * @param {number} channel
   * @param {number} first
   * @param {number} i
   * @param {number} share
   */
  #fade(samples, channel, first, i, share) {
    const chunk = this.#chunks.get(Math.floor((first + i) / CHUNK));
    const old = chunk ? (chunk[channel] ?? chunk[0])[(first + i) % CHUNK] : NaN;
    if (!Number.isNaN(old)) samples[i] = old + Math.sin((share * Math.PI) / 2) ** 2 * (samples[i] - old);
  }

  /**
   * @param {number} first
   * @param {Float32Array[]} data
   */
  #keep(first, data) {
    const last = first + data[0].length;
    for (let index = Math.floor(first / CHUNK); index * CHUNK < last; index++) {
      const [from, to] = [Math.max(first, index * CHUNK), Math.min(last, (index + 1) * CHUNK)];
      const old = this.#chunks.get(index);
      this.#chunks.delete(index);
      this.#chunks.set(index, data.map((samples, channel) => {
        const chunk = old?.[channel] ?? old?.[0].slice() ?? new Float32Array(CHUNK).fill(NaN);
        chunk.set(samples.subarray(from - first, to - first), from - index * CHUNK);
        return chunk;
      }));
    }
    for (const index of [...this.#chunks.keys()].slice(0, -MOST)) this.#chunks.delete(index);
  }
}
