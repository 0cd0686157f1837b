// @ts-check
/** What part of a picture is seen, and where on the screen: columns, rows, Hz, and zoom. */

import { dbOfValue, hzOfRow, rowOfHz } from "../lib/scales.js";

/** Pixels of the screen that a column or a row takes at most. */
const LARGEST = 32;

export class Geometry {
  /** Column at the left edge, and row at the top edge; rows are counted from the top. */
  left = 0;
  top = 0;
  /** Pixels of the page that a column is wide, and a row high. */
  scaleX = 1;
  scaleY = 1;
  width = 1;
  height = 1;

  /** @param {View} view */
  constructor(view) {
    this.view = view;
  }

  get leastX() {
    return this.width / this.view.columns;
  }

  get leastY() {
    return this.height / this.view.rows;
  }

  get isWhole() {
    return this.scaleX <= this.leastX * 1.0001 && this.scaleY <= this.leastY * 1.0001;
  }

  /** The whole columns that are seen: the first, and how many. */
  get seen() {
    const first = Math.max(0, Math.floor(this.left));
    return { first, count: Math.min(this.view.columns, Math.ceil(this.columnOfX(this.width))) - first };
  }

  fit() {
    Object.assign(this, { left: 0, top: 0, scaleX: this.leastX, scaleY: this.leastY });
  }

  /**
   * The place on the screen changed its size; what is seen stays.
   *
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    const whole = this.isWhole;
    Object.assign(this, { width, height });
    if (whole) this.fit();
    this.bound();
  }

  /** Keep scale and place where there is something to be seen. */
  bound() {
    const { columns, rows } = this.view;
    this.scaleX = Math.min(Math.max(this.scaleX, this.leastX), Math.max(LARGEST, this.leastX));
    this.scaleY = Math.min(Math.max(this.scaleY, this.leastY), Math.max(LARGEST, this.leastY));
    this.left = Math.min(Math.max(0, this.left), Math.max(0, columns - this.width / this.scaleX));
    this.top = Math.min(Math.max(0, this.top), Math.max(0, rows - this.height / this.scaleY));
  }

  /**
   * Zoom in time by a factor, about a place that stays where it is.
   *
   * @param {number} factor
   * @param {number} x
   */
  zoomX(factor, x = this.width / 2) {
    const column = this.columnOfX(x);
    this.scaleX *= factor;
    this.bound();
    this.left = column - x / this.scaleX;
    this.bound();
  }

  /**
   * Zoom in pitch by a factor, about a place that stays where it is.
   *
   * @param {number} factor
   * @param {number} y
   */
  zoomY(factor, y = this.height / 2) {
    const row = this.rowOfY(y);
    this.scaleY *= factor;
    this.bound();
    this.top = row - y / this.scaleY;
    this.bound();
  }

  /** @param {number} column */
  xOfColumn(column) {
    return (column - this.left) * this.scaleX;
  }

  /** @param {number} x */
  columnOfX(x) {
    return this.left + x / this.scaleX;
  }

  /** @param {number} row  its upper edge, from the top */
  yOfRow(row) {
    return (row - this.top) * this.scaleY;
  }

  /** @param {number} y */
  rowOfY(y) {
    return this.top + y / this.scaleY;
  }

  /** @param {number} row  `row` + 0.5 is the centre of a row */
  hzOfRow(row) {
    return hzOfRow(this.view, row);
  }

  /** @param {number} wanted */
  rowOfHz(wanted) {
    return rowOfHz(this.view, wanted);
  }

  /** @param {number} column */
  secondsOfColumn(column) {
    return column * this.view.hop_seconds;
  }

  /** @param {number} sample */
  columnOfSample(sample) {
    return sample / this.view.rate / this.view.hop_seconds;
  }

  /** @param {number} column */
  sampleOfColumn(column) {
    return Math.round(column * this.view.hop_seconds * this.view.rate);
  }

  /** @param {number} value  of a pixel, 0 to 255 */
  dbOfValue(value) {
    return dbOfValue(this.view, value);
  }

  /** How many columns a pixel of the best tiles for this zoom stands for. */
  level(scale = this.scaleX * devicePixelRatio) {
    return this.view.levels.findLast((level) => level * scale <= 1) ?? this.view.levels[0];
  }
}
