// @ts-check
/**
 * The player itself, in the thread of the sound card: samples that it was given, at a place that it
 * alone knows. Nothing is resampled or altered at gain 1, in a context of its own rate.
 */

/** Samples in a chunk; player.js cuts sounds likewise. */
const CHUNK = 32_768;

/** Seconds over which a change of gain, of source or of patches fades. */
const FADE_SECONDS = 0.01;

/** Samples over which the end of a loop fades into its beginning. */
const SEAM = 256;

/** Blocks of 128 samples from one report to the next. */
const REPORT_BLOCKS = 8;

/** @typedef {{chunks: Map<number, Float32Array[]>, count: number, gain: number}} Source */
/** @typedef {Map<number, Float32Array[] | undefined>} Paint  chunks of what was painted; NaN where nothing was */

class PlayerWorklet extends AudioWorkletProcessor {
  /** @param {AudioWorkletNodeOptions} [options] */
  constructor(options) {
    super(options);
    /** @type {{a: Source, b: Source | null}} */
    this.sources = { a: { chunks: new Map(), count: 0, gain: 1 }, b: null };
    /** @type {Paint} */
    this.paint = new Map();
    /** @type {Paint | null} its chunks that were others before, while they fade out */
    this.before = null;
    this.paintFade = 0;
    this.position = 0;
    /** Where it goes on, once it has faded out. @type {number | null} */
    this.target = null;
    /** Chunks that go when it has faded out there. @type {{source: "a" | "b", index: number}[]} */
    this.leaving = [];
    /** Samples of the sound in one of the context: 1, unless the browser does not know its rate. */
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
          chunks: new Map(), count: message.count, gain: message.gain ?? 1,
        };
        if (message.source === "a") this.reset();
        break;
      case "no-b":
        this.sources.b = null;
        this.mix = { now: 0, wanted: 0 };
        break;
      case "chunk":
        this.leaving = this.leaving.filter(({ source, index }) => source !== message.source || index !== message.index);
        this.sources[/** @type {"a" | "b"} */ (message.source)]?.chunks.set(message.index, message.data);
        break;
      case "drop":
        if (this.target === null) this.drop(message);
        else this.leaving.push(message); // cut off now, it would click
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
        if (this.playing && this.run.now && !this.isMissing(this.position)) this.run.wanted = 0; // cut off, it would click
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
      case "patch":
        this.lay(message);
        break;
      case "unpatch":
        this.alter(this.paint);
        this.paint = new Map();
        break;
    }
    if (!this.playing) this.report();
  }

  /** Be where it was sought. */
  arrive() {
    if (this.target === null) return;
    this.position = this.target;
    this.target = null;
    this.leaving.splice(0).forEach((one) => this.drop(one));
    this.run.wanted = this.playing && !this.stopping ? 1 : 0;
    this.run.now = this.position === 0 ? this.run.wanted : 0;
  }

  /** @param {{source: "a" | "b", index: number}} chunk */
  drop({ source, index }) {
    this.sources[source]?.chunks.delete(index);
  }

  reset() {
    Object.assign(this, { position: 0, target: null, leaving: [], loop: null, playing: false, stopping: false });
    Object.assign(this, { paint: new Map(), before: null });
    this.run = { now: 0, wanted: 0 };
  }

  /**
   * Play these samples instead of the sound's own.
   *
   * @param {{first: number, data: Float32Array[]}} patch
   */
  lay({ first, data }) {
    const last = first + data[0].length;
    /** @type {Paint} */
    const before = new Map();
    for (let index = Math.floor(first / CHUNK); index * CHUNK < last; index++) {
      const old = this.paint.get(index);
      before.set(index, old);
      const [start, from, to] = [index * CHUNK, Math.max(first, index * CHUNK), Math.min(last, (index + 1) * CHUNK)];
      const channels = Math.max(data.length, old?.length ?? 0);
      this.paint.set(index, Array.from({ length: channels }, (_, channel) => {
        const chunk = old ? sideOf(old, channel).slice() : new Float32Array(CHUNK).fill(NaN);
        chunk.set(sideOf(data, channel).subarray(from - first, to - first), from - start);
        return chunk;
      }));
    }
    this.alter(before);
  }

  /** What was painted is another from now on. @param {Paint} before */
  alter(before) {
    this.before = this.playing ? before : null;
    this.paintFade = 0;
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
    return sideOf(chunk, channel)[at % CHUNK];
  }

  /**
   * The sound, or what was painted over it.
   *
   * @param {number} channel
   * @param {number} at  a whole sample
   */
  painted(channel, at) {
    const own = this.sample(this.sources.a, channel, at);
    if (!this.paint.size && !this.before) return own;
    const index = Math.floor(at / CHUNK);
    const value = over(this.paint.get(index), channel, at, own);
    if (!this.before?.has(index)) return value;
    return value * this.paintFade + over(this.before.get(index), channel, at, own) * (1 - this.paintFade);
  }

  /**
   * @param {number} channel
   * @param {number} at  a whole sample
   */
  mixed(channel, at) {
    const value = this.mix.now < 1 ? this.painted(channel, at) : 0;
    const b = this.sources.b;
    if (!b || this.mix.now === 0) return value;
    return value * (1 - this.mix.now) + this.sample(b, channel, at) * b.gain * this.mix.now;
  }

  /**
   * Between samples (where the speed is not 1) a cubic goes through the four around.
   *
   * @param {number} channel
   * @param {number} at
   */
  between(channel, at) {
    const whole = Math.floor(at);
    const t = at - whole;
    if (t === 0) return this.mixed(channel, whole);
    const p = this.mixed(channel, whole - 1);
    const q = this.mixed(channel, whole);
    const r = this.mixed(channel, whole + 1);
    const s = this.mixed(channel, whole + 2);
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
    const left = last - this.position;
    if (left >= seam || left < 0) return here;
    const fade = left / seam;
    return here * fade + this.between(channel, first - left) * (1 - fade);
  }

  /**
   * Whether the samples at a place have not come yet.
   *
   * @param {number} at
   */
  isMissing(at) {
    const index = Math.floor(Math.min(at, this.sources.a.count - 1) / CHUNK);
    const { a, b } = this.sources;
    return !a.chunks.has(index) || (!!b && this.mix.wanted > 0 && at < b.count && !b.chunks.has(index));
  }

  /** Whether those that it comes to next have not, so that it has to fade out here, and wait. */
  get isStarving() {
    const last = this.until - 1;
    const far = this.position + this.speed * (FADE_SECONDS * sampleRate + 128);
    return this.position <= last && this.isMissing(Math.min(far, last));
  }

  /** The sample after the last that is played. */
  get until() {
    return this.loop ? this.loop.last : this.sources.a.count;
  }

  advance() {
    this.position += this.speed;
    if (this.position < this.until) return;
    if (this.target !== null) this.arrive();
    else if (this.loop) this.position += this.loop.first - this.loop.last;
    else {
      this.position = 0;
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
    if (this.playing && this.isMissing(this.position)) this.arrive();
    const starving = this.playing && this.isStarving;
    if (this.playing && !this.stopping && this.target === null) this.run.wanted = starving ? 0 : 1;
    this.waiting = this.playing && (this.isMissing(this.position) || (starving && !this.run.now));
    for (let i = 0; this.playing && !this.waiting && i < output[0].length; i++) {
      this.fade(this.gain);
      this.fade(this.mix);
      this.fade(this.run);
      this.fadePaint();
      const gain = this.gain.now * this.run.now;
      for (let channel = 0; channel < output.length; channel++) {
        const value = this.value(channel) * gain;
        output[channel][i] = value;
        this.peaks[channel] = Math.max(this.peaks[channel], Math.abs(value));
      }
      this.advance();
      if (this.run.now) continue;
      this.arrive();
      if (this.stopping) this.end();
      else this.waiting = !this.run.wanted || this.isMissing(this.position);
    }
    if (++this.blocks % REPORT_BLOCKS === 0) this.report();
    return true;
  }

  fadePaint() {
    if (!this.before) return;
    this.paintFade = Math.min(1, this.paintFade + this.step);
    if (this.paintFade === 1) this.before = null;
  }

  report() {
    this.port.postMessage({
      type: "at", position: this.target ?? this.position, frame: currentFrame, playing: this.playing,
      waiting: this.waiting, peaks: this.peaks,
    });
    this.peaks.fill(0);
  }
}

/**
 * A channel, be it the only one of a mono sound.
 *
 * @param {Float32Array[]} data
 * @param {number} channel
 */
function sideOf(data, channel) {
  return data[Math.min(channel, data.length - 1)];
}

/**
 * What was painted there, or else the sound's own.
 *
 * @param {Float32Array[] | undefined} paint
 * @param {number} channel
 * @param {number} at
 * @param {number} own
 */
function over(paint, channel, at, own) {
  if (!paint) return own;
  const value = sideOf(paint, channel)[at % CHUNK];
  return Number.isNaN(value) ? own : value;
}

registerProcessor("player", PlayerWorklet);
