// @ts-check
/** What part of a picture is seen, and where on the screen: columns, rows, Hz, and zoom. */

/** @typedef {import("../lib/types.js").View} View */

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

  /**
   * Hz at a place between rows; `row` + 0.5 is the centre of a row.
   *
   * @param {number} row
   */
  hzOfRow(row) {
    const { row_hz: hz } = this.view;
    const at = Math.min(Math.max(0, row - 0.5), hz.length - 1);
    const low = Math.min(Math.floor(at), hz.length - 2);
    if (low < 0) return hz[0] ?? 0;
    const end = hz[low] + (hz[low + 1] - hz[low]) * (row - 0.5 - low); // beyond the last centre, too
    return Math.max(0, end);
  }

  /** @param {number} wanted */
  rowOfHz(wanted) {
    const { row_hz: hz } = this.view;
    let [high, low] = [0, hz.length - 1];
    while (low - high > 1) {
      const middle = (low + high) >> 1;
      if (hz[middle] > wanted) high = middle;
      else low = middle;
    }
    const step = hz[low] - hz[high];
    return high + 0.5 + (step ? (wanted - hz[high]) / step : 0);
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
    const { gamma, range_db: range, top_db: top } = this.view;
    return value ? top - range * (1 - (value / 255) ** (1 / gamma)) : -Infinity;
  }

  /** How many columns a pixel of the best tiles for this zoom stands for. */
  level(scale = this.scaleX * devicePixelRatio) {
    return this.view.levels.findLast((level) => level * scale <= 1) ?? this.view.levels[0];
  }
}
