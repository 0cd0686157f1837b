// @ts-check
/** A plain voice, so that a note is heard at once: a soft tone, or a short noise for drums. */

import { player } from "../audio/player.js";

/** Notes that sound at once, at most. */
const MOST = 48;

/** How loud a note of full velocity is; several together stay below full scale. */
const LOUD = 0.16;

/** Seconds in which a tone begins, and in which it fades when it is released. */
const [ATTACK, RELEASE] = [0.006, 0.09];

/** Seconds that a drum sounds. */
const DRUM = 0.12;

/** @typedef {{stop: (at: number) => void, ends: number}} Voice */

export class Synth {
  /** @type {Set<Voice>} */
  #voices = new Set();
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioBuffer | null} */
  #noise = null;

  /** The clock that its notes are given by, awake. */
  async ready() {
    const context = await player.output();
    if (context !== this.#context) {
      this.#context = context;
      this.#noise = new AudioBuffer({ length: Math.ceil(DRUM * context.sampleRate), sampleRate: context.sampleRate });
      const samples = this.#noise.getChannelData(0);
      for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
    }
    return context;
  }

  /**
   * Let a note sound.
   *
   * @param {{pitch: number, velocity: number}} note
   * @param {{at?: number, seconds?: number, drums?: boolean, glide?: number[][]}} [how]  `at`: of the clock; `glide`: seconds, semitones
   */
  play({ pitch, velocity }, { at = 0, seconds = 0.3, drums = false, glide = [] } = {}) {
    const context = this.#context;
    if (!context) return;
    for (const voice of this.#voices) if (voice.ends < context.currentTime) this.#voices.delete(voice);
    if (this.#voices.size >= MOST) [...this.#voices][0].stop(context.currentTime);
    const begin = Math.max(at, context.currentTime);
    const gain = new GainNode(context, { gain: 0 });
    const loud = LOUD * (velocity / 127) ** 1.5;
    const last = begin + (drums ? DRUM : seconds);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loud, begin + ATTACK);
    gain.gain.setTargetAtTime(loud * 0.55, begin + ATTACK, drums ? 0.03 : 0.4);
    const source = drums ? this.#drum(context, pitch) : this.#tone(context, pitch, begin, glide);
    source.connect(gain).connect(context.destination);
    /** @type {Voice} */
    const voice = {
      ends: last + 4 * RELEASE,
      stop: (when) => {
        gain.gain.cancelScheduledValues(when);
        gain.gain.setTargetAtTime(0, when, RELEASE / 3);
        source.stop(when + RELEASE);
        this.#voices.delete(voice);
      },
    };
    gain.gain.setTargetAtTime(0, last, RELEASE / 3);
    source.start(begin);
    source.stop(last + 2 * RELEASE);
    source.onended = () => {
      gain.disconnect();
      this.#voices.delete(voice);
    };
    this.#voices.add(voice);
  }

  /** Silence, at once. */
  stop() {
    for (const voice of [...this.#voices]) voice.stop(this.#context?.currentTime ?? 0);
  }

  /**
   * @param {AudioContext} context
   * @param {number} pitch
   * @param {number} begin
   * @param {number[][]} glide
   */
  #tone(context, pitch, begin, glide) {
    const hz = Math.min(440 * 2 ** ((pitch - 69) / 12), context.sampleRate / 2);
    const tone = new OscillatorNode(context, { type: "triangle", frequency: hz });
    for (const [after, semitones] of glide) tone.detune.setValueAtTime(100 * semitones, begin + after);
    return tone;
  }

  /**
   * @param {AudioContext} context
   * @param {number} pitch  low drums are dull
   */
  #drum(context, pitch) {
    const rate = Math.min(3, Math.max(0.08, 2 ** ((pitch - 50) / 9)));
    return new AudioBufferSourceNode(context, { buffer: this.#noise, playbackRate: rate });
  }
}
