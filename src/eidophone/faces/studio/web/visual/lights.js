// @ts-check
/** The lights of a sound, fetched around the moment that is shown. */

import { asked } from "./asking.js";
import { RING } from "./renderer.js";

/** Moments that are asked for at a time, and how far those before and after are kept. */
const PART = 300;
const BEHIND = 600;
const AHEAD = 900;

/** Milliseconds after which what was not reckoned yet is asked for again. */
const AGAIN_MS = 250;

export class Lights {
  #first = 0;
  #last = 0;
  #busy = false;
  #quiet = 0;
  #begun = false;
  #columns = Infinity;
  #over = false;

  /**
   * @param {import("./renderer.js").Renderer} renderer
   * @param {string} item
   */
  constructor(renderer, item) {
    this.renderer = renderer;
    this.item = item;
  }

  /** Ask for no more. */
  close() {
    this.#over = true;
  }

  /** Whether the moment at these seconds can be drawn. */
  has(/** @type {number} */ seconds) {
    const moment = seconds * this.renderer.facts.fps;
    return this.#begun && moment >= this.#first && (moment < this.#last || this.#last >= this.#columns);
  }

  /**
   * Have what is around these seconds.
   *
   * @param {number} seconds
   */
  around(seconds) {
    const now = Math.max(0, Math.floor(seconds * this.renderer.facts.fps));
    if (this.#busy || this.#over || performance.now() < this.#quiet) return;
    if (now < this.#first || now > this.#last + PART) this.#first = this.#last = Math.max(0, now - BEHIND / 2);
    if (this.#last < Math.min(now + AHEAD, this.#columns)) this.#fetch();
  }

  async #fetch() {
    this.#busy = true;
    try {
      const first = this.#last;
      const response = await asked(`lights?item=${encodeURIComponent(this.item)}&first=${first}&count=${PART}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (this.#over) return;
      const number = (/** @type {string} */ name) => Number(response.headers.get(name));
      this.#columns = number("X-Columns");
      if (!this.#begun) this.renderer.begin(number("X-Rows"), number("X-Max-Hz"));
      this.#begun = true;
      const count = number("X-Count");
      if (count < PART) this.#quiet = performance.now() + AGAIN_MS;
      if (!count) return;
      this.renderer.put(first, bytes);
      this.#last = first + count;
      this.#first = Math.max(this.#first, this.#last - RING);
      this.renderer.know(this.#first, this.#last);
    } catch {
      this.#quiet = performance.now() + 4 * AGAIN_MS; // the studio is busy, or gone for a while
    } finally {
      this.#busy = false;
    }
  }
}
