// @ts-check
/** Playing a piece in the browser: its notes by the plain voice, alone, or along with the sound. */

import { player } from "../audio/player.js";
import { Synth } from "./synth.js";

/** Milliseconds from one look ahead to the next, and seconds that are looked ahead. */
const [LOOK_MS, AHEAD] = [40, 0.25];

/** Event `state`: it begins, or ends. */
export class Playing extends EventTarget {
  synth = new Synth();
  playing = false;
  /** Where it is, or goes on, in seconds. */
  #place = 0;
  #begun = 0;
  /** Notes that begin before it were given to the voice. */
  #given = 0;
  #timer = 0;
  #withSound = false;
  /** @type {Piece | null} */
  #piece = null;
  /** @type {AudioContext | null} */
  #context = null;

  constructor() {
    super();
    player.addEventListener("state", () => {
      if (this.playing && this.#withSound !== player.playing) this.stop(); // somebody has paused it, or plays something
    });
  }

  /** @param {Piece | null} piece */
  set piece(piece) {
    this.stop();
    this.#piece = piece;
    this.#place = 0;
  }

  /** Seconds of the piece, where one hears it. */
  get place() {
    if (!this.playing || !this.#context) return this.#place;
    if (this.#withSound) return player.audible / player.rate;
    return this.#begun + this.#context.currentTime - this.#from - (this.#context.outputLatency || 0);
  }

  set place(seconds) {
    const goesOn = this.playing;
    if (goesOn) this.stop();
    this.#place = Math.max(0, seconds);
    if (goesOn) this.play(this.#withSound);
  }

  /** The clock when it began. */
  #from = 0;

  /** @param {boolean} withSound */
  async play(withSound) {
    if (!this.#piece) return;
    const piece = this.#piece;
    if (this.#place >= piece.seconds) this.#place = 0;
    player.pause();
    this.#context = await this.synth.ready();
    if (withSound) {
      player.seek(this.#place * player.rate);
      await player.play();
    }
    if (piece !== this.#piece) return;
    this.#withSound = withSound;
    this.#given = this.#begun = this.#place;
    this.#from = this.#context.currentTime;
    this.playing = true;
    this.#look();
    this.dispatchEvent(new Event("state"));
  }

  stop() {
    if (!this.playing) return;
    this.#place = Math.max(0, this.place);
    this.playing = false;
    clearTimeout(this.#timer);
    this.synth.stop();
    if (this.#withSound) player.pause();
    this.dispatchEvent(new Event("state"));
  }

  /** Give the voice what begins soon. */
  #look() {
    const [piece, context] = [this.#piece, this.#context];
    if (!this.playing || !piece || !context) return;
    const now = this.#withSound ? player.position / player.rate : this.#begun + context.currentTime - this.#from;
    const until = now + AHEAD;
    for (const note of piece.ordered) {
      if (note.start >= until) break;
      if (note.start < this.#given) continue;
      this.synth.play(note, {
        at: context.currentTime + note.start - now, seconds: note.end - note.start,
        drums: piece.parts[note.part]?.drums, glide: note.of === null ? [] : piece.glides[note.of],
      });
    }
    this.#given = Math.max(this.#given, until);
    if (now > piece.seconds && !(this.#withSound && player.playing)) {
      this.stop();
      this.#place = 0;
      return;
    }
    this.#timer = window.setTimeout(() => this.#look(), LOOK_MS);
  }
}
