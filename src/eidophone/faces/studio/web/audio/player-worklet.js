// @ts-check
/**
 * The player itself, in the thread of the sound card: samples that it was given, at a place that it
 * alone knows. Nothing is resampled or altered at speed 1 and gain 1.
 */

/** Samples in a chunk; player.js cuts sounds likewise. */
const CHUNK = 32_768;

/** Seconds over which a change of gain, of source or of patches fades. */
const FADE_SECONDS = 0.01;

/** Samples over which the end of a loop fades into its beginning. */
const SEAM = 256;

/** Blocks of 128 samples from one report to the next. */
const REPORT_BLOCKS = 8;

/** @typedef {{chunks: Map<number, Float32Array[]>, count: number, channels: number, gain: number}} Source */
/** @typedef {{first: number, last: number, data: Float32Array[]}} Patch */

class PlayerWorklet extends AudioWorkletProcessor {
  /** @param {AudioWorkletNodeOptions} [options] */
  constructor(options) {
    super(options);
    /** @type {{a: Source, b: Source | null}} */
    this.sources = { a: { chunks: new Map(), count: 0, channels: 1, gain: 1 }, b: null };
    /** @type {Patch[]} */
    this.patches = [];
    /** @type {Patch[] | null} those from before, while they fade out */
    this.before = null;
    this.patchFade = 0;
    this.position = 0;
    /** Where it goes on, once it has faded out. @type {number | null} */
    this.target = null;
    this.speed = 1;
    /** @type {{first: number, last: number} | null} */
    this.loop = null;
    this.playing = false;
    this.stopping = false;
    this.gain = { now: 1, wanted: 1 };
    this.mix = { now: 0, wanted: 0 };
    this.run = { now: 0, wanted: 0 };
    this.step = 1 / (FADE_SECONDS * sampleRate);
    this.blocks = 0;
    this.peaks = [0, 0];
    this.waiting = false;
    this.port.onmessage = (event) => this.take(event.data);
    for (const message of options?.processorOptions?.messages ?? []) this.take(message);
  }

  /** @param {any} message */
  take(message) {
    switch (message.type) {
      case "source":
        this.sources[/** @type {"a" | "b"} */ (message.source)] = {
          chunks: new Map(), count: message.count, channels: message.channels, gain: message.gain ?? 1,
        };
        if (message.source === "a") this.reset();
        break;
      case "no-b":
        this.sources.b = null;
        this.mix = { now: 0, wanted: 0 };
        break;
      case "chunk":
        this.sources[/** @type {"a" | "b"} */ (message.source)]?.chunks.set(message.index, message.data);
        break;
      case "drop":
        this.sources[/** @type {"a" | "b"} */ (message.source)]?.chunks.delete(message.index);
        break;
      case "play":
        if (this.playing && !this.stopping) break;
        this.arrive();
        this.playing = true;
        this.stopping = false;
        this.run.wanted = 1;
        if (this.position === this.beginning) this.run.now = 1; // a sound begins as it begins
        break;
      case "pause":
        this.stopping = true;
        this.run.wanted = 0;
        break;
      case "seek":
        this.target = Math.min(Math.max(0, message.sample), this.sources.a.count);
        if (this.playing && this.run.now && !this.isMissing) this.run.wanted = 0; // cut off, it would click
        else this.arrive();
        break;
      case "loop":
        this.loop = message.span;
        break;
      case "speed":
        this.speed = message.speed;
        break;
      case "gain":
        this.gain.wanted = message.gain;
        break;
      case "mix":
        this.mix.wanted = message.mix;
        break;
      case "level":
        if (this.sources.b) this.sources.b.gain = message.gain;
        break;
      case "patch":
        this.fadePatches();
        this.patches = this.patches.filter(
          (one) => one.first < message.first || one.last > message.last,
        );
        this.patches.push({ first: message.first, last: message.last, data: message.data });
        break;
      case "unpatch":
        this.fadePatches();
        this.patches = [];
        break;
    }
    if (!this.playing) this.report();
  }

  /** Be where it was sought. */
  arrive() {
    if (this.target === null) return;
    this.position = this.target;
    this.target = null;
    this.run.wanted = this.playing && !this.stopping ? 1 : 0;
    this.run.now = this.position === 0 ? this.run.wanted : 0;
  }

  reset() {
    Object.assign(this, { position: 0, target: null, patches: [], before: null, patchFade: 0, loop: null, speed: 1 });
    Object.assign(this, { playing: false, stopping: false });
    this.run = { now: 0, wanted: 0 };
  }

  fadePatches() {
    this.before = [...this.patches];
    this.patchFade = 0;
  }

  get beginning() {
    return this.loop ? this.loop.first : 0;
  }

  /**
   * @param {Source} source
   * @param {number} channel
   * @param {number} at  a whole sample
   * @returns {number}
   */
  sample(source, channel, at) {
    if (at < 0 || at >= source.count) return 0;
    const chunk = source.chunks.get(Math.floor(at / CHUNK));
    if (!chunk) return 0;
    return chunk[Math.min(channel, chunk.length - 1)][at % CHUNK];
  }

  /**
   * @param {Patch[]} patches
   * @param {number} channel
   * @param {number} at
   */
  patched(patches, channel, at) {
    for (let i = patches.length - 1; i >= 0; i--) {
      const one = patches[i];
      if (at >= one.first && at < one.last) {
        return one.data[Math.min(channel, one.data.length - 1)][at - one.first];
      }
    }
    return this.sample(this.sources.a, channel, at);
  }

  /**
   * @param {number} channel
   * @param {number} at  a whole sample
   */
  mixed(channel, at) {
    let value = 0;
    if (this.mix.now < 1) {
      value = this.patched(this.patches, channel, at);
      if (this.before) {
        value = value * this.patchFade + this.patched(this.before, channel, at) * (1 - this.patchFade);
      }
    }
    const b = this.sources.b;
    if (!b || this.mix.now === 0) return value;
    return value * (1 - this.mix.now) + this.sample(b, channel, at) * b.gain * this.mix.now;
  }

  /**
   * Between samples (at another speed than 1) a cubic goes through the four around.
   *
   * @param {number} channel
   * @param {number} at
   */
  between(channel, at) {
    const whole = Math.floor(at);
    const t = at - whole;
    if (t === 0) return this.mixed(channel, whole);
    const [p, q, r, s] = [-1, 0, 1, 2].map((step) => this.mixed(channel, whole + step));
    const bend = 2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p);
    return q + 0.5 * t * (r - p + t * bend);
  }

  /**
   * What sounds at the place now; near the end of a loop what leads to its beginning fades in.
   *
   * @param {number} channel
   */
  value(channel) {
    const here = this.between(channel, this.position);
    if (!this.loop) return here;
    const { first, last } = this.loop;
    const seam = Math.min(SEAM, (last - first) / 2, first);
    const left = this.speed > 0 ? last - this.position : this.position - first;
    if (left >= seam || left < 0) return here;
    const jump = (last - first) * Math.sign(this.speed);
    const fade = left / seam;
    return here * fade + this.between(channel, this.position - jump) * (1 - fade);
  }

  /** Whether the samples here have not come yet. */
  get isMissing() {
    const index = Math.floor(Math.min(this.position, this.sources.a.count - 1) / CHUNK);
    const { a, b } = this.sources;
    return !a.chunks.has(index) || (!!b && this.mix.wanted > 0 && this.position < b.count && !b.chunks.has(index));
  }

  advance() {
    this.position += this.speed;
    const { first, last } = this.loop ?? { first: 0, last: this.sources.a.count };
    if (this.speed > 0 ? this.position < last : this.position >= first) return;
    if (this.target !== null) this.arrive();
    else if (this.loop) this.position += this.speed > 0 ? first - last : last - first;
    else {
      this.position = this.speed > 0 ? 0 : this.sources.a.count - 1;
      this.end();
      this.port.postMessage({ type: "ended" });
    }
  }

  end() {
    this.playing = false;
    this.stopping = false;
    this.run = { now: 0, wanted: 0 };
  }

  /** @param {{now: number, wanted: number}} fader */
  fade(fader) {
    if (fader.now === fader.wanted) return;
    const step = Math.sign(fader.wanted - fader.now) * this.step;
    const close = Math.abs(fader.wanted - fader.now) <= this.step;
    fader.now = close ? fader.wanted : fader.now + step;
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs
   */
  process(_inputs, outputs) {
    const output = outputs[0];
    if (this.playing && this.isMissing) this.arrive();
    this.waiting = this.playing && this.isMissing;
    for (let i = 0; this.playing && !this.waiting && i < output[0].length; i++) {
      this.fade(this.gain);
      this.fade(this.mix);
      this.fade(this.run);
      this.fadeOfPatches();
      const gain = this.gain.now * this.run.now;
      for (let channel = 0; channel < output.length; channel++) {
        const value = this.value(channel) * gain;
        output[channel][i] = value;
        this.peaks[channel] = Math.max(this.peaks[channel] ?? 0, Math.abs(value));
      }
      this.advance();
      if (this.run.now) continue;
      this.arrive();
      if (this.stopping) this.end();
    }
    if (++this.blocks % REPORT_BLOCKS === 0) this.report();
    return true;
  }

  fadeOfPatches() {
    if (!this.before) return;
    this.patchFade = Math.min(1, this.patchFade + this.step);
    if (this.patchFade === 1) this.before = null;
  }

  report() {
    this.port.postMessage({
      type: "at", position: this.target ?? this.position, frame: currentFrame, playing: this.playing,
      waiting: this.waiting, peaks: this.peaks,
    });
    this.peaks = [0, 0];
  }
}

registerProcessor("player", PlayerWorklet);
