// @ts-check
/**
 * The player: one sound, and another to compare it with, through one AudioWorklet whose context
 * runs at the sound's own rate. Chunks come as they are needed, never the whole of a long sound.
 */

import { Refused } from "../lib/api.js";
import { itemNamed } from "../lib/store.js";
import { hertz } from "../lib/words.js";
import { Chunks, peakOf } from "./chunks.js";
import { LOUDEST, facts, matching } from "./matching.js";

const WORKLET = new URL("./player-worklet.js", import.meta.url);

const NO_DEVICE = "The sound card does not answer: is another program using it, or was it taken away?";

/**
 * Events: `state` (what is loaded, played, heard), `meter` (a report came), `failed` (an error),
 * `note` (words).
 */
export class Player extends EventTarget {
  /** @type {AudioContext | null} */
  #context = null;
  /** The rate that it was made for; it may have another. */
  #contextFor = 0;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {{a: Chunks | null, b: Chunks | null}} */
  #chunks = { a: null, b: null };
  #report = { position: 0, time: 0 };
  #volume = 1;
  /** The loudest of the sound so far, and of what was painted on it. */
  #peak = 0;
  #paintPeak = 0;
  /** @type {Span | null} */
  #loop = null;
  #ticket = 0;
  #loaded = Promise.resolve();
  /** @type {Promise<unknown>} */
  #connected = Promise.resolve();

  /** @type {Item | null} */
  item = null;
  /** @type {Item | null} what it is compared with */
  other = null;
  /** @type {"a" | "b"} */
  heard = "a";
  playing = false;
  waiting = false;
  /** @type {number[]} peaks of the channels since the last report, 0 to 1 */
  peaks = [0, 0];
  rate = 44_100;
  /** Samples of the sound. */
  count = 0;

  /**
   * Play another sound from now on; it begins where it begins.
   *
   * @param {Item | null} item  a sound
   * @returns {Promise<boolean>} false where it is the same, be it by another name
   */
  async load(item) {
    if (item && this.#has(item)) {
      this.item = item;
      if (this.#chunks.a) this.#chunks.a.name = item.name;
      return false;
    }
    this.#forget();
    this.item = item;
    this.#loaded = item ? this.#begin(item, ++this.#ticket) : Promise.resolve();
    try {
      await this.#loaded;
    } catch (error) {
      if (this.item === item) this.item = null; // who opens it again tries again
      throw error;
    }
    this.#changed();
    return true;
  }

  /** @param {Item} item */
  #has(item) {
    const now = this.item;
    if (!now || item.modified !== now.modified || item.bytes !== now.bytes) return false;
    return item.name === now.name || !itemNamed(now.name); // takes of a session may be equally long, and old
  }

  /**
   * @param {Item} item
   * @param {number} ticket  of the load; the latest wins
   */
  async #begin(item, ticket) {
    const { rate, count } = await facts(item);
    if (ticket !== this.#ticket) return;
    Object.assign(this, { rate, count });
    await this.#connect();
    if (ticket !== this.#ticket) return;
    this.#post({ type: "source", source: "a", count });
    this.#post({ type: "speed", speed: rate / (this.#context?.sampleRate ?? rate) });
    this.#chunks.a = this.#follow("a", item.name, count);
    this.#sendGain();
    this.#fetch();
  }

  /** Where it is, in samples: exact where it stands, and as the clock says while it runs. */
  get position() {
    if (!this.playing || this.waiting || !this.#context) return this.#report.position;
    const seconds = this.#context.currentTime - this.#report.time;
    const moved = this.#report.position + seconds * this.rate;
    const { first, last } = this.#loop ?? { first: 0, last: this.count };
    return Math.min(Math.max(moved, first), last);
  }

  /** Where the ear is: the position, less what is still on its way to the loudspeaker. */
  get audible() {
    const late = this.playing ? (this.#context?.outputLatency ?? 0) * this.rate : 0;
    return Math.max(0, this.position - late);
  }

  async play() {
    await this.#loaded; // who is quick with the space bar is heard, too
    if (!this.item || !this.#context) return;
    await this.output();
    if (this.#loop && (this.position < this.#loop.first || this.position >= this.#loop.last)) {
      this.seek(this.#loop.first);
    }
    this.playing = true;
    this.#post({ type: "play" });
    this.#changed();
  }

  pause() {
    this.playing = false;
    this.#post({ type: "pause" });
    this.#changed();
  }

  async toggle() {
    if (this.playing) this.pause();
    else await this.play();
  }

  /** @param {number} sample */
  seek(sample) {
    const whole = Math.round(Math.min(Math.max(0, sample), Math.max(0, this.count - 1)));
    this.#report = { position: whole, time: this.#context?.currentTime ?? 0 };
    this.#post({ type: "seek", sample: whole });
    this.#fetch();
    this.#changed();
  }

  /**
   * Play a part round and round; nothing ends that.
   *
   * @param {number | null} first  samples
   * @param {number} [last]
   */
  loop(first, last = this.count) {
    this.#loop = first === null ? null : { first: Math.round(first), last: Math.round(last) };
    if (this.#loop && this.#loop.last - this.#loop.first < 64) this.#loop = null;
    this.#post({ type: "loop", span: this.#loop });
    this.#fetch();
    this.#changed();
  }

  /** @returns {Span | null} */
  get looped() {
    return this.#loop;
  }

  get volume() {
    return this.#volume;
  }

  /** 0 to 1. */
  set volume(volume) {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.#sendGain();
    this.#changed();
  }

  /**
   * Have another sound at hand, as loud as this one, at the same place; null for none.
   *
   * @param {Item | null} item
   */
  async compare(item) {
    this.#chunks.b?.close();
    this.#chunks.b = null;
    this.other = item;
    this.heard = "a";
    this.#post({ type: "no-b" });
    if (item && this.item) {
      const ticket = this.#ticket;
      const [{ count, rate }, gain] = await Promise.all([facts(item), matching(this.item, item)]);
      if (ticket !== this.#ticket || this.other !== item) return;
      if (rate !== this.rate) this.other = null;
      else {
        this.#post({ type: "source", source: "b", count, gain });
        this.#chunks.b = this.#follow("b", item.name, count, gain);
        this.#fetch();
      }
    }
    this.#changed();
  }

  /** @param {"a" | "b"} which */
  switchTo(which) {
    if (which === "b" && !this.other) return;
    this.heard = which;
    this.#post({ type: "mix", mix: which === "b" ? 1 : 0 });
    this.#changed();
  }

  /**
   * Play these samples instead of the sound's own, from `first` on: what was painted.
   *
   * @param {number} first
   * @param {Float32Array[]} channels
   */
  async patch(first, channels) {
    await this.#loaded; // before, there is nothing that it could be laid on
    this.#paintPeak = Math.max(this.#paintPeak, peakOf(channels));
    this.#sendGain();
    this.#post({ type: "patch", first, data: channels });
  }

  /** The sound is its own again. */
  async unpatch() {
    await this.#loaded;
    this.#post({ type: "unpatch" });
    this.#paintPeak = 0;
    this.#sendGain();
  }

  /** Where others may join in: the context, awake, and what they can connect to. */
  async output() {
    await this.#connect();
    const context = /** @type {AudioContext} */ (this.#context);
    if (context.state !== "running") await context.resume();
    return context;
  }

  #forget() {
    this.#chunks.a?.close();
    this.#chunks.b?.close();
    this.#chunks = { a: null, b: null };
    this.#post({ type: "pause" });
    Object.assign(this, { playing: false, waiting: false, other: null, heard: "a", count: 0 });
    this.#post({ type: "no-b" });
    this.#report = { position: 0, time: 0 };
    this.#peak = this.#paintPeak = 0;
    this.#loop = null;
  }

  /** One after the other: who comes second finds no context that is half made. */
  #connect() {
    return (this.#connected = this.#connected.catch(() => undefined).then(() => this.#attach()));
  }

  async #attach() {
    if (this.#contextFor === this.rate) return;
    this.#node?.disconnect();
    this.#context?.close();
    this.#context = this.#node = null;
    this.#contextFor = 0;
    const context = contextAt(this.rate);
    await context.audioWorklet.addModule(WORKLET);
    this.#context = context;
    this.#contextFor = this.rate;
    context.addEventListener("error", () => this.#fail(new Refused(NO_DEVICE, 0)));
    this.#node = new AudioWorkletNode(context, "player", { numberOfInputs: 0, outputChannelCount: [2] });
    this.#node.port.onmessage = (event) => this.#hear(event.data);
    this.#node.connect(context.destination);
    if (context.sampleRate !== this.rate) {
      const words = `This browser plays no sound of ${hertz(this.rate)}: you hear it at ${hertz(context.sampleRate)}. Files stay as they are.`;
      this.dispatchEvent(new CustomEvent("note", { detail: words }));
    }
  }

  /**
   * @param {"a" | "b"} source
   * @param {string} name
   * @param {number} count
   * @param {number} [gain]
   */
  #follow(source, name, count, gain = 1) {
    return new Chunks(
      name,
      count,
      (index, data) => {
        this.#heardPeak(peakOf(data) * gain);
        this.#post({ type: "chunk", source, index, data }, data.map((one) => one.buffer));
      },
      (index) => this.#post({ type: "drop", source, index }),
      (error) => this.#fail(error),
    );
  }

  /** @param {unknown} error */
  #fail(error) {
    this.dispatchEvent(new CustomEvent("failed", { detail: error }));
  }

  #fetch() {
    for (const chunks of [this.#chunks.a, this.#chunks.b]) {
      chunks?.around(this.#report.position, this.#loop);
    }
  }

  /** @param {any} report */
  #hear(report) {
    if (report.type === "ended") this.playing = false;
    if (report.type === "at") {
      this.#report = { position: report.position, time: report.frame / (this.#context?.sampleRate ?? this.rate) };
      this.waiting = report.waiting;
      this.peaks = report.peaks;
      this.#fetch();
      this.dispatchEvent(new Event("meter"));
      return;
    }
    this.#changed();
  }

  /** @param {number} peak  of samples that will be played */
  #heardPeak(peak) {
    if (peak <= this.#peak) return;
    this.#peak = peak;
    this.#sendGain();
  }

  /** What samples are multiplied by: the volume, and less where the sound is too loud. */
  get gain() {
    const peak = Math.max(this.#peak, this.#paintPeak);
    return this.#volume * (peak > LOUDEST ? LOUDEST / peak : 1);
  }

  /** Chunks come seconds ahead, so the gain is down before what is loud begins. */
  #sendGain() {
    this.#post({ type: "gain", gain: this.gain });
  }

  /**
   * @param {any} message
   * @param {Transferable[]} [transfer]
   */
  #post(message, transfer = []) {
    this.#node?.port.postMessage(message, transfer);
  }

  #changed() {
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * A context at this rate, or at another if the browser knows it not.
 *
 * @param {number} sampleRate
 * @returns {AudioContext}
 */
function contextAt(sampleRate) {
  if (!isSecureContext) {
    throw new Refused("Browsers play nothing at an address like this: open the studio at 127.0.0.1, or by https.", 0);
  }
  try {
    return new AudioContext({ sampleRate, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}

/** The one of this page. */
export const player = new Player();
