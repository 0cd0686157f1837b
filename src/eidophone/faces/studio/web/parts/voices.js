// @ts-check
/**
 * Voices: sounds that go round together, those of one length sample by sample, so that one can pass
 * from each to each where they are.
 */

import { peakOf } from "../audio/chunks.js";
import { LOUDEST } from "../audio/matching.js";
import { player } from "../audio/player.js";

/** Seconds over which a gain goes most of its way: no click, and at once. */
const GLIDE = 0.02;

/** Samples over which the end of a sound fades before it begins again. */
const SEAM = 256;

/** @typedef {{data: Float32Array[], gain: GainNode | null, source: AudioBufferSourceNode | null}} Voice */

/** Event `state`: they begin, or end. */
export class Voices extends EventTarget {
  /** @type {Map<string, Voice>} */
  #voices = new Map();
  /** @type {Map<string, number>} */
  #shares = new Map();
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {GainNode | null} */
  #out = null;
  #begun = 0;
  #peak = 0;
  #rate = 44_100;
  /** They were to be played before any was there. */
  #wished = false;
  playing = false;
  /** So many are heard at once, at most. */
  together = 2;

  constructor() {
    super();
    player.addEventListener("state", () => {
      if (player.playing) this.stop();
      else this.#level();
    });
  }

  /** @param {string} id */
  has(id) {
    return this.#voices.has(id);
  }

  /** Forget all but these. @param {string[]} ids */
  keep(ids) {
    for (const [id, voice] of this.#voices) {
      if (ids.includes(id)) continue;
      voice.source?.stop();
      this.#voices.delete(id);
    }
    if (!this.#voices.size) this.stop();
  }

  /**
   * Another voice; it is heard when it has a share.
   *
   * @param {string} id
   * @param {number} rate
   * @param {Float32Array[]} data
   */
  add(id, rate, data) {
    if (rate !== this.#rate) this.keep([]); // a context has one rate
    if (!this.#voices.size) [this.#rate, this.#peak] = [rate, 0];
    const seam = Math.min(SEAM, data[0].length);
    for (const channel of data) for (let i = 0; i < seam; i++) channel[channel.length - 1 - i] *= i / seam;
    this.#peak = Math.max(this.#peak, peakOf(data));
    /** @type {Voice} */
    const voice = { data, gain: null, source: null };
    this.#voices.set(id, voice);
    if (this.playing) this.#begin(voice);
    else if (this.#wished) this.play();
    this.#level();
    this.#mix();
  }

  /**
   * What is heard, as shares of the power; those that are not there leave theirs to the others.
   *
   * @param {Map<string, number>} shares
   */
  set shares(shares) {
    this.#shares = shares;
    this.#mix();
  }

  /** Where the one is, 0 to 1, of which most is heard. */
  get place() {
    const [most] = [...this.#shares].filter(([id]) => this.has(id)).sort((a, b) => b[1] - a[1]);
    const seconds = (this.#voices.get(most?.[0] ?? "")?.data[0].length ?? 0) / this.#rate;
    if (!this.playing || !this.#context || !seconds) return 0;
    return (Math.max(0, this.#context.currentTime - this.#begun) % seconds) / seconds;
  }

  /** Play them from their beginning, as soon as there are any. */
  async play() {
    this.#wished = !this.#voices.size;
    if (this.#wished || this.playing) return;
    player.pause();
    this.playing = true;
    if (this.#context?.sampleRate !== this.#rate) {
      this.#context?.close();
      this.#context = new AudioContext({ sampleRate: this.#rate, latencyHint: "interactive" });
    }
    const context = this.#context;
    await context.resume();
    this.#out = new GainNode(context, { gain: 0 });
    this.#out.connect(context.destination);
    this.#begun = context.currentTime;
    for (const voice of this.#voices.values()) this.#begin(voice);
    this.#mix(0);
    this.#level();
    this.dispatchEvent(new Event("state"));
  }

  stop() {
    this.#wished = false;
    if (!this.playing || !this.#context) return;
    this.playing = false;
    const now = this.#context.currentTime;
    this.#out?.gain.setTargetAtTime(0, now, GLIDE / 4);
    for (const voice of this.#voices.values()) {
      voice.source?.stop(now + 2 * GLIDE);
      voice.source = voice.gain = null;
    }
    this.dispatchEvent(new Event("state"));
  }

  /** @param {Voice} voice */
  #begin(voice) {
    const [context, out] = [this.#context, this.#out];
    if (!context || !out) return;
    const buffer = new AudioBuffer({ numberOfChannels: voice.data.length, length: voice.data[0].length, sampleRate: this.#rate });
    voice.data.forEach((channel, i) => buffer.copyToChannel(/** @type {Float32Array<ArrayBuffer>} */ (channel), i));
    voice.source = new AudioBufferSourceNode(context, { buffer, loop: true });
    voice.gain = new GainNode(context, { gain: 0 });
    voice.source.connect(voice.gain).connect(out);
    const soon = context.currentTime + GLIDE;
    voice.source.start(soon, (soon - this.#begun) % buffer.duration);
  }

  /** @param {number} [glide] */
  #mix(glide = GLIDE) {
    const context = this.#context;
    if (!context || !this.playing) return;
    const heard = [...this.#voices].map(([id, voice]) => ({ voice, share: this.#shares.get(id) ?? 0 }));
    const all = heard.reduce((sum, { share }) => sum + share, 0);
    for (const { voice, share } of heard) {
      const gain = all ? Math.sqrt(share / all) : 0;
      if (glide) voice.gain?.gain.setTargetAtTime(gain, context.currentTime, glide);
      else voice.gain?.gain.setValueAtTime(gain, context.currentTime);
    }
  }

  /** As loud as everything here, and never too loud, wherever the point is. */
  #level() {
    if (!this.#context || !this.#out || !this.playing) return;
    const most = this.#peak * Math.sqrt(this.together); // gains whose squares add up to 1
    const gain = player.volume * Math.min(1, LOUDEST / Math.max(most, 1e-6));
    this.#out.gain.setTargetAtTime(gain, this.#context.currentTime, GLIDE);
  }
}
