// @ts-check
/** Playing the picture itself: the voice, its tempo and direction, the keys, and what is chosen. */

import { player } from "../audio/player.js";
import { MOST_COLUMNS } from "../audio/voice.js";
import { button, make } from "../lib/dom.js";
import { sampleOf } from "../lib/scales.js";
import { say } from "../lib/say.js";
import { Keyboard } from "./keyboard.js";
import { slider, toggle } from "./options.js";
import { Solo } from "./solo.js";

export class Playing {
  solo = new Solo();
  /** Whether the column under the brush sounds while one paints, and the stroke after it. */
  hears = { brush: true, stroke: true };
  #after = 0;

  /**
   * @param {Easel} easel
   * @param {import("../parts/picture.js").EPicture} picture
   */
  constructor(easel, picture) {
    this.easel = easel;
    this.picture = picture;
    const { voice } = easel;
    this.keyboard = new Keyboard(voice);
    this.play = button("paint-loop", "Play round", () => this.toggle(), { keys: "W" });
    this.only = button("paint-ear", "Hear only what is chosen", () => this.toggleSolo(), { keys: "Y" });
    this.silence = button("paint-silence", "Silence", () => this.panic(), { keys: "." });
    this.keys = button("paint-piano", "Keys", () => this.toggleKeys(), { keys: "K" });
    this.back = toggle("Backwards", false, (on) => (voice.direction = on ? -1 : 1));
    this.element = make("section", { class: "playing", "aria-label": "The picture as an instrument" },
      make("h3", {}, "The picture as an instrument"),
      make("p", { class: "help" }, "A line runs round and round through what you see, or have chosen, and sounds what is bright under it, while you paint. Keys transpose it."),
      make("div", { class: "row wrap" }, this.play, this.keys, this.silence),
      slider("Tempo", { min: -3, max: 2, step: 0.05, value: 0, words: (v) => `${(2 ** v).toFixed(2)} ×`, act: (v) => (voice.tempo = 2 ** v) }),
      this.back,
      this.only,
      toggle("Hear the brush", true, (on) => (this.hears.brush = on), "While you paint, what is under the brush sounds"),
      toggle("Hear each stroke", true, (on) => (this.hears.stroke = on), "When you lift the brush, what you painted is played"),
    );
    voice.addEventListener("state", () => this.#state());
    this.solo.addEventListener("state", () => this.#state());
    easel.addEventListener("selection", () => this.#chosen());
    easel.addEventListener("open", () => this.#state());
    player.addEventListener("state", () => player.playing && this.#hush());
    player.addEventListener("meter", () => this.#stopAfter());
    document.addEventListener("visibilitychange", () => document.hidden && this.panic());
    addEventListener("pagehide", () => this.panic());
    this.#state();
  }

  /** The columns that are played: what is chosen, or what is seen. */
  get #columns() {
    const { selection, painting } = this.easel;
    if (selection) return { first: selection.rect.x, count: selection.rect.w };
    const { geometry } = this.picture;
    if (!painting || !geometry) return null;
    const { first, count } = geometry.seen;
    return { first, count: Math.min(count, MOST_COLUMNS) };
  }

  async #prepare() {
    const columns = this.#columns;
    const { painting, voice } = this.easel;
    if (!columns || !painting || columns.count < 1) return false;
    await painting.need(columns.first, columns.count);
    voice.over(columns.first, columns.count);
    player.pause();
    this.solo.stop();
    return true;
  }

  async toggle() {
    const { voice } = this.easel;
    if (voice.playing) voice.stop();
    else if (await this.#prepare()) await voice.play();
  }

  async toggleKeys() {
    const on = !this.keyboard.on;
    if (on && !(await this.#prepare())) return;
    await this.keyboard.show(on);
    this.easel.voice.stop();
    this.#state();
  }

  async toggleSolo() {
    const { painting, selection, voice } = this.easel;
    if (this.solo.playing) return this.solo.stop();
    if (!painting || !selection) {
      say("Choose something first, with Select (S) or Lasso (A).");
      return undefined;
    }
    voice.stop();
    return this.solo.play(painting, selection);
  }

  /** Everything is silent, at once. */
  panic() {
    if (this.element.closest("[hidden]") && !this.easel.voice.sounding && !this.solo.playing) return;
    this.easel.voice.panic();
    this.solo.stop();
    this.#after = 0;
    player.pause();
  }

  /**
   * The brush is at a column, and painting.
   *
   * @param {number} column
   */
  brushAt(column) {
    const { voice, painting } = this.easel;
    if (this.#after) player.pause(); // the stroke before this one
    this.#after = 0;
    if (!this.hears.brush || !painting || voice.playing || player.playing || this.keyboard.on || this.solo.playing) return;
    const at = Math.min(Math.max(0, Math.floor(column)), painting.columns - 1);
    const { first, count } = voice.span;
    if (at < first || at >= first + count || !voice.sounding) {
      const from = Math.max(0, at - 512);
      if (!painting.isHere(from, Math.min(1024, painting.columns - from))) return;
      voice.over(from, 1024);
    }
    voice.stand(at + 0.5);
  }

  /** The brush was lifted. */
  brushLifted() {
    if (!this.easel.voice.playing && !this.keyboard.on) this.easel.voice.stop();
  }

  /**
   * Play what was painted, once it can be heard.
   *
   * @param {{first: number, last: number}} columns
   */
  strokeHeard({ first, last }) {
    const { view, voice } = this.easel;
    if (!this.hears.stroke || !view || player.playing || voice.sounding || this.solo.playing || document.hidden) return;
    player.seek(sampleOf(view, Math.max(0, first - 12)));
    player.play();
    this.#after = sampleOf(view, Math.min(view.columns, last + 12));
  }

  /** What was played after a stroke has been played. */
  #stopAfter() {
    if (!this.#after) return;
    if (!player.playing) this.#after = 0;
    else if (player.position >= this.#after) {
      this.#after = 0;
      player.pause();
    }
  }

  /** The player plays: nothing else does. */
  #hush() {
    if (this.easel.voice.sounding) this.easel.voice.stop();
    this.solo.stop();
  }

  #chosen() {
    const columns = this.#columns;
    const { voice } = this.easel;
    if (voice.playing && columns && this.easel.painting?.isHere(columns.first, columns.count)) voice.over(columns.first, columns.count);
    this.#state();
  }

  #state() {
    const { voice, painting, selection } = this.easel;
    for (const one of [this.play, this.keys]) one.disabled = !painting;
    this.only.disabled = !selection && !this.solo.playing;
    this.picture.classList.toggle("round", voice.playing);
    this.play.setAttribute("aria-pressed", String(voice.playing));
    this.keys.setAttribute("aria-pressed", String(this.keyboard.on));
    this.only.setAttribute("aria-pressed", String(this.solo.playing));
  }
}
