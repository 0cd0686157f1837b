// @ts-check
/** What is painted goes to the server at once, one thing after the other, until it has arrived. */

import { Refused, bytes, patch } from "../lib/api.js";

const RETRY_MS = 1500;

/** What would be refused again; a server that was started anew wants to be opened anew. */
const REFUSED = [400, 404, 413, 422];

/** Pixels that are sent at once, at most; the server takes four times as many. */
const MOST = 1 << 22;

/** Events: `state`; `failed` with what the server said. */
export class Keeper extends EventTarget {
  /** @type {(() => Promise<unknown>)[]} */
  #work = [];
  #busy = false;
  /** Whether the server does not answer. */
  lost = false;

  /**
   * @param {string} painting  its id
   * @param {number} revision  how often it was changed, as far as is known here
   */
  constructor(painting, revision) {
    super();
    this.path = `paintings/${painting}`;
    this.revision = revision;
  }

  /** Whether everything has arrived. */
  get done() {
    return !this.#busy && !this.#work.length;
  }

  /**
   * Send paint.
   *
   * @param {number} layer
   * @param {Rect} rect
   * @param {Uint8Array} paint
   */
  paint(layer, rect, paint) {
    const jobs = [];
    const widest = Math.floor(MOST / rect.h);
    for (let from = 0; from < rect.w; from += widest) {
      const wide = Math.min(widest, rect.w - from);
      const part = wide === rect.w ? paint : cut(paint, rect.w, from, wide);
      const where = `first=${rect.x + from}&top=${rect.y}&columns=${wide}&rows=${rect.h}`;
      jobs.push(this.#do(async () => {
        const { buffer } = await bytes(`${this.path}/layers/${layer}?${where}`, { method: "PUT", body: /** @type {BodyInit} */ (part) });
        this.revision = JSON.parse(new TextDecoder().decode(buffer)).revision;
      }));
    }
    return Promise.all(jobs);
  }

  /**
   * Send which layers there are.
   *
   * @param {LayerFacts[]} layers
   */
  layers(layers) {
    return this.#do(async () => {
      this.revision = (await patch(this.path, { layers })).revision;
    });
  }

  /**
   * @param {() => Promise<unknown>} job
   * @returns {Promise<void>}
   */
  #do(job) {
    return new Promise((resolve) => {
      this.#work.push(async () => resolve(void (await job())));
      this.#go();
    });
  }

  async #go() {
    if (this.#busy) return;
    this.#busy = true;
    this.#tell();
    while (this.#work.length) {
      try {
        await this.#work[0]();
        this.#work.shift();
        this.lost = false;
      } catch (error) {
        if (error instanceof Refused && REFUSED.includes(error.status)) {
          this.#work.shift(); // it would be refused again
          this.dispatchEvent(new CustomEvent("failed", { detail: error.message }));
        } else {
          this.lost = true;
          this.#tell();
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    }
    this.#busy = false;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * Some columns of paint.
 *
 * @param {Uint8Array} paint
 * @param {number} width
 * @param {number} from
 * @param {number} wide
 */
function cut(paint, width, from, wide) {
  const rows = paint.length / 4 / width;
  const part = new Uint8Array(rows * wide * 4);
  for (let row = 0; row < rows; row++) {
    const at = (row * width + from) * 4;
    part.set(paint.subarray(at, at + wide * 4), row * wide * 4);
  }
  return part;
}
