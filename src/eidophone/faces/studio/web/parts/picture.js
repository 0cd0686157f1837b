// @ts-check
/**
 * `<e-picture>`: a picture to look at: tiles, zoom, scroll, rulers, a line that plays in step, and
 * under it a strip of the whole. What others draw over it goes to `overlay`.
 */

import { player } from "../audio/player.js";
import { make } from "../lib/dom.js";
import { events } from "../lib/events.js";
import { drawTiles } from "./drawing.js";
import { Geometry } from "./geometry.js";
import { Hands } from "./hands.js";
import { Overview } from "./overview.js";
import { readout } from "./readout.js";
import { drawPitches, drawTimes } from "./rulers.js";
import { Tiles } from "./tiles.js";

/** @typedef {{first: number, last: number}} Columns */

/** How much a key or a button zooms. */
export const ZOOM = 1.6;

/**
 * Events: `hover` ({column, row, hz, seconds, db} or null), `select` ({first, last} columns or
 * null), `view-change` (zoomed, scrolled, another view).
 */
export class EPicture extends HTMLElement {
  /** @type {View | null} */
  #view = null;
  /** @type {Geometry | null} */
  #geometry = null;
  /** @type {Tiles | null} */
  #tiles = null;
  /** @type {Columns | null} */
  #selection = null;
  #notes = false;
  #asked = 0;
  #running = 0;
  #built = false;

  canvas = make("canvas", { "aria-hidden": "true" });
  over = make("div", { class: "over" });
  band = make("div", { class: "band", hidden: true });
  line = make("div", { class: "playhead", hidden: true });
  told = make("output", { class: "readout", "aria-live": "off", hidden: true });
  surface = make("div", {
    class: "surface",
    tabindex: 0,
    role: "application",
    "aria-label": "Picture of the sound: arrows scroll, plus and minus zoom, Enter plays from here",
  });
  pitches = make("canvas", { class: "pitches", "aria-hidden": "true" });
  times = make("canvas", { class: "times", "aria-hidden": "true" });
  overview = new Overview(this);

  /** What a drag does here: choose a part of the time, or nothing (a page has tools of its own). */
  drags = "select";
  /** Another picture is on its way. */
  #loading = false;
  /** Whether what is shown follows the line while it plays. */
  follows = true;

  connectedCallback() {
    if (!this.#built) this.#build();
    new ResizeObserver(() => this.#resized()).observe(this.surface);
    player.addEventListener("state", () => this.#line());
    player.addEventListener("meter", () => this.#line());
    events.addEventListener("view", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === this.#view?.id) this.#tiles?.refresh();
    });
    events.addEventListener("open", () => this.#tiles?.refresh()); // what came while nobody answered is black
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  #build() {
    this.#built = true;
    this.surface.append(this.canvas, this.over, this.band, this.line, this.told);
    this.append(this.pitches, this.surface, this.times, this.overview.element);
    new Hands(this);
  }

  /** @returns {View | null} */
  get view() {
    return this.#view;
  }

  /** Another view of the same sound keeps what is seen of it. */
  set view(view) {
    if (!this.#built) this.#build();
    const before = this.#geometry;
    const same = before && view && before.view.item === view.item;
    this.#tiles?.close();
    this.#tiles = null;
    this.#view = view;
    this.#geometry = null;
    this.selection = null;
    if (view) {
      const geometry = new Geometry(view);
      geometry.resize(this.surface.clientWidth || 1, this.surface.clientHeight || 1);
      geometry.fit();
      if (same && !before.isWhole) {
        const scale = (before.view.columns * before.scaleX) / view.columns;
        geometry.scaleX = scale;
        geometry.left = (before.left * before.scaleX) / scale;
        geometry.bound();
      }
      this.#geometry = geometry;
      this.#tiles = new Tiles(view, () => this.redraw());
    }
    this.told.hidden = true;
    this.changed();
  }

  /** Whether another view is on its way. */
  get loading() {
    return this.#loading;
  }

  set loading(is) {
    this.#loading = is;
    if (is) this.surface.setAttribute("aria-busy", "true");
    this.redraw();
  }

  /** What is seen; there is none without a view. */
  get geometry() {
    return this.#geometry;
  }

  get tiles() {
    return this.#tiles;
  }

  /** Whether the ruler beside it names notes rather than Hz. */
  get notes() {
    return this.#notes;
  }

  set notes(notes) {
    this.#notes = notes;
    this.redraw();
  }

  /** @returns {Columns | null} */
  get selection() {
    return this.#selection;
  }

  set selection(selection) {
    this.#selection = selection;
    this.#placeBand();
  }

  /**
   * Put an element over the picture, as large as what is seen; it may take the pointer for itself.
   *
   * @param {HTMLElement} element
   */
  overlay(element) {
    if (!this.#built) this.#build();
    this.over.append(element);
  }

  /** @param {number} column */
  xOfColumn(column) {
    return this.#geometry?.xOfColumn(column) ?? 0;
  }

  /** @param {number} x  from the left edge of what is seen */
  columnOfX(x) {
    return this.#geometry?.columnOfX(x) ?? 0;
  }

  /** @param {number} row  from the top */
  yOfRow(row) {
    return this.#geometry?.yOfRow(row) ?? 0;
  }

  /** @param {number} y */
  rowOfY(y) {
    return this.#geometry?.rowOfY(y) ?? 0;
  }

  /** @param {number} row */
  hzOfRow(row) {
    return this.#geometry?.hzOfRow(row) ?? 0;
  }

  /** @param {number} hz */
  rowOfHz(hz) {
    return this.#geometry?.rowOfHz(hz) ?? 0;
  }

  /**
   * Zoom in time, about a place or the middle.
   *
   * @param {number} factor
   * @param {number} [x]
   */
  zoom(factor, x) {
    this.#geometry?.zoomX(factor, x);
    this.changed();
  }

  /**
   * Zoom in pitch.
   *
   * @param {number} factor
   * @param {number} [y]
   */
  zoomPitch(factor, y) {
    this.#geometry?.zoomY(factor, y);
    this.changed();
  }

  /**
   * Scroll by pixels of the screen.
   *
   * @param {number} x
   * @param {number} [y]
   */
  scroll_(x, y = 0) {
    const geometry = this.#geometry;
    if (!geometry) return;
    geometry.left += x / geometry.scaleX;
    geometry.top += y / geometry.scaleY;
    geometry.bound();
    this.changed();
  }

  /** See all of it. */
  fit() {
    this.#geometry?.fit();
    this.changed();
  }

  /**
   * See pixel for pixel: a column and a row are a pixel of the screen.
   *
   * @param {number} [column]  at the left edge
   * @param {number} [row]  at the top edge
   */
  oneToOne(column = 0, row = 0) {
    const geometry = this.#geometry;
    if (!geometry) return;
    const scale = 1 / devicePixelRatio;
    Object.assign(geometry, { scaleX: scale, scaleY: scale, left: column, top: row });
    geometry.bound();
    this.changed();
  }

  /** What is seen is another part, or another picture. */
  changed() {
    this.redraw();
    this.#line();
    this.#placeBand();
    this.dispatchEvent(new Event("view-change"));
  }

  /** Draw it anew with the next frame of the screen. */
  redraw() {
    if (this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      if (this.isConnected && this.surface.clientWidth) this.#draw();
    });
  }

  /**
   * The brightest colours at a place: red, green, blue; null where no tile is there yet.
   *
   * @param {number} column
   * @param {number} row
   * @returns {number[] | null}
   */
  colourAt(column, row) {
    const [geometry, tiles, view] = [this.#geometry, this.#tiles, this.#view];
    if (!geometry || !tiles || !view) return null;
    const level = geometry.level();
    const index = Math.floor(column / (view.tile_columns * level));
    const tile = tiles.at({ level, index });
    const x = Math.floor(column / level) - index * view.tile_columns;
    if (!tile || x < 0 || x >= tile.columns || row < 0 || row >= tile.rows) return null;
    return readout.pixel(tile.bitmap, x, Math.floor(row));
  }

  #resized() {
    const { clientWidth: width, clientHeight: height } = this.surface;
    if (!width || !height) {
      this.#tiles?.close(); // nobody sees them
      return;
    }
    this.#geometry?.resize(width, height);
    this.changed();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.surface;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    const context = this.canvas.getContext("2d", { alpha: false });
    const [geometry, tiles, view] = [this.#geometry, this.#tiles, this.#view];
    if (!context) return;
    context.fillRect(0, 0, w, h);
    if (!geometry || !tiles || !view) return this.#blank();
    const places = drawTiles(context, geometry, tiles);
    tiles.want([...places, ...this.overview.places()]);
    this.surface.setAttribute("aria-busy", String(this.loading || !places.every((place) => tiles.at(place)?.complete)));
    this.surface.classList.toggle("empty", this.loading || !places.some((place) => tiles.at(place)));
    drawTimes(this.times, geometry);
    drawPitches(this.pitches, geometry, this.#notes);
    this.overview.draw();
  }

  /** Nothing is open: rulers and strip are empty, too. */
  #blank() {
    for (const canvas of [this.pitches, this.times, this.overview.canvas]) Object.assign(canvas, { width: 0 });
    this.surface.setAttribute("aria-busy", String(this.loading));
    this.surface.classList.toggle("empty", this.loading);
    this.overview.seen.style.width = "0";
  }

  /** Put the line where the sound is, and again with every frame while it plays. */
  #line = () => {
    const geometry = this.#geometry;
    const shown = !!geometry && !!player.count && !!this.surface.clientWidth;
    this.line.hidden = this.overview.mark.hidden = !shown;
    if (!geometry || !shown) return;
    const column = player.audible / player.rate / geometry.view.hop_seconds;
    const x = geometry.xOfColumn(column);
    if (this.follows && player.playing && (x > geometry.width || x < 0)) {
      const before = geometry.left;
      geometry.left = column - (0.05 * geometry.width) / geometry.scaleX;
      geometry.bound();
      if (geometry.left !== before) return this.changed(); // what is beyond its ends stays there
    }
    this.line.style.transform = `translateX(${x}px)`;
    this.overview.line(column);
    if (!player.playing || this.#running) return;
    this.#running = requestAnimationFrame(() => {
      this.#running = 0;
      this.#line();
    });
  };

  #placeBand() {
    const [geometry, selection] = [this.#geometry, this.#selection];
    this.band.hidden = !geometry || !selection;
    if (!geometry || !selection) return;
    const x = geometry.xOfColumn(selection.first);
    this.band.style.transform = `translateX(${x}px)`;
    this.band.style.width = `${geometry.xOfColumn(selection.last) - x}px`;
  }
}

customElements.define("e-picture", EPicture);
