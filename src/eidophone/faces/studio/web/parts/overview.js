// @ts-check
/** The strip of the whole under a picture, with a frame around what is seen. */

import { make } from "../lib/dom.js";

/** Seen parts narrower than this, in pixels, are shown so wide. */
const LEAST = 8;

export class Overview {
  /** @param {import("./picture.js").EPicture} picture */
  constructor(picture) {
    this.picture = picture;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.seen = make("div", { class: "seen" });
    this.mark = make("div", { class: "playhead" });
    /** @type {CanvasImageSource | null} what lies over the whole of it: paint */
    this.paint = null;
    this.element = make("div", { class: "overview", title: "The whole: drag to see another part" }, this.canvas, this.seen, this.mark);
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.#go(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) this.#go(event);
    });
  }

  /** @param {PointerEvent} event */
  #go(event) {
    const { geometry, view } = this.picture;
    if (!geometry || !view) return;
    const box = this.element.getBoundingClientRect();
    const column = ((event.clientX - box.left) / box.width) * view.columns;
    geometry.left = column - geometry.width / geometry.scaleX / 2;
    geometry.bound();
    this.picture.changed();
  }

  get #level() {
    const { view } = this.picture;
    const wide = this.element.clientWidth * devicePixelRatio;
    return view?.levels.findLast((level) => view.columns / level >= wide) ?? view?.levels[0] ?? 1;
  }

  /** The tiles that it is made of. */
  places() {
    const { view } = this.picture;
    if (!view) return [];
    const level = this.#level;
    const count = Math.ceil(view.columns / (view.tile_columns * level));
    return Array.from({ length: count }, (_, index) => ({ level, index }));
  }

  draw() {
    const { geometry, view, tiles } = this.picture;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!geometry || !view || !tiles || !width) return;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) return;
    context.fillRect(0, 0, w, h);
    context.imageSmoothingQuality = "high";
    for (const place of this.places()) {
      const tile = tiles.at(place);
      if (!tile) continue;
      const x0 = Math.round((place.index * view.tile_columns * place.level * w) / view.columns);
      const x1 = x0 + Math.round((tile.columns * place.level * w) / view.columns);
      context.drawImage(tile.bitmap, x0, 0, x1 - x0, h);
    }
    if (this.paint) context.drawImage(this.paint, 0, 0, w, h);
    const first = (geometry.left / view.columns) * width;
    const wide = Math.max(LEAST, (geometry.width / geometry.scaleX / view.columns) * width);
    this.seen.style.transform = `translateX(${first}px)`;
    this.seen.style.width = `${Math.min(wide, width - first)}px`;
    this.seen.classList.toggle("whole", geometry.isWhole);
  }

  /** @param {number} column  where the sound is */
  line(column) {
    const columns = this.picture.view?.columns ?? 1;
    this.mark.style.transform = `translateX(${(column / columns) * this.element.clientWidth}px)`;
  }
}
