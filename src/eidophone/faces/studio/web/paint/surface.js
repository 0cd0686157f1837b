// @ts-check
/** The surface over the picture: what was painted, the cursor, and the hand: mouse, pen or fingers. */

import { make } from "../lib/dom.js";
import { drawCursor, pointerFor } from "./cursor.js";
import { Show } from "./show.js";
import { TILE } from "./sheet.js";
import { TOOLS, begin } from "./tools.js";

/** Tiles that may be seen while one paints: more would be too small to be hit. */
const MOST_TILES = 15;

/** Columns that are seen after one has come nearer to paint: 10 s of the standard recipe. */
const NEAR = 1800;

/** Pixels around a hand that it paints on, at most. */
const REACH = 80;

/**
 * Events: `lifted` ({tool, hand, wished}), `far` (too far away to paint).
 */
export class Surface extends EventTarget {
  /** @type {Show | null} */
  #show = null;
  /** @type {Hand | null} */
  #hand = null;
  /** @type {Promise<unknown> | null} what is painted on is on its way */
  #waiting = null;
  /** @type {Map<number, {x: number, y: number}>} */
  #fingers = new Map();
  #asked = 0;
  #panning = false;
  /** @type {import("./tools.js").Touch | null} */
  touch = null;
  tool = TOOLS[0];

  /**
   * @param {import("../parts/picture.js").EPicture} picture
   * @param {Easel} easel
   * @param {Options} options
   */
  constructor(picture, easel, options) {
    super();
    this.picture = picture;
    this.easel = easel;
    this.options = options;
    this.paint = make("canvas", { "aria-hidden": "true" });
    this.over = make("canvas", { "aria-hidden": "true" });
    this.element = make("div", { class: "easel" }, this.paint, this.over);
    picture.drags = "none";
    picture.overlay(this.element);
    picture.addEventListener("view-change", () => this.#seen());
    easel.addEventListener("close", () => this.cancel());
    easel.addEventListener("open", () => this.#opened());
    easel.addEventListener("selection", () => this.redraw());
    easel.voice.addEventListener("at", () => this.redraw());
    easel.voice.addEventListener("state", () => this.redraw());
    this.#listen();
  }

  #listen() {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#lift(event));
    element.addEventListener("pointercancel", (event) => this.#lift(event, true));
    element.addEventListener("pointerleave", () => {
      this.touch = null;
      this.redraw();
    });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Whether the hand is down. */
  get working() {
    return !!this.#hand || !!this.#waiting;
  }

  /** Give up what the hand is doing. */
  cancel() {
    const hand = this.#hand;
    this.#waiting = this.#early = null;
    if (!hand) return;
    hand.cancel();
    this.#hand = null;
    this.easel.hearing?.gaveUp();
    if (!this.easel.voice.playing) this.easel.voice.stop();
  }

  /** Draw again with the next frame of the screen. */
  redraw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.#draw();
    });
  }

  /** What was painted is another: the picture, or its layers. */
  #opened() {
    const { painting } = this.easel;
    if (painting && this.#show?.painting !== painting) {
      this.#show = new Show(painting);
      this.picture.overview.paint = null;
      painting.addEventListener("painted", (event) => {
        const { detail: rect } = /** @type {CustomEvent} */ (event);
        this.#show?.painted(rect);
        if (this.#hand) this.easel.hearing?.touched({ first: rect.x, last: rect.x + rect.w });
        this.redraw();
      });
      painting.addEventListener("came", (event) => {
        this.#show?.came(/** @type {CustomEvent} */ (event).detail);
        this.redraw();
      });
      painting.addEventListener("layers", () => {
        this.#show?.again();
        this.#seen();
      });
      this.#seen();
    }
    if (!painting) this.#show = this.picture.overview.paint = null;
    this.redraw();
  }

  /** Fetch what is seen, so that it can be painted on at once. */
  async #seen() {
    this.redraw();
    const [{ painting }, { geometry }] = [this.easel, this.picture];
    if (!painting || !geometry || this.#isFar) return;
    const { first, count } = this.#near(geometry);
    painting.near = { low: Math.floor(first / TILE), high: Math.floor((first + count - 1) / TILE) };
    if (count < 1 || painting.isHere(first, count)) return;
    await painting.need(first, count).catch(() => undefined); // it is asked for again when it is painted on
    this.redraw();
  }

  /**
   * The columns that can be painted on now.
   *
   * @param {Geometry} geometry
   */
  #near({ seen, scaleX, view: { columns } }) {
    const reach = Math.ceil(REACH / scaleX);
    const first = Math.max(0, seen.first - reach);
    return { first, count: Math.min(columns, seen.first + seen.count + reach) - first };
  }

  get #isFar() {
    const { geometry } = this.picture;
    return !geometry || geometry.width / geometry.scaleX > MOST_TILES * TILE;
  }

  /**
   * @param {PointerEvent} event
   * @returns {import("./tools.js").Touch | null}
   */
  #touchOf(event) {
    const { geometry } = this.picture;
    if (!geometry) return null;
    const box = this.element.getBoundingClientRect();
    const x = Math.min(Math.max(0, event.clientX - box.left), box.width); // beyond, nothing is there to be painted on
    return {
      place: { x: geometry.columnOfX(x), y: geometry.rowOfY(event.clientY - box.top) },
      scaleX: geometry.scaleX,
      scaleY: geometry.scaleY,
      pressure: event.pointerType === "pen" ? event.pressure : null,
      copy: event.altKey,
    };
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const touch = this.#touchOf(event);
    if (!touch || !this.easel.painting) return;
    event.stopPropagation();
    this.element.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (event.pointerType === "touch" && this.#fingers.size > 1) return this.cancel();
    this.#panning = event.button === 1 || event.button === 2;
    if (this.#panning || event.button !== 0) return undefined;
    if (this.#isFar) {
      this.#nearer(event, touch);
      return undefined;
    }
    this.#begin(touch);
    return undefined;
  }

  /**
   * @param {import("./tools.js").Touch} touch
   * @returns {Promise<void>}
   */
  async #begin(touch) {
    const { painting } = this.easel;
    const { geometry } = this.picture;
    if (!painting || !geometry) return;
    const { first, count } = this.#near(geometry);
    /** @type {import("./tools.js").Touch[]} */
    const early = [];
    let lifted = 0;
    if (!painting.isHere(first, count)) {
      const waiting = painting.need(first, count);
      this.#waiting = waiting;
      this.#early = { move: (one) => early.push(one), lift: () => (lifted = performance.now()) };
      await waiting.catch(() => undefined);
      if (this.#waiting !== waiting) return;
      this.#waiting = this.#early = null;
    }
    this.#hand = begin(this.tool, this.easel, this.options, touch);
    const hand = this.#hand;
    if (!hand) return void this.dispatchEvent(new Event("nothing"));
    this.dispatchEvent(new CustomEvent("moved", { detail: touch.place }));
    for (const one of early) hand.move(one);
    if (lifted) this.#finish(lifted);
  }

  /** What a hand does that cannot paint yet, to be done when it can. @type {{move: (touch: import("./tools.js").Touch) => void, lift: () => void} | null} */
  #early = null;

  /**
   * Come near enough to paint.
   *
   * @param {PointerEvent} event
   * @param {import("./tools.js").Touch} touch
   */
  #nearer(event, touch) {
    const { geometry } = this.picture;
    if (!geometry) return;
    geometry.scaleX = geometry.width / NEAR;
    geometry.left = touch.place.x - NEAR / 2;
    geometry.bound();
    this.picture.changed();
    this.dispatchEvent(new Event("far"));
    this.#fingers.delete(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    const hand = this.#hand ?? (before && this.#early);
    if (before && (this.#fingers.size > 1 || this.#panning)) this.#scroll(event, before);
    else if (hand) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event]) {
        const touch = this.#touchOf(one);
        if (touch) hand.move(touch);
      }
    }
    this.touch = event.pointerType === "touch" ? null : this.#touchOf(event);
    const touch = this.#touchOf(event);
    if (this.#hand && touch) this.dispatchEvent(new CustomEvent("moved", { detail: touch.place }));
    this.element.style.cursor = pointerFor(this.tool, this.easel, this.touch);
    this.redraw();
  }

  /**
   * Two fingers, or another button of the mouse, move the picture; two fingers zoom it, too.
   *
   * @param {PointerEvent} event
   * @param {{x: number, y: number}} before
   */
  #scroll(event, before) {
    const now = { x: event.clientX, y: event.clientY };
    const count = this.#fingers.size;
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const box = this.element.getBoundingClientRect();
      const [was, is] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
      if (was > 30 && is > 30) this.picture.zoom(is / was, (now.x + other.x) / 2 - box.left);
    }
    this.picture.scroll_((before.x - now.x) / count, (before.y - now.y) / count);
    this.#fingers.set(event.pointerId, now);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} [lost]
   */
  #lift(event, lost = false) {
    event.stopPropagation();
    this.#fingers.delete(event.pointerId);
    this.#panning = false;
    if (lost) this.cancel();
    else if (this.#hand) this.#finish(performance.now());
    else this.#early?.lift();
  }

  /** @param {number} wished  when the hand was lifted */
  #finish(wished) {
    const hand = this.#hand;
    this.#hand = null;
    if (hand) this.dispatchEvent(new CustomEvent("lifted", { detail: { tool: this.tool, hand, wished } }));
    this.redraw();
  }

  #draw() {
    const { geometry } = this.picture;
    const { width, height } = geometry ?? { width: 0, height: 0 };
    if (!geometry || !width) return;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    for (const canvas of [this.paint, this.over]) {
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    }
    const [paint, over] = [this.paint, this.over].map((canvas) => canvas.getContext("2d"));
    if (!paint || !over) return;
    paint.clearRect(0, 0, w, h);
    if (this.#isFar) this.#show?.drawWhole(paint, geometry);
    else this.#show?.draw(paint, geometry);
    this.#shrink();
    over.setTransform(scale, 0, 0, scale, 0, 0);
    over.clearRect(0, 0, width, height);
    drawCursor(over, geometry, this);
  }

  /** The strip of the whole shows what was painted, too, once the hand is lifted. */
  #shrink() {
    if (this.#hand || !this.#show?.shrink()) return;
    this.picture.overview.paint = this.#show.whole.canvas;
    this.picture.overview.draw();
    if (this.#isFar) this.redraw();
  }
}
