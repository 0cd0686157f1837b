// @ts-check
/** The microphone, as it is heard: float32 samples, made into a WAV file in the page. */

import { peakOf } from "./chunks.js";

const WORKLET = new URL("./recorder-worklet.js", import.meta.url);

/** Blocks that are joined into one Blob, which browsers may keep on disk: 6 s. */
const JOINED = 64;

/** What the browser would do to a voice in a call, it must not do to a sound. */
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };

/**
 * A WAV file of float32 samples: its header.
 *
 * @param {number} samples
 * @param {number} channels
 * @param {number} rate
 */
function wavHeader(samples, channels, rate) {
  const size = samples * channels * 4;
  const view = new DataView(new ArrayBuffer(58));
  const word = (/** @type {number} */ at, /** @type {string} */ text) =>
    [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 50 + size, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 18, true);
  view.setUint16(20, 3, true); // IEEE float
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 4, true);
  view.setUint16(32, channels * 4, true);
  view.setUint16(34, 32, true);
  word(38, "fact");
  view.setUint32(42, 4, true);
  view.setUint32(46, samples, true);
  word(50, "data");
  view.setUint32(54, size, true);
  return view.buffer;
}

/**
 * Samples of the channels in turn.
 *
 * @param {Float32Array[]} block
 */
function interleaved(block) {
  const all = new Float32Array(block[0].length * block.length);
  block.forEach((channel, c) => channel.forEach((value, i) => (all[i * block.length + c] = value)));
  return all;
}

/** Events: `heard`, for every block: `seconds` and `peak` are new. */
export class Recorder extends EventTarget {
  /** @type {BlobPart[]} */
  #parts = [];
  #samples = 0;
  #channels = 0;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  peak = 0;

  get seconds() {
    return this.#context ? this.#samples / this.#context.sampleRate : 0;
  }

  /** Begin; the browser may ask the person. */
  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
    this.#context = new AudioContext();
    await this.#context.audioWorklet.addModule(WORKLET);
    this.#node = new AudioWorkletNode(this.#context, "recorder", { numberOfOutputs: 0 });
    this.#node.port.onmessage = (event) => event.data && this.#hear(event.data);
    this.#context.createMediaStreamSource(this.#stream).connect(this.#node);
  }

  /**
   * End, and let go of the microphone.
   *
   * @returns {Promise<Blob | null>}  null if nothing was heard
   */
  async stop() {
    const node = this.#node;
    if (node) {
      await new Promise((resolve) => {
        node.port.onmessage = (event) => (event.data ? this.#hear(event.data) : resolve(null));
        node.port.postMessage("end");
      });
    }
    this.#stream?.getTracks().forEach((track) => track.stop());
    const rate = this.#context?.sampleRate ?? 0;
    await this.#context?.close();
    if (!this.#samples) return null;
    return new Blob([wavHeader(this.#samples, this.#channels, rate), ...this.#parts], { type: "audio/wav" });
  }

  /** @param {Float32Array[]} block */
  #hear(block) {
    this.#channels ||= block.length;
    const kept = Array.from({ length: this.#channels }, (_, i) => block[Math.min(i, block.length - 1)]);
    this.#parts.push(interleaved(kept));
    if (this.#parts.length % JOINED === 0) this.#parts = [new Blob(this.#parts)];
    this.#samples += block[0].length;
    this.peak = peakOf(block);
    this.dispatchEvent(new Event("heard"));
  }
}
