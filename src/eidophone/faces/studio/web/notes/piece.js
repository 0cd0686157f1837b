// @ts-check
/** A piece: notes as they are corrected, what was done to them, and where its beats are. */

import { Deeds } from "./deeds.js";

/**
 * @typedef {object} Note  It is never altered, but another takes its place.
 * @property {number} id
 * @property {number | null} of  its place in the file, whose glide it has; null: it is new
 * @property {number} start  seconds
 * @property {number} end
 * @property {number} pitch  semitones: 69 is 440 Hz
 * @property {number} velocity  1 to 127
 * @property {number} part
 */

/** @typedef {[Note | null, Note | null]} Change  a note before and after */

/**
 * @typedef {object} Step
 * @property {string} words
 * @property {Change[]} changes
 * @property {[number | null, number | null]} [beats]  a minute, before and after
 */

/** @typedef {{name: string, program: number, drums: boolean}} Part */

/**
 * @typedef {object} Given  A score as the server sends it.
 * @property {number[][]} notes
 * @property {Record<string, number[][]>} glides
 * @property {Part[]} parts
 * @property {number} tempo  beats a minute, most of the time
 * @property {number[][]} tempos
 * @property {number[][]} metres
 */

/** Seconds that a note lasts, at least. */
export const SHORTEST = 0.02;

/** The lowest and the highest pitch. */
const [LOWEST, HIGHEST] = [0, 127];

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(high, Math.max(low, value));

/** A note as MIDI can hold it. @param {Note} note @returns {Note} */
export function held(note) {
  const start = Math.max(0, note.start);
  return {
    ...note, start, end: Math.max(note.end, start + SHORTEST),
    pitch: between(note.pitch, LOWEST, HIGHEST), velocity: between(Math.round(note.velocity), 1, 127),
  };
}

/** Events: `change` (of its notes or beats), `chosen` (others are chosen), `full` (undo is not kept). */
export class Piece extends EventTarget {
  /** @type {Map<number, Note>} */
  notes = new Map();
  /** @type {Set<number>} */
  #chosen = new Set();
  /** @type {Note[] | null} */
  #ordered = null;
  /** @type {Step[]} */
  #steps = [];
  #place = 0;
  #next;
  /** Beats a minute that were chosen instead of those of the file. @type {number | null} */
  beats = null;

  /**
   * @param {string} key  of what was done to it
   * @param {Given} given
   */
  constructor(key, { notes, glides, parts, tempo, tempos, metres }) {
    super();
    notes.forEach(([start, end, pitch, velocity, part], id) => this.notes.set(id, { id, of: id, start, end, pitch, velocity, part }));
    this.#next = notes.length;
    this.glides = glides;
    this.parts = parts;
    this.metres = metres;
    this.#tempo = tempo;
    this.#tempos = tempos;
    this.#deeds = new Deeds(key, () => this.dispatchEvent(new Event("full")));
  }

  #tempo;
  #tempos;
  #deeds;

  /** Do again what was done before the page was loaded anew. */
  async recall() {
    const { steps, place } = await this.#deeds.read();
    this.#steps = steps;
    for (; this.#place < place; this.#place++) this.#apply(steps[this.#place], 1);
    for (const { changes } of steps) for (const [, after] of changes) this.#next = Math.max(this.#next, (after?.id ?? 0) + 1);
    if (place) this.#changed();
  }

  /** All notes, by their starts. */
  get ordered() {
    return (this.#ordered ??= [...this.notes.values()].sort((a, b) => a.start - b.start || a.pitch - b.pitch));
  }

  /** When the last note ends. */
  get seconds() {
    return this.ordered.reduce((last, { end }) => Math.max(last, end), 0);
  }

  /** Whether it is another than its file. */
  get altered() {
    return this.#place > 0;
  }

  /** A number that no note has. */
  fresh() {
    return this.#next++;
  }

  // what is chosen

  get chosen() {
    return this.#chosen;
  }

  /** @param {Iterable<number>} ids */
  choose(ids) {
    this.#chosen = new Set([...ids].filter((id) => this.notes.has(id)));
    this.dispatchEvent(new Event("chosen"));
  }

  /** The notes that are chosen, by their starts. */
  get picked() {
    return this.ordered.filter(({ id }) => this.#chosen.has(id));
  }

  // what is done

  /**
   * Do something to notes, so that it can be undone.
   *
   * @param {string} words
   * @param {Change[]} changes
   * @param {[number | null, number | null]} [beats]
   */
  did(words, changes, beats) {
    const real = changes.filter(([before, after]) => !before || !after || JSON.stringify(before) !== JSON.stringify(after));
    if (!real.length && !beats) return;
    /** @type {Step} */
    const step = { words, changes: real, ...(beats ? { beats } : {}) };
    this.#steps.splice(this.#place, Infinity, step);
    this.#apply(step, 1);
    this.#place += 1;
    this.#deeds.put(this.#place - 1, step);
    this.#changed();
  }

  /**
   * Put others in the place of the notes that are chosen.
   *
   * @param {string} words
   * @param {(note: Note) => Note} act
   */
  alter(words, act) {
    this.did(words, this.picked.map((note) => [note, held(act(note))]));
  }

  /** Take away what is chosen. */
  remove() {
    const gone = this.picked;
    this.did(gone.length === 1 ? "Delete a note" : `Delete ${gone.length} notes`, gone.map((note) => [note, null]));
  }

  /**
   * @param {string} words
   * @param {Omit<Note, "id" | "of">[]} notes
   */
  add(words, notes) {
    const made = notes.map((note) => held({ ...note, id: this.fresh(), of: null }));
    this.did(words, made.map((note) => [null, note]));
    this.choose(made.map(({ id }) => id));
  }

  /** What would be undone, in words. */
  get next() {
    return this.#steps[this.#place - 1]?.words ?? "";
  }

  /** What would be done again. */
  get again() {
    return this.#steps[this.#place]?.words ?? "";
  }

  async undo() {
    const step = this.#steps[this.#place - 1];
    if (!step) return false;
    this.#place -= 1;
    this.#apply(step, 0);
    this.#went();
    return true;
  }

  async redo() {
    const step = this.#steps[this.#place];
    if (!step) return false;
    this.#apply(step, 1);
    this.#place += 1;
    this.#went();
    return true;
  }

  /** It was kept as another file: this one is as it was. */
  forget() {
    this.#deeds.forget();
  }

  #went() {
    this.#deeds.go(this.#place);
    this.#changed();
  }

  /**
   * @param {Step} step
   * @param {0 | 1} which  of before and after
   */
  #apply({ changes, beats }, which) {
    for (const change of changes) {
      const [gone, come] = [change[1 - which], change[which]];
      if (gone) this.notes.delete(gone.id);
      if (come) this.notes.set(come.id, come);
    }
    if (beats) this.beats = beats[which];
  }

  #changed() {
    this.#ordered = null;
    this.#chosen = new Set([...this.#chosen].filter((id) => this.notes.has(id)));
    this.dispatchEvent(new Event("change"));
    this.dispatchEvent(new Event("chosen"));
  }

  // beats

  /** Beats a minute, most of the time. @returns {number} */
  get tempo() {
    return this.beats ?? this.#tempo;
  }

  /** Beats a minute, each from when on. @returns {number[][]} */
  get tempos() {
    return this.beats === null ? this.#tempos : [[0, this.beats]];
  }

  /** Beats until a moment. @param {number} seconds */
  beatsAt(seconds) {
    let [beat, from, pace] = [0, 0, this.tempos[0]?.[1] ?? 120];
    for (const [time, next] of this.tempos) {
      if (time > seconds) break;
      beat += ((time - from) * pace) / 60;
      [from, pace] = [time, next];
    }
    return beat + ((seconds - from) * pace) / 60;
  }

  /** The moment of a beat. @param {number} beat */
  secondsAt(beat) {
    let [reached, from, pace] = [0, 0, this.tempos[0]?.[1] ?? 120];
    for (const [time, next] of this.tempos) {
      const then = reached + ((time - from) * pace) / 60;
      if (then > beat) break;
      [reached, from, pace] = [then, time, next];
    }
    return from + ((beat - reached) * 60) / pace;
  }

  /**
   * The moment on a grid that is nearest; the same where there is no grid.
   *
   * @param {number} seconds
   * @param {number} step  in beats; 0 for none
   */
  snapped(seconds, step) {
    return step ? Math.max(0, this.secondsAt(Math.round(this.beatsAt(seconds) / step) * step)) : seconds;
  }

  /** The length of a step of the grid at a moment, in seconds. @param {number} seconds @param {number} step  in beats */
  stepAt(seconds, step) {
    return this.secondsAt(this.beatsAt(seconds) + step) - seconds;
  }

  /**
   * The lines of beats between two moments; `bar`: a bar begins there.
   *
   * @param {number} from
   * @param {number} to
   * @returns {{seconds: number, bar: boolean}[]}
   */
  lines(from, to) {
    const lines = [];
    const metres = this.metres.map(([time, over, under]) => ({ beat: this.beatsAt(time), over, beats: 4 / under }));
    for (const [i, { beat, over, beats }] of metres.entries()) {
      const [first, last] = [Math.max(beat, this.beatsAt(from)), Math.min(metres[i + 1]?.beat ?? Infinity, this.beatsAt(to))];
      for (let n = Math.ceil((first - beat) / beats - 1e-9); beat + n * beats < last; n++) {
        lines.push({ seconds: this.secondsAt(beat + n * beats), bar: n % over === 0 });
      }
    }
    return lines;
  }

  /** What the server keeps. */
  get values() {
    return {
      notes: this.ordered.map(({ of, start, end, pitch, velocity, part }) => [of, start, end, pitch, velocity, part]),
      beats: this.beats,
    };
  }
}
