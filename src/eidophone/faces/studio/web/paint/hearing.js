// @ts-check
/**
 * What is painted, heard: the columns that changed go to the server, and the samples that come back
 * to the player. The latest wish wins; what was found quickly is found well when there is time.
 */

import { Refused, bytes } from "../lib/api.js";
import { say } from "../lib/say.js";
import { Segments } from "./segments.js";

/** @typedef {import("./painting.js").Painting} Painting */
/** @typedef {{first: number, last: number}} Columns */

/** Up to so many seconds, what is painted is found well at once. */
const SHORT_SECONDS = 0.5;

/** Columns that are found at once: 3 s of the standard recipe. */
const MOST = 512;

/** It is found well when nothing was painted for so long. */
const IDLE_MS = 350;

/**
 * Events: `heard` ({ms, first, last, quality}): samples of these columns are in the player, so many
 * milliseconds after they were wished for.
 */
export class Hearing extends EventTarget {
  #segments = new Segments();
  /** @type {(Columns & {quality: "preview" | "standard", wished: number})[]} */
  #wishes = [];
  /** @type {Columns[]} found quickly, and yet to be found well */
  #rough = [];
  /** @type {AbortController | null} */
  #abort = null;
  #busy = false;
  #timer = 0;
  #closed = false;
  /** Whether the page listens. */
  watched = false;

  /**
   * @param {Painting} painting
   * @param {import("../audio/player.js").Player} player
   */
  constructor(painting, player) {
    super();
    this.painting = painting;
    this.player = player;
    /** Columns around the changed ones that are heard anew, and that are sent along. */
    this.heard = painting.reach;
    this.around = 3 * painting.reach;
  }

  /**
   * These columns changed: let them be heard.
   *
   * @param {Columns} columns
   * @param {number} [wished]  when, as of `performance.now()`
   */
  changed({ first, last }, wished = performance.now()) {
    const { hop_seconds: hop } = this.painting.view;
    const quality = (last - first) * hop <= SHORT_SECONDS ? "standard" : "preview";
    this.#abort?.abort();
    this.#wishes = this.#wishes.filter((one) => one.first < first || one.last > last);
    for (let from = first; from < last; from += MOST) {
      this.#wishes.push({ first: from, last: Math.min(last, from + MOST), quality, wished });
    }
    if (quality === "preview") this.#rough.push({ first, last });
    clearTimeout(this.#timer);
    this.#work();
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
      try {
        await this.#find(wish, this.#abort.signal);
      } catch (error) {
        if (this.#abort.signal.aborted) {
          if (!this.#closed && !this.#wishes.some(({ first, last }) => first <= wish.first && last >= wish.last)) {
            this.#wishes.push(wish); // something else was painted meanwhile, which comes first
          }
        } else if (error instanceof Refused) {
          if (error.status) say(error.message, { kind: "error" });
          else this.#rough.push(wish); // the server is away: later
        } else throw error;
      }
    }
    this.#abort = null;
    this.#busy = false;
    if (this.#rough.length && !this.#closed) this.#timer = setTimeout(() => this.#refine(), IDLE_MS);
  }

  #refine() {
    const wished = performance.now();
    for (const { first, last } of this.#rough.splice(0)) {
      for (let from = first; from < last; from += MOST) {
        this.#wishes.push({ first: from, last: Math.min(last, from + MOST), quality: "standard", wished });
      }
    }
    this.#work();
  }

  /**
   * @param {Columns & {quality: string, wished: number}} wish
   * @param {AbortSignal} signal
   */
  async #find({ first, last, quality, wished }, signal) {
    const { painting } = this;
    const from = Math.max(0, first - this.around);
    const to = Math.min(painting.columns, last + this.around);
    if (!painting.isHere(from, to - from)) await painting.need(from, to - from);
    const body = painting.seen({ x: from, y: 0, w: to - from, h: painting.rows });
    const { buffer, headers } = await bytes(
      `views/${painting.view.id}/part?first=${from}&quality=${quality}`,
      { method: "POST", body: /** @type {BodyInit} */ (body), signal },
    );
    if (this.#closed) return;
    this.#put(samplesOf(buffer, headers), first, last);
    this.dispatchEvent(new CustomEvent("heard", { detail: { ms: performance.now() - wished, first, last, quality } }));
  }

  /**
   * Of the samples that came, those that matter.
   *
   * @param {import("./segments.js").Segment} got
   * @param {number} first
   * @param {number} last
   */
  #put({ first: start, data }, first, last) {
    const { view } = this.painting;
    const sample = (/** @type {number} */ column) => Math.round(column * view.hop_seconds * view.rate);
    const begin = first - this.heard > 0 ? Math.max(start, sample(first - this.heard)) : start;
    const end = Math.min(start + data[0].length, last + this.heard < this.painting.columns ? sample(last + this.heard) : Infinity);
    const fresh = { first: begin, data: data.map((one) => one.slice(begin - start, end - start)) };
    const fade = sample(this.heard / 2);
    const { first: at, data: heard } = this.#segments.put(fresh, {
      before: begin > start ? fade : 0,
      after: end < start + data[0].length ? fade : 0,
    });
    this.player.patch(at, heard);
  }
}

/**
 * Planar samples from the server.
 *
 * @param {ArrayBuffer} buffer
 * @param {Headers} headers
 * @returns {import("./segments.js").Segment}
 */
export function samplesOf(buffer, headers) {
  const channels = Number(headers.get("X-Channels"));
  const count = Number(headers.get("X-Count"));
  return {
    first: Number(headers.get("X-First")),
    data: Array.from({ length: channels }, (_, i) => new Float32Array(buffer, i * count * 4, count)),
  };
}
