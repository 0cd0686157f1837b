// @ts-check
/** The pad: a point between two to four sounds, moved by the pointer or the arrow keys. */

import { make } from "../lib/dom.js";
import { CORNERS, pointOf, weightsAt } from "./weights.js";

/** @typedef {import("./weights.js").Point} Point */

const SVG = "http://www.w3.org/2000/svg";

/** How far an arrow key moves the point; with Shift, less. */
const STEP = 0.05;

/** Events: `point` (it was moved), `grab` and `release` (by the pointer). */
export class Pad extends EventTarget {
  handle = make("div", {
    class: "handle", role: "slider", tabindex: 0, "aria-label": "Mix", "aria-valuemin": 0, "aria-valuemax": 100,
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
  });
  lines = document.createElementNS(SVG, "path");
  trail = document.createElementNS(SVG, "path");
  dots = make("div", { class: "dots", "aria-hidden": "true" });
  field = make("div", { class: "plot" });
  element = make("div", { class: "pad", onpointerdown: (/** @type {PointerEvent} */ event) => this.#grab(event) }, this.field);
  /** @type {number[]} */
  weights = [0.5, 0.5];

  constructor() {
    super();
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 100 100");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    this.lines.setAttribute("class", "lines");
    this.trail.setAttribute("class", "trail");
    svg.append(this.lines, this.trail);
    this.field.append(svg, this.dots, this.handle);
  }

  /**
   * Between so many sounds from now on, at these weights.
   *
   * @param {number[]} weights
   * @param {number[][]} [between]  in-betweens that are shown as dots
   */
  begin(weights, between = []) {
    const count = weights.length;
    this.element.dataset.count = String(count);
    const outline = count === 4 ? [0, 1, 3, 2] : CORNERS[count].map((_, i) => i);
    this.lines.setAttribute("d", `${path(outline.map((i) => CORNERS[count][i]))}Z`);
    this.dots.replaceChildren(...between.map((each) => placed(make("i"), pointOf(each))));
    this.move(weights);
  }

  /** Which of the in-betweens can be heard. @param {(index: number) => boolean} isReady */
  ready(isReady) {
    [...this.dots.children].forEach((dot, i) => dot.classList.toggle("ready", isReady(i)));
  }

  /** @param {number[]} weights */
  move(weights) {
    this.weights = weights;
    placed(this.handle, pointOf(weights));
    this.handle.setAttribute("aria-valuenow", String(Math.round(100 * (1 - weights[0]))));
  }

  /** Draw a gesture. @param {number[][]} gesture */
  draw(gesture) {
    this.trail.setAttribute("d", gesture.length ? path(gesture.map(pointOf)) : "");
  }

  /** @param {Point} point */
  #to(point) {
    this.move(weightsAt(this.weights.length, point));
    this.dispatchEvent(new Event("point"));
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("button, .menu"))) return;
    event.preventDefault();
    this.handle.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const to = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const box = this.field.getBoundingClientRect();
      this.#to({ x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height });
    };
    this.dispatchEvent(new Event("grab"));
    to(event);
    const end = () => {
      this.element.removeEventListener("pointermove", to);
      for (const name of ["pointerup", "pointercancel"]) this.element.removeEventListener(name, end);
      this.dispatchEvent(new Event("release"));
    };
    this.element.addEventListener("pointermove", to);
    for (const name of ["pointerup", "pointercancel"]) this.element.addEventListener(name, end);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = /** @type {Record<string, number[]>} */ ({
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
      Home: [-99, 0], End: [99, 0], PageUp: [0, -99], PageDown: [0, 99],
    });
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const step = event.shiftKey ? STEP / 5 : STEP;
    const { x, y } = pointOf(this.weights);
    this.#to({ x: x + move[0] * step, y: y + move[1] * step });
  }
}

/** @param {Point[]} points */
const path = (points) => `M${points.map(({ x, y }) => `${(100 * x).toFixed(2)} ${(100 * y).toFixed(2)}`).join("L")}`;

/**
 * @param {HTMLElement} element
 * @param {Point} point
 */
function placed(element, { x, y }) {
  element.style.left = `${100 * x}%`;
  element.style.top = `${100 * y}%`;
  return element;
}
