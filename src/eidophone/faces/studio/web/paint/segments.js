// @ts-check
/** Samples that were painted, in pieces; where new ones meet old ones, they fade into each other. */

/** @typedef {{first: number, data: Float32Array[]}} Segment */

/** Samples of a piece, at most; larger ones are left apart. */
const LONGEST = 1 << 18;

/** Samples of all of them: two minutes at 44.1 kHz. */
const MOST = 120 * 44_100;

export class Segments {
  /** The latest last. @type {Segment[]} */
  all = [];

  /**
   * The sample there, as it was painted; null if it was not.
   *
   * @param {number} channel
   * @param {number} at
   */
  #sample(channel, at) {
    for (let i = this.all.length - 1; i >= 0; i--) {
      const { first, data } = this.all[i];
      if (at >= first && at < first + data[0].length) return channelOf(data, channel)[at - first];
    }
    return null;
  }

  /**
   * Put new samples in; at an end that is `cut` they fade into the old ones.
   *
   * @param {Segment} segment
   * @param {{before: number, after: number}} fades  samples
   * @returns {Segment} what is to be heard from now on
   */
  put({ first, data: got }, { before, after }) {
    const count = got[0].length;
    const channels = Math.max(got.length, ...this.all.map(({ data }) => data.length)); // mono became stereo
    const data = Array.from({ length: channels }, (_, channel) => got[channel] ?? got[0].slice());
    data.forEach((samples, channel) => {
      for (let i = 0; i < Math.min(before, count); i++) this.#fade(samples, channel, first, i, (i + 0.5) / before);
      for (let i = 0; i < Math.min(after, count); i++) this.#fade(samples, channel, first, count - 1 - i, (i + 0.5) / after);
    });
    const merged = this.#merged({ first, data });
    this.#bound();
    return merged;
  }

  /**
   * @param {Float32Array} samples
   * @param {number} channel
   * @param {number} first
   * @param {number} i
   * @param {number} share
   */
  #fade(samples, channel, first, i, share) {
    const old = this.#sample(channel, first + i);
    if (old === null) return;
    const turn = Math.sin((share * Math.PI) / 2) ** 2;
    samples[i] = old + turn * (samples[i] - old);
  }

  /** @param {Segment} fresh */
  #merged(fresh) {
    let [first, last] = [fresh.first, fresh.first + fresh.data[0].length];
    const near = this.all.filter((one) => {
      const [low, high] = [Math.min(first, one.first), Math.max(last, one.first + one.data[0].length)];
      const meets = one.first <= last && one.first + one.data[0].length >= first;
      if (!meets || high - low > LONGEST) return false;
      [first, last] = [low, high];
      return true;
    });
    if (near.length) {
      const data = fresh.data.map(() => new Float32Array(last - first));
      for (const one of [...near, fresh]) {
        data.forEach((samples, channel) => samples.set(channelOf(one.data, channel), one.first - first));
      }
      fresh = { first, data };
    }
    this.all = [...this.all.filter((one) => !near.includes(one)), fresh];
    return fresh;
  }

  #bound() {
    let total = this.all.reduce((sum, { data }) => sum + data[0].length, 0);
    while (total > MOST && this.all.length > 1) total -= /** @type {Segment} */ (this.all.shift()).data[0].length;
  }
}

/**
 * @param {Float32Array[]} data
 * @param {number} channel
 */
const channelOf = (data, channel) => data[Math.min(channel, data.length - 1)];
