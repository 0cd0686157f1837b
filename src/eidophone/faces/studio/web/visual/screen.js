// @ts-check
/** The size at which is drawn: as many pixels as the screen has, or as few as the machine can. */

/** A frame may take so long; slower ones cost pixels, and much quicker ones bring them back. */
const SLOW_MS = 26;
const QUICK_MS = 18;
const FRAMES = 20;
const LEAST = 0.25;

/** Light has faded so long after nothing changes any more: then there is nothing to draw. */
const FADED_MS = 2500;

export class Screen {
  #scale = 1;
  #count = 0;
  #from = 0;
  #state = "";
  #changed = 0;
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
   * Whether all is as it was for so long that it need not be drawn again.
   *
   * @param {string} state  what is shown
   */
  isStill(state) {
    if (state !== this.#state) [this.#state, this.#changed] = [state, performance.now()];
    return performance.now() - this.#changed > FADED_MS && this.#size === `${this.canvas.clientWidth} ${this.canvas.clientHeight}`;
  }

  #measure() {
    const now = performance.now();
    if (this.#count++ < FRAMES && now - this.#from < 2000) return;
    const took = (now - this.#from) / this.#count;
    if (took > SLOW_MS && took < 1000) this.#scale = Math.max(LEAST, this.#scale * 0.75);
    else if (took < QUICK_MS && this.#scale < 1) this.#scale = Math.min(1, this.#scale * 1.15);
    [this.#count, this.#from] = [0, now];
  }
}
