// @ts-check
/** The microphone, or what else comes in: its lights as they come. */

/** As for films: what is so far below the loudest is dark. */
const SPAN_DB = 50;

/** How quickly what counts as loud comes down, in dB a second; and quieter than this is silence. */
const FALL_DB = 1.5;
const QUIETEST_DB = -75;

/** Long windows tell low pitches apart, short ones high moments: they fade into each other here. */
const SIZES = [16_384, 4096];
const CROSS_HZ = 700;

/** Rows of an octave. */
const ROWS = 72;

export class Microphone {
  #moment = 0;
  #loudest = -20;
  #before = 0;

  /**
   * @param {import("./renderer.js").Renderer} renderer
   */
  constructor(renderer) {
    this.renderer = renderer;
    this.rows = Math.floor(ROWS * Math.log2(20_000 / renderer.facts.min_hz));
  }

  /** Ask for it; refused, it says why by an error. */
  async open() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const context = new AudioContext();
    const source = context.createMediaStreamSource(stream);
    this.analysers = SIZES.map((fftSize) => {
      const one = new AnalyserNode(context, { fftSize, smoothingTimeConstant: 0, minDecibels: -140, maxDecibels: 0 });
      source.connect(one);
      return { one, levels: new Float32Array(one.frequencyBinCount), width: context.sampleRate / fftSize };
    });
    const { facts } = this.renderer;
    this.hz = Float32Array.from({ length: this.rows }, (_, row) => facts.min_hz * 2 ** ((row + 0.5) / ROWS));
    this.renderer.begin(this.rows, facts.min_hz * 2 ** (this.rows / ROWS));
    this.#before = performance.now();
  }

  /** Take in what there is now; the seconds that are shown. */
  take() {
    if (!this.analysers || !this.hz) return 0;
    const now = performance.now();
    const steps = Math.min(30, Math.max(1, Math.round(((now - this.#before) / 1000) * this.renderer.facts.fps)));
    for (const { one, levels } of this.analysers) one.getFloatFrequencyData(levels);
    const decibels = Array.from(this.hz, (hz) => this.#level(hz));
    this.#loudest = Math.max(this.#loudest - (FALL_DB * (now - this.#before)) / 1000, QUIETEST_DB + SPAN_DB, ...decibels);
    const column = Uint8Array.from(decibels, (db) => 255 * Math.min(1, Math.max(0, (db - this.#loudest + SPAN_DB) / SPAN_DB)));
    const bytes = new Uint8Array(steps * this.rows);
    for (let step = 0; step < steps; step++) bytes.set(column, step * this.rows);
    this.renderer.put(this.#moment, bytes);
    this.#moment += steps;
    this.#before = now;
    this.renderer.know(Math.max(0, this.#moment - 1500), this.#moment);
    return (this.#moment - 1) / this.renderer.facts.fps;
  }

  /** @param {number} hz */
  #level(hz) {
    const [long, short] = this.analysers ?? [];
    const part = Math.min(1, Math.max(0, Math.log2(hz / CROSS_HZ) / 2 + 0.5));
    return (1 - part) * between(long, hz) + part * between(short, hz) + 3 * Math.log2(hz / 1000);
  }
}

/**
 * @param {{levels: Float32Array, width: number}} of
 * @param {number} hz
 */
function between({ levels, width }, hz) {
  const at = Math.min(hz / width, levels.length - 2);
  const low = Math.floor(at);
  const value = levels[low] + (at - low) * (levels[low + 1] - levels[low]);
  return Number.isFinite(value) ? value : -200;
}
