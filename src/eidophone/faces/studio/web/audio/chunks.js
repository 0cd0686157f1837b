// @ts-check
/** The samples of one item, chunk by chunk, only those around where it is played. */

import { bytes, itemPath } from "../lib/api.js";

/** Samples in a chunk, as in player-worklet.js. */
export const CHUNK = 32_768;

/** Chunks that are kept ahead of the place, and behind it. */
const AHEAD = 16;
const BEHIND = 4;

/** After a refusal nothing is asked for so long. */
const REST_MS = 2000;

/** Up to so many chunks a sound is kept whole: 30 s at 44.1 kHz. */
const WHOLE = 41;

/**
 * Samples of an item as they are: planar float32.
 *
 * @param {string} name
 * @param {number} first
 * @param {number} count
 * @param {AbortSignal} [signal]
 * @returns {Promise<{rate: number, first: number, data: Float32Array[]}>}
 */
export async function samplesOf(name, first, count, signal) {
  const { buffer, headers } = await bytes(
    itemPath(name, `samples?first=${first}&count=${count}`),
    { signal },
  );
  return { rate: Number(headers.get("X-Rate")), ...planar(buffer, headers) };
}

/**
 * Samples as the server sends them, channel after channel.
 *
 * @param {ArrayBuffer} buffer
 * @param {Headers} headers
 */
export function planar(buffer, headers) {
  const channels = Number(headers.get("X-Channels"));
  const size = buffer.byteLength / channels;
  const data = Array.from({ length: channels }, (_, i) => new Float32Array(buffer.slice(i * size, (i + 1) * size)));
  return { first: Number(headers.get("X-First")), data };
}

/** @param {Float32Array[]} data */
export function peakOf(data) {
  let peak = 0;
  for (const channel of data) {
    for (let i = 0; i < channel.length; i++) {
      const size = Math.abs(channel[i]);
      if (size > peak) peak = size;
    }
  }
  return peak;
}

/** Fetches the chunks that are wanted, nearest first, and says which to forget. */
export class Chunks {
  /** @type {Set<number>} */
  #there = new Set();
  /** @type {number[]} */
  #wanted = [];
  #abort = new AbortController();
  #busy = false;
  /** When it may ask again, after it was refused. */
  #rests = 0;

  /**
   * @param {string} name
   * @param {number} count  samples
   * @param {(index: number, data: Float32Array[]) => void} give
   * @param {(index: number) => void} drop
   * @param {(error: unknown) => void} fail
   */
  constructor(name, count, give, drop, fail) {
    this.name = name;
    this.total = Math.max(1, Math.ceil(count / CHUNK));
    this.count = count;
    this.give = give;
    this.drop = drop;
    this.fail = fail;
  }

  /**
   * See that what is played next is there.
   *
   * @param {number} position  samples
   * @param {{first: number, last: number} | null} loop
   */
  around(position, loop) {
    const here = Math.min(this.total - 1, Math.max(0, Math.floor(position / CHUNK)));
    const first = Math.floor((loop?.first ?? 0) / CHUNK);
    const last = Math.floor(((loop?.last ?? this.count) - 1) / CHUNK);
    const wanted = new Set();
    for (let i = 0; i <= AHEAD; i++) {
      const index = here + i;
      wanted.add(loop && index > last ? first + (index - last - 1) : index);
    }
    for (let i = 1; i <= BEHIND; i++) wanted.add(here - i);
    if (this.total <= WHOLE) for (let i = 0; i < this.total; i++) wanted.add(i);
    this.#wanted = [...wanted].filter((index) => index >= 0 && index < this.total && !this.#there.has(index));
    for (const index of this.#there) {
      if (wanted.has(index)) continue;
      this.#there.delete(index);
      this.drop(index);
    }
    this.#work();
  }

  close() {
    this.#abort.abort();
    this.#wanted = [];
  }

  async #work() {
    if (this.#busy || performance.now() < this.#rests) return;
    this.#busy = true;
    const { signal } = this.#abort;
    try {
      for (let index = this.#wanted.shift(); index !== undefined; index = this.#wanted.shift()) {
        if (this.#there.has(index)) continue;
        const { data } = await samplesOf(this.name, index * CHUNK, Math.min(CHUNK, this.count - index * CHUNK), signal);
        if (signal.aborted) return;
        this.#there.add(index);
        this.give(index, data);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#rests = performance.now() + REST_MS;
      this.fail(error);
    } finally {
      this.#busy = false;
    }
  }
}
