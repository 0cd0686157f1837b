// @ts-check
/**
 * The painting voice: the rows under a column that moves, each ridge of them a sine, so that what
 * is painted sounds while it is painted. It is never louder than -1 dBFS: at each moment the
 * amplitudes of all sines together are at most that, whatever is on the picture.
 */

/** Sines that sound at once, of all notes together. */
const MOST = 160;

/** What all sines together may reach: -1 dBFS. */
const LOUDEST = 10 ** (-1 / 20);

/** Ink below which nothing is heard: 84 dB under the brightest. */
const LEAST_INK = 24;

/** Rows from one sine to the next within a wide band of equal brightness. */
const BAND = 3;

/** Blocks over which a note comes and goes. */
const FADE_BLOCKS = 6;

/** Blocks of 128 samples from one report to the next. */
const REPORT_BLOCKS = 8;

/** One who plays the picture: the whole voice, or a key that is held. */
class Note {
  /**
   * @param {number} rows
   * @param {number} ratio  by which all Hz are multiplied
   * @param {number} gain
   * @param {number} at  column
   */
  constructor(rows, ratio, gain, at) {
    this.ratio = ratio;
    this.gain = gain;
    this.at = at;
    this.envelope = 0;
    this.held = true;
    /** What its sines were aimed by. */
    this.column = -1;
    this.version = -1;
    this.among = 0;
    this.aimed = -1;
    /** Rows that sound, and how many. */
    this.active = new Int16Array(rows);
    this.count = 0;
    this.isActive = new Uint8Array(rows);
    /** Where each sine is on its circle, and how far it turns with a sample. */
    this.re = new Float64Array(rows);
    this.im = new Float64Array(rows);
    this.cos = new Float64Array(rows);
    this.sin = new Float64Array(rows);
    /** Amplitudes now, and at the end of the block. */
    this.left = new Float32Array(rows);
    this.right = new Float32Array(rows);
    this.toLeft = new Float32Array(rows);
    this.toRight = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      const phase = row * 2.399963; // spread out, so that many do not peak together
      this.re[row] = Math.cos(phase);
      this.im[row] = Math.sin(phase);
    }
  }
}

class VoiceWorklet extends AudioWorkletProcessor {
  /** @param {AudioWorkletNodeOptions} [options] */
  constructor(options) {
    super(options);
    this.hz = new Float64Array(0);
    this.amplitude = new Float32Array(256);
    this.span = { first: 0, count: 0, left: new Uint8Array(0), right: new Uint8Array(0) };
    /** Columns a second; backwards if negative, 0 stands. */
    this.speed = 0;
    /** @type {Map<number, Note>} */
    this.notes = new Map();
    this.blocks = 0;
    /** Ridges of a column: nothing is allocated while it sounds. */
    this.found = { rows: new Int16Array(0), hz: new Float64Array(0), inks: new Uint8Array(0), count: 0 };
    /** How many ridges have each ink. */
    this.often = new Uint16Array(256);
    this.version = 0;
    this.port.onmessage = (event) => this.take(event.data);
    for (const message of options?.processorOptions?.messages ?? []) this.take(message);
  }

  /** @param {any} message */
  take(message) {
    switch (message.type) {
      case "view":
        this.notes.clear();
        this.hz = message.hz;
        this.found = {
          rows: new Int16Array(this.hz.length), hz: new Float64Array(this.hz.length),
          inks: new Uint8Array(this.hz.length), count: 0,
        };
        this.amplitude = message.amplitude;
        this.span = { first: 0, count: 0, left: new Uint8Array(0), right: new Uint8Array(0) };
        break;
      case "span":
        this.span = { first: message.first, count: message.count, left: message.left, right: message.right };
        this.version++;
        break;
      case "patch":
        this.patch(message);
        break;
      case "speed":
        this.speed = message.speed;
        break;
      case "place":
        for (const note of this.notes.values()) note.at = message.at;
        break;
      case "on":
        this.notes.set(message.id, new Note(this.hz.length, message.ratio, message.gain, message.at));
        break;
      case "off":
        for (const [id, note] of this.notes) if (message.id === undefined || message.id === id) note.held = false;
        break;
      case "panic":
        this.notes.clear();
        break;
    }
  }

  /** @param {{first: number, count: number, left: Uint8Array, right: Uint8Array}} part */
  patch({ first, count, left, right }) {
    const { span } = this;
    const rows = this.hz.length;
    this.version++;
    const from = Math.max(first, span.first);
    const to = Math.min(first + count, span.first + span.count);
    if (from >= to) return;
    span.left.set(left.subarray((from - first) * rows, (to - first) * rows), (from - span.first) * rows);
    span.right.set(right.subarray((from - first) * rows, (to - first) * rows), (from - span.first) * rows);
  }

  /**
   * @param {number} at
   */
  ink(at) {
    const [left, right] = [this.span.left[at], this.span.right[at]];
    return left > right ? left : right;
  }

  /**
   * Find the ridges of a column; the ink of the faintest of the `most` that are brightest.
   *
   * @param {number} column  of the span
   * @param {number} most
   */
  ridges(column, most) {
    const rows = this.hz.length;
    const start = column * rows;
    this.found.count = 0;
    this.often.fill(0);
    for (let row = 0; row < rows; row++) {
      const here = this.ink(start + row);
      if (here < LEAST_INK) continue;
      const above = row > 0 ? this.ink(start + row - 1) : 0;
      let last = row;
      while (last + 1 < rows && this.ink(start + last + 1) === here) last++;
      const below = last + 1 < rows ? this.ink(start + last + 1) : 0;
      if (above < here && below < here) this.ridge(row, last, here, above, below);
      row = last;
    }
    let count = 0;
    for (let ink = 255; ink > LEAST_INK; ink--) {
      count += this.often[ink];
      if (count >= most) return ink;
    }
    return LEAST_INK;
  }

  /**
   * A ridge, which may be a band of rows.
   *
   * @param {number} first
   * @param {number} last
   * @param {number} ink
   * @param {number} above
   * @param {number} below
   */
  ridge(first, last, ink, above, below) {
    if (last - first >= BAND) {
      for (let row = first; row <= last; row += BAND) this.add(row, this.hz[row], ink);
      return;
    }
    const middle = Math.round((first + last) / 2);
    const bend = above - 2 * ink + below;
    const off = first === last && bend < 0 ? (0.5 * (above - below)) / bend : (first + last) / 2 - middle;
    const next = Math.min(Math.max(0, middle + Math.sign(off)), this.hz.length - 1);
    this.add(middle, this.hz[middle] + Math.abs(off) * (this.hz[next] - this.hz[middle]), ink);
  }

  /**
   * @param {number} row
   * @param {number} hz
   * @param {number} ink
   */
  add(row, hz, ink) {
    const { found } = this;
    found.rows[found.count] = row;
    found.hz[found.count] = hz;
    found.inks[found.count++] = ink;
    this.often[ink]++;
  }

  /**
   * What a note's sines are to be: none of them new but those of the column it is at.
   *
   * @param {Note} note
   */
  aim(note) {
    const place = Math.floor(note.at);
    const same = note.column === place && note.version === this.version && note.among === this.notes.size;
    if (same && note.aimed === note.envelope) return;
    Object.assign(note, { column: place, version: this.version, among: this.notes.size, aimed: note.envelope });
    for (let i = 0; i < note.count; i++) note.toLeft[note.active[i]] = note.toRight[note.active[i]] = 0;
    const column = place - this.span.first;
    if (column < 0 || column >= this.span.count) return;
    const most = Math.floor(MOST / this.notes.size);
    const least = this.ridges(column, most);
    const start = column * this.hz.length;
    let [left, right, taken] = [0, 0, 0];
    for (let i = 0; i < this.found.count && taken < most; i++) {
      const row = this.found.rows[i];
      const turn = (2 * Math.PI * this.found.hz[i] * note.ratio) / sampleRate;
      if (this.found.inks[i] < least || turn >= Math.PI) continue;
      taken++;
      note.cos[row] = Math.cos(turn);
      note.sin[row] = Math.sin(turn);
      note.toLeft[row] = this.amplitude[this.span.left[start + row]] * note.gain;
      note.toRight[row] = this.amplitude[this.span.right[start + row]] * note.gain;
      left += note.toLeft[row];
      right += note.toRight[row];
      if (note.isActive[row]) continue;
      note.isActive[row] = 1;
      note.active[note.count++] = row;
    }
    const budget = LOUDEST / this.notes.size;
    const scale = Math.min(1, budget / Math.max(left, right, 1e-9)) * note.envelope;
    for (let i = 0; i < note.count; i++) {
      note.toLeft[note.active[i]] *= scale;
      note.toRight[note.active[i]] *= scale;
    }
  }

  /**
   * Move on by a block, and see what is to sound at its end.
   *
   * @param {Note} note
   */
  advance(note) {
    const { first, count } = this.span;
    if (count) {
      note.at += (this.speed * 128) / sampleRate;
      const into = (((note.at - first) % count) + count) % count;
      note.at = first + into;
    }
    const wanted = note.held && count ? 1 : 0;
    note.envelope = Math.min(1, Math.max(0, note.envelope + (wanted ? 1 : -1) / FADE_BLOCKS));
    this.aim(note);
  }

  /**
   * Add the sines of a note.
   *
   * @param {Note} note
   * @param {Float32Array} left
   * @param {Float32Array} right
   */
  sound(note, left, right) {
    const size = left.length;
    let kept = 0;
    for (let i = 0; i < note.count; i++) {
      const row = note.active[i];
      let [re, im, a, b] = [note.re[row], note.im[row], note.left[row], note.right[row]];
      const [cos, sin] = [note.cos[row], note.sin[row]];
      const [stepA, stepB] = [(note.toLeft[row] - a) / size, (note.toRight[row] - b) / size];
      for (let n = 0; n < size; n++) {
        a += stepA;
        b += stepB;
        left[n] += a * im;
        right[n] += b * im;
        const next = re * cos - im * sin;
        im = re * sin + im * cos;
        re = next;
      }
      const scale = 1.5 - 0.5 * (re * re + im * im); // keeps the circle round
      note.re[row] = re * scale;
      note.im[row] = im * scale;
      note.left[row] = note.toLeft[row];
      note.right[row] = note.toRight[row];
      if (note.toLeft[row] || note.toRight[row]) note.active[kept++] = row;
      else note.isActive[row] = 0;
    }
    note.count = kept;
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs
   */
  process(_inputs, outputs) {
    const [left, right = left] = outputs[0];
    const extra = right === left ? new Float32Array(left.length) : right;
    for (const note of this.notes.values()) this.advance(note);
    for (const [id, note] of this.notes) {
      this.sound(note, left, extra);
      if (!note.held && !note.envelope && !note.count) this.notes.delete(id);
    }
    if (++this.blocks % REPORT_BLOCKS === 0) this.report();
    return true;
  }

  report() {
    const first = this.notes.values().next().value;
    let sines = 0;
    for (const note of this.notes.values()) sines += note.count;
    this.port.postMessage({ type: "at", at: first?.at ?? null, sines });
  }
}

registerProcessor("voice", VoiceWorklet);

export {};
