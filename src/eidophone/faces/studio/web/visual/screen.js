// @ts-check
/** The size at which is drawn: as many pixels as the screen has, or as few as the machine can. */

import { MOST_LIVED_MS } from "./renderer.js";

/** A frame may take so long; slower ones cost pixels, and much quicker ones bring them back. */
const SLOW_MS = 26;
const QUICK_MS = 18;
const FRAMES = 20;
const LEAST = 0.25;

/** No frame takes so long: nothing was drawn meanwhile. */
const PAUSE_MS = 3000;

/** Light that has lived so long since nothing changes any more has faded: then there is nothing to draw. Of slow frames, fewer must do. */
const FADED_MS = 2500;
const SLOWEST = 4;

export class Screen {
  #scale = 1;
  #count = 0;
  #took = 0;
  #last = -PAUSE_MS;
  #state = "";
  #before = 0;
  #lived = 0;
  #size = "";

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
  }

  /** Make the canvas as large as it should be now; called before each frame. */
  fit() {
    this.#measure();
    this.#size = `${this.canvas.clientWidth} ${this.canvas.clientHeight}`;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((side) =>
      Math.max(16, Math.round(side * devicePixelRatio * this.#scale)));
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
  }

  /**
   * Whether all has been drawn as it is for so long that it need not be drawn again; asked before
   * each frame.
   *
   * @param {string} state  what is shown
   */
  isStill(state) {
    const now = performance.now();
    if (state !== this.#state) [this.#state, this.#lived] = [state, 0];
    else if (this.#lived <= FADED_MS) this.#lived += Math.min(now - this.#before, SLOWEST * MOST_LIVED_MS);
    this.#before = now;
    return this.#lived > FADED_MS && this.#size === `${this.canvas.clientWidth} ${this.canvas.clientHeight}`;
  }

  #measure() {
    const now = performance.now();
    const gap = now - this.#last;
    this.#last = now;
    if (gap > PAUSE_MS) [this.#count, this.#took] = [0, 0];
    else [this.#count, this.#took] = [this.#count + 1, this.#took + gap];
    if (!this.#count || (this.#count < FRAMES && this.#took < 2000)) return;
    const took = this.#took / this.#count;
    if (took > SLOW_MS) this.#scale = Math.max(LEAST, this.#scale * 0.75);
    else if (took < QUICK_MS && this.#scale < 1) this.#scale = Math.min(1, this.#scale * 1.15);
    [this.#count, this.#took] = [0, 0];
  }
}
