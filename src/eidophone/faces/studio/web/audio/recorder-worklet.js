// @ts-check
/** The recorder itself, in the thread of the sound card: hands on what it hears, as it is. */

/** Samples that are handed on at once. */
const BLOCK = 4096;

class RecorderWorklet extends AudioWorkletProcessor {
  constructor() {
    super();
    /** @type {Float32Array[]} */
    this.block = [];
    this.filled = 0;
    this.over = false;
    this.port.onmessage = () => this.end();
  }

  end() {
    this.hand();
    this.over = true;
    this.port.postMessage(null);
  }

  hand() {
    if (this.filled) this.port.postMessage(this.block.map((one) => one.slice(0, this.filled)));
    this.filled = 0;
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const heard = inputs[0];
    if (!heard.length) return !this.over;
    if (this.block.length !== heard.length) {
      this.hand();
      this.block = heard.map(() => new Float32Array(BLOCK));
    }
    heard.forEach((channel, i) => this.block[i].set(channel, this.filled));
    this.filled += heard[0].length;
    if (this.filled === BLOCK) this.hand();
    return !this.over;
  }
}

registerProcessor("recorder", RecorderWorklet);
