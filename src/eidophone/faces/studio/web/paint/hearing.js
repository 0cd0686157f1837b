// @ts-check
/**
 * What is painted, heard: the columns that changed go to the server, and the samples that come back
 * to the player. The latest wish wins; what was found quickly is found well when there is time.
 */

import { planar } from "../audio/chunks.js";
import { Refused, bytes } from "../lib/api.js";
import { sampleOf } from "../lib/scales.js";
import { say } from "../lib/say.js";
import { Found } from "./found.js";

/** @typedef {{first: number, last: number}} Columns */
/** @typedef {Columns & {quality: "preview" | "standard", late?: boolean}} Wish  late: nobody waits for it */

/** Up to so many milliseconds of work, what is painted is found well at once. */
const SHORT_MS = 40;

/** Columns that are found at once: 3 s of the standard recipe. */
const MOST = 512;

/** Columns over which what is heard anew fades into what was heard before, outside of what changed. */
const FADE = 3;

/** It is found well when nothing was painted for so long. */
const IDLE_MS = 350;

/**
 * Events: `heard` ({ms, first, last}): samples of these columns are in the player, so many
 * milliseconds after the hand was lifted.
 */
export class Hearing extends EventTarget {
  #found = new Found();
  /** @type {Wish[]} */
  #wishes = [];
  /** @type {Columns | null} under the hand, and not yet asked for */
  #pending = null;
  /** Whether a hand is painting, and what it painted is asked for as it does. */
  #live = false;
  /** @type {Columns | null} all that was under the hand */
  #touched = null;
  /** @type {(Columns & {wished: number}) | null} somebody waits for these */
  #awaited = null;
  /** @type {Wish | null} being found */
  #now = null;
  /** Milliseconds that a second takes to be found well: on a busy machine more. */
  #cost = 250;
  /** @type {Columns[]} found quickly, and yet to be found well */
  #rough = [];
  /** @type {AbortController | null} */
  #abort = null;
  #busy = false;
  #timer = 0;
  #closed = false;

  /**
   * @param {Painting} painting
   * @param {(first: number, data: Float32Array[]) => unknown} give  samples that are to be heard
   * @param {() => Promise<unknown>} reopen  opens the view again, should the server have forgotten it
   */
  constructor(painting, give, reopen) {
    super();
    this.reopen = reopen;
    this.painting = painting;
    this.give = give;
    /** Columns around the changed ones that are heard anew, and that are sent along. */
    this.heard = Math.ceil(painting.reach / 2) + FADE + 1;
    this.around = this.heard + painting.reach;
  }

  /**
   * These columns change under a hand that is at work: what it has painted so far is asked for.
   *
   * @param {Columns} columns
   */
  touched({ first, last }) {
    this.#pending = both(this.#pending, { first, last });
    this.#touched = both(this.#touched, { first, last });
    this.#stepAside();
    if (this.#busy || this.#pending.last - this.#pending.first > MOST) return;
    this.#wishes.push({ ...this.#pending, quality: "preview" });
    this.#pending = null;
    this.#live = true;
    this.#work();
  }

  /**
   * These columns changed, and nothing more does: let them be heard.
   *
   * @param {Columns} columns
   * @param {number} [wished]  when, as of `performance.now()`
   */
  changed({ first, last }, wished = performance.now()) {
    let left = this.#live ? this.#pending : { first, last };
    const now = this.#now;
    if (this.#live && now && left && wide(left) > wide(now)) left = both(left, now); // sooner there than one after the other
    if (now && (!this.#live || (left && left.first <= now.first && left.last >= now.last))) this.#abort?.abort();
    if (this.#live) this.#rough.push({ first, last });
    this.#live = false;
    this.#pending = null;
    this.#touched = null;
    this.#awaited = { first, last, wished };
    this.#stepAside();
    if (left) this.#wish(left);
    this.#work();
  }

  /** What nobody waits for, waits. */
  #stepAside() {
    clearTimeout(this.#timer);
    this.#rough.push(...this.#wishes.filter(({ late }) => late));
    this.#wishes = this.#wishes.filter(({ late }) => !late);
    if (this.#now?.late) this.#abort?.abort();
  }

  /** The hand gave up: what it touched is as it was. */
  gaveUp() {
    if (this.#touched) this.changed(this.#touched);
  }

  /** @param {Columns} columns */
  #wish({ first, last }) {
    const seconds = (last - first + 2 * this.around) * this.painting.view.hop_seconds;
    const quality = seconds * this.#cost <= SHORT_MS ? "standard" : "preview";
    this.#wishes = this.#wishes.filter((one) => one.first < first || one.last > last);
    for (let from = first; from < last; from += MOST) this.#wishes.push({ first: from, last: Math.min(last, from + MOST), quality });
    if (quality === "preview") this.#rough.push({ first, last });
  }

  /**
   * Let these columns be heard when there is time.
   *
   * @param {Columns} columns
   */
  later(columns) {
    this.#rough.push(columns);
    clearTimeout(this.#timer);
    if (!this.#busy) this.#timer = setTimeout(() => this.#refine(), IDLE_MS);
  }

  /** Give all that was found once more. */
  again() {
    for (const { first, data } of this.#found.all) this.give(first, data);
  }

  /** Ask for nothing any more. */
  close() {
    this.#closed = true;
    this.#wishes = [];
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  /** Whether all that was painted is heard, and found well. */
  get done() {
    return !this.#busy && !this.#wishes.length && !this.#rough.length;
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    for (let wish = this.#wishes.shift(); wish && !this.#closed; wish = this.#wishes.shift()) {
      this.#abort = new AbortController();
      this.#now = wish;
      try {
        await this.#find(wish, this.#abort.signal);
      } catch (error) {
        if (this.#abort.signal.aborted) {
          if (wish.late) this.#rough.push(wish);
          else if (!this.#closed && !this.#wishes.some(({ first, last }) => first <= wish.first && last >= wish.last)) {
            this.#wishes.push(wish); // something else was painted meanwhile, which comes first
          }
        } else if (error instanceof Refused) {
          if (error.status && error.status !== 401) say(error.message, { kind: "error" });
          else this.#rough.push(wish); // the server is away: later
        } else throw error;
      }
    }
    this.#abort = null;
    this.#now = null;
    this.#busy = false;
    this.#tell();
    if (this.#rough.length && !this.#closed) this.#timer = setTimeout(() => this.#refine(), IDLE_MS);
  }

  #tell() {
    const awaited = this.#awaited;
    if (!awaited || this.#closed) return;
    this.#awaited = null;
    const { first, last, wished } = awaited;
    this.dispatchEvent(new CustomEvent("heard", { detail: { ms: performance.now() - wished, first, last } }));
  }

  #refine() {
    for (const { first, last } of joined(this.#rough.splice(0), this.around)) {
      for (let from = first; from < last; from += MOST) {
        this.#wishes.push({ first: from, last: Math.min(last, from + MOST), quality: "standard", late: true });
      }
    }
    this.#work();
  }

  /**
   * @param {Wish} wish
   * @param {AbortSignal} signal
   */
  async #find({ first, last, quality }, signal) {
    const began = performance.now();
    const { painting } = this;
    const from = Math.max(0, first - this.around);
    const to = Math.min(painting.columns, last + this.around);
    if (!painting.isHere(from, to - from)) await painting.need(from, to - from);
    const body = painting.seen({ x: from, y: 0, w: to - from, h: painting.rows });
    const ask = () => bytes(
      `views/${painting.view.id}/part?first=${from}&quality=${quality}`,
      { method: "POST", body: /** @type {BodyInit} */ (body), signal },
    );
    const { buffer, headers } = await ask().catch(async (error) => {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      await this.reopen();
      return ask();
    });
    if (this.#closed) return;
    this.#put(planar(buffer, headers), first, last);
    if (quality === "standard") {
      const seconds = (to - from) * painting.view.hop_seconds;
      this.#cost += ((performance.now() - began) / seconds - this.#cost) / 2;
    }
  }

  /**
   * Of the samples that came, those that matter.
   *
   * @param {import("./found.js").Samples} got
   * @param {number} first
   * @param {number} last
   */
  #put({ first: start, data }, first, last) {
    const { view } = this.painting;
    const sample = (/** @type {number} */ column) => sampleOf(view, column);
    const begin = first - this.heard > 0 ? Math.max(start, sample(first - this.heard)) : start;
    const end = Math.min(start + data[0].length, last + this.heard < this.painting.columns ? sample(last + this.heard) : Infinity);
    const fresh = { first: begin, data: data.map((one) => one.slice(begin - start, end - start)) };
    const fade = sample(FADE);
    const { first: at, data: heard } = this.#found.put(fresh, {
      before: begin > start ? fade : 0,
      after: end < start + data[0].length ? fade : 0,
    });
    this.give(at, heard);
  }
}

/**
 * @param {Columns | null} a
 * @param {Columns} b
 */
function both(a, b) {
  return a ? { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) } : b;
}

/** @param {Columns} columns */
const wide = ({ first, last }) => last - first;

/**
 * Runs of columns, of which those that are near to each other are one.
 *
 * @param {Columns[]} runs
 * @param {number} near
 */
function joined(runs, near) {
  /** @type {Columns[]} */
  const all = [];
  for (const { first, last } of runs.sort((a, b) => a.first - b.first)) {
    const before = all.at(-1);
    if (before && first - before.last < near) before.last = Math.max(before.last, last);
    else all.push({ first, last });
  }
  return all;
}
