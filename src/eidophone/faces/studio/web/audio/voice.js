// @ts-check
/** The painting voice, from the page's side: what it plays of, how fast, and which keys are held. */

import { dbOfValue } from "../lib/scales.js";
import { player } from "./player.js";

const WORKLET = new URL("./voice-worklet.js", import.meta.url);

/** Columns that the voice plays round and round, at most. */
export const MOST_COLUMNS = 6 * 1024;

/** The note that is no key. */
export const ITSELF = -1;

/** Events: `state` (it sounds, or not), `at` (it moved). */
export class Voice extends EventTarget {
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {Painting | null} */
  #painting = null;
  #span = { first: 0, count: 0 };
  #tempo = 1;
  #direction = 1;
  #standing = false;
  /** @type {Promise<void> | null} */
  #connecting = null;
  #ticket = 0;
  /** @type {Set<number>} */
  #held = new Set();
  /** Where it is, in columns; null while it is silent. @type {number | null} */
  at = null;
  sines = 0;

  get sounding() {
    return this.#held.size > 0;
  }

  /** Whether it plays by itself, round and round. */
  get playing() {
    return this.#held.has(ITSELF) && !this.#standing;
  }

  get span() {
    return this.#span;
  }

  get tempo() {
    return this.#tempo;
  }

  set tempo(tempo) {
    this.#tempo = tempo;
    this.#sendSpeed();
  }

  get direction() {
    return this.#direction;
  }

  set direction(direction) {
    this.#direction = direction < 0 ? -1 : 1;
    this.#sendSpeed();
  }

  /** @param {Painting | null} painting */
  set painting(painting) {
    if (this.#painting) this.panic();
    this.#painting = painting;
    this.#span = { first: 0, count: 0 };
    if (this.#node) this.#sendView();
  }

  /**
   * Play these columns from now on.
   *
   * @param {number} first
   * @param {number} count
   */
  over(first, count) {
    const painting = this.#painting;
    if (!painting) return;
    this.#span = { first, count: Math.min(count, MOST_COLUMNS, painting.columns - first) };
    this.#post({ type: "span", ...this.#columns(this.#span.first, this.#span.count) });
  }

  /** What was painted changes what is played. @param {{x: number, w: number}} columns */
  painted({ x, w }) {
    const { first, count } = this.#span;
    const [from, to] = [Math.max(x, first), Math.min(x + w, first + count)];
    if (from < to && this.sounding) this.#post({ type: "patch", ...this.#columns(from, to - from) });
  }

  /** Play round and round. */
  async play() {
    if (!(await this.#ready())) return;
    this.#standing = false;
    this.#sendSpeed();
    this.#on(ITSELF, 1, 1, this.#direction > 0 ? this.#span.first : this.#span.first + this.#span.count - 1);
  }

  /**
   * Stand at a column, and sound as it is there.
   *
   * @param {number} column
   */
  async stand(column) {
    if (!(await this.#ready())) return;
    this.#standing = true;
    this.#sendSpeed();
    if (this.#held.has(ITSELF)) this.#post({ type: "place", at: column });
    else this.#on(ITSELF, 1, 1, column);
  }

  /**
   * Hold a key: the picture, transposed by so many semitones.
   *
   * @param {number} id  of the key
   * @param {number} semitones
   * @param {number} velocity  0 to 1
   */
  async hold(id, semitones, velocity) {
    if (!(await this.#ready())) return;
    this.#standing = false;
    this.#sendSpeed();
    this.#on(id, 2 ** (semitones / 12), velocity, this.#direction > 0 ? this.#span.first : this.#span.first + this.#span.count - 1);
  }

  /** @param {number} id */
  release(id) {
    this.#ticket++;
    if (!this.#held.delete(id)) return;
    this.#post({ type: "off", id });
    this.#changed();
  }

  /** Fade out, all of it. */
  stop() {
    this.#ticket++;
    this.#held.clear();
    this.#post({ type: "off" });
    this.#changed();
  }

  /** Silence at once. */
  panic() {
    this.#ticket++;
    this.#held.clear();
    this.#post({ type: "panic" });
    this.#changed();
  }

  /**
   * @param {number} id
   * @param {number} ratio
   * @param {number} gain
   * @param {number} at
   */
  #on(id, ratio, gain, at) {
    this.#held.add(id);
    this.#post({ type: "on", id, ratio, gain, at });
    this.#changed();
  }

  /** Whether it still is to sound when it can: nobody has silenced it meanwhile. */
  async #ready() {
    const ticket = this.#ticket;
    await (this.#connecting ??= this.#connect().finally(() => (this.#connecting = null)));
    return ticket === this.#ticket;
  }

  async #connect() {
    const context = await player.output();
    if (this.#context === context && this.#node) return;
    await context.audioWorklet.addModule(WORKLET);
    this.#node?.disconnect();
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "voice", { numberOfInputs: 0, outputChannelCount: [2] });
    this.#node.port.onmessage = ({ data }) => {
      this.at = data.at;
      this.sines = data.sines;
      this.dispatchEvent(new Event("at"));
    };
    this.#node.connect(context.destination);
    this.#sendView();
  }

  #sendView() {
    const painting = this.#painting;
    if (!painting) return;
    this.#post(viewMessage(painting.view));
    this.#sendSpeed();
    if (this.#span.count) this.over(this.#span.first, this.#span.count);
  }

  #sendSpeed() {
    const hop = this.#painting?.view.hop_seconds ?? 1;
    this.#post({ type: "speed", speed: this.#standing ? 0 : (this.#tempo * this.#direction) / hop });
  }

  /**
   * @param {number} first
   * @param {number} count
   */
  #columns(first, count) {
    const painting = /** @type {Painting} */ (this.#painting);
    const seen = painting.seen({ x: first, y: 0, w: count, h: painting.rows });
    return { first, count, ...byColumns(seen, count, painting.rows) };
  }

  /** @param {any} message */
  #post(message) {
    this.#node?.port.postMessage(message);
  }

  #changed() {
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * What a voice has to know of a view: Hz of rows, and amplitudes of ink.
 *
 * @param {View} view
 */
export function viewMessage(view) {
  const amplitude = Float32Array.from({ length: 256 }, (_, value) => 10 ** (dbOfValue(view, value) / 20));
  return { type: "view", hz: Float64Array.from(view.row_hz), amplitude };
}

/**
 * Left and right, column by column.
 *
 * @param {Uint8Array} rgb  row by row
 * @param {number} columns
 * @param {number} rows
 */
function byColumns(rgb, columns, rows) {
  const [left, right] = [new Uint8Array(columns * rows), new Uint8Array(columns * rows)];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 3) {
      left[column * rows + row] = rgb[at];
      right[column * rows + row] = rgb[at + 2];
    }
  }
  return { left, right };
}
