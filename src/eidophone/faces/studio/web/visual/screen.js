// @ts-check
/** The size at which is drawn: as many pixels as the screen has, or as few as the machine can. */

/** A frame may take so long; slower ones cost pixels, and much quicker ones bring them back. */
const SLOW_MS = 26;
const QUICK_MS = 18;
const FRAMES = 20;
const LEAST = 0.25;

export class Screen {
  #scale = 1;
  #count = 0;
  #from = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
  }

  /** Make the canvas as large as it should be now; called before each frame. */
  fit() {
    this.#measure();
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((side) =>
      Math.max(16, Math.round(side * devicePixelRatio * this.#scale)));
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
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
