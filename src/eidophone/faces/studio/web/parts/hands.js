// @ts-check
/** Mouse, fingers and keys on a picture: hover, seek, select, scroll, zoom. */

import { player } from "../audio/player.js";
import { make } from "../lib/dom.js";
import { ZOOM } from "./picture.js";
import { readout } from "./readout.js";

/** Pixels that a pointer may move and still mean a place. */
const STILL = 4;

/** Pixels that an arrow key scrolls. */
const STEP = 80;

export class Hands {
  /** @type {Map<number, {x: number, y: number}>} fingers, and the mouse */
  #down = new Map();
  #from = { x: 0, y: 0, column: 0 };
  #moved = false;
  #end = 0;

  /** @param {import("./picture.js").EPicture} picture */
  constructor(picture) {
    this.picture = picture;
    const surface = picture.surface;
    surface.addEventListener("pointerdown", (event) => this.#press(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    surface.addEventListener("pointerup", (event) => this.#release(event));
    surface.addEventListener("pointercancel", (event) => this.#down.delete(event.pointerId));
    surface.addEventListener("pointerleave", () => this.#leave());
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    surface.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {MouseEvent} event */
  #place(event) {
    const box = this.picture.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || !this.picture.geometry) return;
    const place = this.#place(event);
    this.#down.set(event.pointerId, place);
    this.picture.surface.setPointerCapture(event.pointerId);
    this.#from = { ...place, column: this.picture.columnOfX(place.x) };
    this.#moved = this.#down.size > 1;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const place = this.#place(event);
    this.#hover(place);
    const before = this.#down.get(event.pointerId);
    if (!before) return;
    if (Math.hypot(place.x - this.#from.x, place.y - this.#from.y) > STILL) this.#moved = true;
    if (this.#down.size === 2) this.#pinch(event.pointerId, before, place);
    else if (event.pointerType === "touch") this.picture.scroll_(before.x - place.x, before.y - place.y);
    else if (this.#moved && this.picture.drags === "select") this.#select(place.x);
    this.#down.set(event.pointerId, place);
  }

  /**
   * @param {number} id
   * @param {{x: number, y: number}} before
   * @param {{x: number, y: number}} now
   */
  #pinch(id, before, now) {
    const other = [...this.#down].find(([one]) => one !== id)?.[1];
    if (!other) return;
    const apart = Math.abs(now.x - other.x) / Math.max(1, Math.abs(before.x - other.x));
    const high = Math.abs(now.y - other.y) / Math.max(1, Math.abs(before.y - other.y));
    if (Math.abs(now.x - other.x) > 40) this.picture.zoom(Math.min(2, Math.max(0.5, apart)), (now.x + other.x) / 2);
    if (Math.abs(now.y - other.y) > 80) this.picture.zoomPitch(Math.min(2, Math.max(0.5, high)), (now.y + other.y) / 2);
  }

  /** @param {number} x */
  #select(x) {
    const columns = this.picture.view?.columns ?? 0;
    const here = Math.min(columns, Math.max(0, this.picture.columnOfX(x)));
    const [first, last] = [this.#from.column, here].sort((a, b) => a - b);
    this.picture.selection = { first, last };
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const pressed = this.#down.delete(event.pointerId);
    if (!pressed || !this.picture.geometry) return;
    if (!this.#moved) {
      this.picture.selection = null;
      this.#tell(null);
      player.seek(this.picture.geometry.sampleOfColumn(this.#from.column));
    } else if (event.pointerType !== "touch" && this.picture.drags === "select") {
      this.#tell(this.picture.selection);
    }
  }

  /** @param {{first: number, last: number} | null} selection */
  #tell(selection) {
    this.picture.dispatchEvent(new CustomEvent("select", { detail: selection }));
  }

  /**
   * Choose a part by keys: from the line on, to the left or to the right.
   *
   * @param {number} way
   */
  #extend(way) {
    const { geometry, selection } = this.picture;
    if (!geometry) return;
    if (!selection) this.#end = this.#from.column = geometry.columnOfSample(player.position);
    this.#end += (way * STEP) / 4 / geometry.scaleX;
    this.#select(geometry.xOfColumn(this.#end));
    this.#tell(this.picture.selection);
  }

  /** @param {{x: number, y: number}} place */
  #hover({ x, y }) {
    const { geometry, view } = this.picture;
    if (!geometry || !view) return;
    const [column, row] = [geometry.columnOfX(x), geometry.rowOfY(y)];
    if (column < 0 || column >= view.columns || row < 0 || row >= view.rows) return this.#leave();
    const colour = this.picture.colourAt(column, row);
    this.picture.told.hidden = false;
    const words = readout.words(geometry, column, row, colour);
    this.picture.told.replaceChildren(...words.map((one) => make("span", {}, one)));
    const detail = {
      column, row, hz: geometry.hzOfRow(row), seconds: geometry.secondsOfColumn(column),
      db: colour ? geometry.dbOfValue(Math.max(...colour)) : null,
    };
    this.picture.dispatchEvent(new CustomEvent("hover", { detail }));
  }

  #leave() {
    this.picture.told.hidden = true;
    this.picture.dispatchEvent(new CustomEvent("hover", { detail: null }));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.picture.geometry) return;
    event.preventDefault();
    const { x, y } = this.#place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
    if (event.altKey) this.picture.zoomPitch(Math.exp(-dy / 300), y);
    else if (event.shiftKey) this.picture.scroll_(dy || dx);
    else if (Math.abs(dx) > Math.abs(dy)) this.picture.scroll_(dx);
    else this.picture.zoom(Math.exp(-dy / (event.ctrlKey ? 100 : 300)), x);
    this.#hover({ x, y });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { picture } = this;
    if (event.ctrlKey || event.metaKey || !picture.geometry) return;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => picture.scroll_(-STEP),
      ArrowRight: () => picture.scroll_(STEP),
      ArrowUp: () => picture.scroll_(0, -STEP),
      ArrowDown: () => picture.scroll_(0, STEP),
      "+": () => picture.zoom(ZOOM),
      "-": () => picture.zoom(1 / ZOOM),
      Enter: () => player.play(),
    };
    if (event.shiftKey && event.key.startsWith("Arrow") && picture.drags === "select") {
      event.preventDefault();
      return this.#extend(event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0);
    }
    const act = acts[event.key];
    if (!act || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}
