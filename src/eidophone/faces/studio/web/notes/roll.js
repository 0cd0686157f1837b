// @ts-check
/** The roll over the picture: notes as bars, the lines of beats, and the hand: mouse, pen or fingers. */

import { make } from "../lib/dom.js";
import { midi } from "../lib/words.js";
import { colourOf, inkOf } from "./colours.js";
import { SHORTEST, held } from "./piece.js";

/** Pixels around an end of a note where it is taken hold of: of a mouse, of a finger. */
const [NEAR, NEAR_FINGER] = [6, 14];

/** Pixels that a hand may move and still mean a place. */
const STILL = 4;

/** Pixels between lines of beats, at least, and from which on glides are drawn. */
const [APART, GLIDES] = [7, 10];

/** Half the height, in pixels, from which on bars have an edge. */
const EDGED = 3;

/** Seconds of a new note where there is no grid. */
const USUAL = 0.25;

/** @typedef {"choose" | "draw" | "erase"} ToolName */
/** @typedef {{seconds: number, pitch: number, x: number, y: number, finger: boolean}} Touch */
/** @typedef {"start" | "end" | "body"} Grip  what of a note is taken hold of */
/** @typedef {{note: Note, grip: Grip}} Hit */
/**
 * @typedef {object} Hand  What a hand does until it is lifted.
 * @property {(touch: Touch, event: PointerEvent) => void} move
 * @property {(event: PointerEvent) => void} lift
 */

/** Events: `heard` (a note is to sound: {pitch, velocity, part}), `went` (the line is put to {seconds}). */
export class Roll extends EventTarget {
  /** @type {Piece | null} */
  #piece = null;
  /** @type {ToolName} */
  tool = "choose";
  /** Whether a touch adds to what is chosen, and a finger draws a frame. */
  many = false;
  /** The grid, in beats; 0 for none. */
  step = 0.25;
  /** The part of new notes. */
  part = 0;
  /** How loud new notes are. */
  velocity = 90;
  /** Where the line is, in seconds. */
  place = 0;
  /** Notes as they would be if the hand were lifted now. @type {Map<number, Note>} */
  #held = new Map();
  /** Notes that are not there yet. @type {Note[]} */
  #coming = [];
  /** @type {{x: number, y: number, w: number, h: number} | null} in pixels */
  #frame = null;
  /** @type {Hand | null} */
  #hand = null;
  /** @type {Map<number, {x: number, y: number}>} */
  #fingers = new Map();
  #asked = 0;
  /** The pitches of the notes are to be seen, as soon as anything is. */
  #fits = false;

  /** @param {import("../parts/picture.js").EPicture} picture */
  constructor(picture) {
    super();
    this.picture = picture;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.line = make("div", { class: "now", hidden: true });
    this.element = make("div", { class: "roll" }, this.canvas, this.line);
    picture.drags = "none";
    picture.overlay(this.element);
    picture.addEventListener("view-change", () => {
      if (this.#fits && (picture.geometry?.height ?? 0) > 1) this.fitPitch();
      this.redraw();
    });
    this.element.addEventListener("pointerdown", (event) => this.#press(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    this.element.addEventListener("pointerup", (event) => this.#lift(event));
    this.element.addEventListener("pointercancel", (event) => this.#lift(event, true));
    this.element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  get piece() {
    return this.#piece;
  }

  set piece(piece) {
    this.cancel();
    this.#piece = piece;
    this.redraw();
  }

  get working() {
    return !!this.#hand;
  }

  /** Give up what the hand does. */
  cancel() {
    this.#hand = null;
    this.#held.clear();
    this.#coming = [];
    this.#frame = null;
    this.redraw();
  }

  /** Show all notes in the strip of the whole. */
  drawWhole() {
    const { overview, view } = this.picture;
    const notes = this.#piece?.ordered ?? [];
    if (!this.#piece || !view) {
      overview.paint = null;
      return;
    }
    const [wide, high] = [1024, 64];
    const canvas = overview.paint instanceof OffscreenCanvas ? overview.paint : new OffscreenCanvas(wide, high);
    const context = canvas.getContext("2d");
    overview.paint = canvas;
    if (!context) return;
    context.clearRect(0, 0, wide, high);
    let [low, top] = [127, 0];
    for (const { pitch } of notes) [low, top] = [Math.min(low, pitch), Math.max(top, pitch)];
    const [middle, range] = [(low + top) / 2, Math.max(24, top - low + 4)];
    const perSecond = wide / (view.columns * view.hop_seconds);
    let before = "";
    for (const note of notes) {
      const ink = inkOf(note);
      if (ink !== before) context.fillStyle = before = ink;
      const y = high * (0.5 + (middle - note.pitch) / range);
      context.fillRect(note.start * perSecond, y - 1.5, Math.max(1, (note.end - note.start) * perSecond), 3);
    }
    this.picture.redraw();
  }

  // places

  /** @param {number} seconds */
  xOf(seconds) {
    const { geometry } = this.picture;
    return geometry ? geometry.xOfColumn(seconds / geometry.view.hop_seconds) : 0;
  }

  /** @param {number} pitch */
  yOf(pitch) {
    const { geometry } = this.picture;
    return geometry ? geometry.yOfRow(geometry.rowOfHz(440 * 2 ** ((pitch - 69) / 12))) : 0;
  }

  /** See the pitches of the notes, and some around them. */
  fitPitch() {
    const { geometry } = this.picture;
    const notes = this.#piece?.ordered ?? [];
    if (!geometry || !notes.length) return;
    this.#fits = geometry.height <= 1; // it has no place on the screen yet
    if (this.#fits) return;
    let [low, high] = [127, 0];
    for (const { pitch } of notes) [low, high] = [Math.min(low, pitch), Math.max(high, pitch)];
    const spare = Math.max(3, (30 - (high - low)) / 2);
    const row = (/** @type {number} */ pitch) => geometry.rowOfHz(440 * 2 ** ((pitch - 69) / 12));
    const [top, bottom] = [row(high + spare), row(low - spare)];
    Object.assign(geometry, { top, scaleY: geometry.height / (bottom - top) });
    geometry.bound();
    this.picture.changed();
  }

  /** See a moment, if it is not seen. @param {number} seconds */
  reveal(seconds) {
    const { geometry } = this.picture;
    const x = this.xOf(seconds);
    if (!geometry || (x >= 0 && x <= geometry.width)) return;
    geometry.left = seconds / geometry.view.hop_seconds - (0.1 * geometry.width) / geometry.scaleX;
    geometry.bound();
    this.picture.changed();
  }

  /** @param {PointerEvent} event @returns {Touch | null} */
  #touchOf(event) {
    const { geometry } = this.picture;
    if (!geometry || !this.#piece) return null;
    const box = this.element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const seconds = Math.max(0, geometry.columnOfX(x) * geometry.view.hop_seconds);
    return { x, y, seconds, pitch: midi(Math.max(1, geometry.hzOfRow(geometry.rowOfY(y)))), finger: event.pointerType === "touch" };
  }

  /** How far a bar reaches above and below its pitch, in pixels. */
  get #half() {
    return Math.max(2, Math.abs(this.yOf(60) - this.yOf(61)) / 2);
  }

  /** The note at a place; the last that was drawn lies above. @param {Touch} touch @returns {Hit | null} */
  #hit({ x, y, finger }) {
    const [near, half] = [finger ? NEAR_FINGER : NEAR, Math.max(this.#half, finger ? 9 : 3)];
    /** @type {Hit | null} */
    let found = null;
    let best = Infinity;
    for (const note of this.#piece?.ordered ?? []) {
      const [left, right] = [this.xOf(note.start), Math.max(this.xOf(note.end), this.xOf(note.start) + 3)];
      const away = Math.abs(y - this.yOf(note.pitch));
      if (x < left - near / 2 || x > right + near / 2 || away > half || away > best) continue;
      best = away;
      const wide = right - left > 2.5 * near;
      const grip = wide && x > right - near ? "end" : wide && x < left + near ? "start" : "body";
      found = { note, grip };
    }
    return found;
  }

  // the hand

  /** @param {PointerEvent} event */
  #press(event) {
    const touch = this.#touchOf(event);
    const piece = this.#piece;
    if (!touch || !piece) return;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.element.setPointerCapture(event.pointerId);
    event.stopPropagation();
    if (this.#fingers.size > 1) return this.cancel(); // two fingers look around
    if (event.button === 1 || event.button === 2) this.#hand = this.#scrolling(event);
    else if (event.button === 0) this.#hand = this.#begin(touch, event, piece);
    this.picture.surface.focus({ preventScroll: true });
  }

  /** @param {Touch} touch @param {PointerEvent} event @param {Piece} piece @returns {Hand | null} */
  #begin(touch, event, piece) {
    const hit = this.#hit(touch);
    if (this.tool === "erase") return this.#erasing(touch, piece);
    if (!hit) {
      if (this.tool === "draw") return this.#drawing(touch, piece);
      return touch.finger && !this.many ? this.#scrolling(event) : this.#framing(touch, event, piece);
    }
    const adds = event.shiftKey || event.ctrlKey || event.metaKey || this.many;
    const was = piece.chosen.has(hit.note.id);
    if (!was) piece.choose(adds ? [...piece.chosen, hit.note.id] : [hit.note.id]);
    this.#sound(hit.note);
    const others = adds ? [...piece.chosen].filter((id) => id !== hit.note.id) : [hit.note.id];
    return this.#moving(touch, hit, piece, was ? others : null);
  }

  /** Move or stretch all that is chosen. @param {Touch} from @param {Hit} hit @param {Piece} piece @param {number[] | null} still  what a touch that does not move chooses @returns {Hand} */
  #moving(from, { note: grabbed, grip }, piece, still) {
    const notes = piece.picked;
    let [moved, pitch] = [false, grabbed.pitch];
    return {
      move: (touch, event) => {
        if (!moved && Math.hypot(touch.x - from.x, touch.y - from.y) < STILL) return;
        moved = true;
        const free = event.ctrlKey || event.metaKey;
        const edge = grip === "end" ? grabbed.end : grabbed.start;
        const wanted = edge + touch.seconds - from.seconds;
        const by = (free ? wanted : piece.snapped(wanted, this.step)) - edge;
        const up = grip === "body" ? Math.round(touch.pitch - from.pitch) : 0;
        const least = Math.min(...notes.map(({ start }) => start));
        for (const note of notes) this.#held.set(note.id, held(changed(note, grip, Math.max(by, grip === "end" ? -Infinity : -least), up)));
        if (grabbed.pitch + up !== pitch) this.#sound({ ...grabbed, pitch: (pitch = grabbed.pitch + up) });
      },
      lift: (event) => {
        const after = notes.map((note) => this.#held.get(note.id) ?? note);
        const copy = event.altKey && grip === "body";
        this.#held.clear();
        if (!moved) return void (still && piece.choose(still));
        if (copy) return piece.add(worded("Copy", notes), after.map(({ id: _, of: __, ...note }) => note));
        return piece.did(worded(grip === "body" ? "Move" : "Stretch", notes), notes.map((note, i) => [note, after[i]]));
      },
    };
  }

  /** Draw a note. @param {Touch} from @param {Piece} piece @returns {Hand} */
  #drawing(from, piece) {
    const beat = piece.beatsAt(from.seconds);
    const start = this.step ? piece.secondsAt(Math.floor(beat / this.step + 1e-6) * this.step) : from.seconds;
    const usual = this.step ? piece.stepAt(start, this.step) : USUAL;
    const note = { id: -1, of: null, start, end: start + usual, pitch: Math.round(from.pitch), velocity: this.velocity, part: this.part };
    this.#coming = [held(note)];
    this.#sound(note);
    return {
      move: (touch) => {
        const pitch = Math.round(touch.pitch);
        if (pitch !== this.#coming[0].pitch) this.#sound({ ...note, pitch });
        const end = touch.seconds > start + usual ? Math.max(start + usual, piece.snapped(touch.seconds, this.step)) : start + usual;
        this.#coming = [held({ ...note, pitch, end })];
      },
      lift: () => {
        const [made] = this.#coming;
        this.#coming = [];
        piece.add("Add a note", [made]);
      },
    };
  }

  /** Choose what is in a frame; a touch that does not move puts the line there. @param {Touch} from @param {PointerEvent} event @param {Piece} piece @returns {Hand} */
  #framing(from, event, piece) {
    const before = event.shiftKey || event.ctrlKey || event.metaKey || this.many ? [...piece.chosen] : [];
    let moved = false;
    return {
      move: (touch) => {
        if (!moved && Math.hypot(touch.x - from.x, touch.y - from.y) < STILL) return;
        moved = true;
        const [x, y] = [Math.min(from.x, touch.x), Math.min(from.y, touch.y)];
        this.#frame = { x, y, w: Math.abs(touch.x - from.x), h: Math.abs(touch.y - from.y) };
        piece.choose([...before, ...this.#within(this.#frame)]);
      },
      lift: () => {
        this.#frame = null;
        if (!moved) this.#went(from, piece, before);
      },
    };
  }

  /** The line goes to a place, and nothing is chosen but what was. @param {Touch} touch @param {Piece} piece @param {number[]} before */
  #went(touch, piece, before) {
    piece.choose(before);
    this.dispatchEvent(new CustomEvent("went", { detail: { seconds: touch.seconds } }));
  }

  /** @param {{x: number, y: number, w: number, h: number}} frame */
  #within({ x, y, w, h }) {
    return (this.#piece?.ordered ?? [])
      .filter((note) => this.xOf(note.end) >= x && this.xOf(note.start) <= x + w)
      .filter(({ pitch }) => this.yOf(pitch) >= y - this.#half && this.yOf(pitch) <= y + h + this.#half)
      .map(({ id }) => id);
  }

  /** Take away what the hand goes over. @param {Touch} from @param {Piece} piece @returns {Hand} */
  #erasing(from, piece) {
    /** @type {Map<number, Note>} */
    const gone = new Map();
    const take = (/** @type {Touch} */ touch) => {
      const hit = this.#hit(touch);
      if (hit && !gone.has(hit.note.id)) {
        gone.set(hit.note.id, hit.note);
        this.#held.set(hit.note.id, { ...hit.note, velocity: 0 });
      }
    };
    take(from);
    return {
      move: take,
      lift: () => {
        this.#held.clear();
        piece.did(worded("Delete", [...gone.values()]), [...gone.values()].map((note) => [note, null]));
      },
    };
  }

  /** A finger on nothing, or another button, looks around. @param {PointerEvent} event @returns {Hand} */
  #scrolling(event) {
    let [x, y, moved] = [event.clientX, event.clientY, false];
    return {
      move: (_, { clientX, clientY }) => {
        if (!moved && Math.hypot(clientX - x, clientY - y) < STILL) return;
        moved = true;
        this.picture.scroll_(x - clientX, y - clientY);
        [x, y] = [clientX, clientY];
      },
      lift: (up) => {
        const touch = this.#touchOf(up);
        if (!moved && touch && this.#piece && event.button === 0) this.#went(touch, this.#piece, []);
      },
    };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const touch = this.#touchOf(event);
    if (!touch) return;
    const before = this.#fingers.get(event.pointerId);
    if (before && this.#fingers.size === 2) this.#pinch(event, before);
    else if (before && this.#hand) {
      this.#hand.move(touch, event);
      this.redraw();
    } else if (!before) this.#point(touch);
    if (before) this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event @param {{x: number, y: number}} before */
  #pinch(event, before) {
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return;
    const box = this.element.getBoundingClientRect();
    const [x, y] = [event.clientX, event.clientY];
    const far = (/** @type {number} */ now, /** @type {number} */ then) => Math.min(2, Math.max(0.5, Math.abs(now) / Math.max(1, Math.abs(then))));
    if (Math.abs(x - other.x) > 40) this.picture.zoom(far(x - other.x, before.x - other.x), (x + other.x) / 2 - box.left);
    if (Math.abs(y - other.y) > 80) this.picture.zoomPitch(far(y - other.y, before.y - other.y), (y + other.y) / 2 - box.top);
    this.picture.scroll_((before.x - x) / 2, (before.y - y) / 2);
  }

  /** Show what a hand would do here. @param {Touch} touch */
  #point(touch) {
    const hit = this.#hit(touch);
    const over = !hit ? (this.tool === "draw" ? "crosshair" : "default") : hit.grip === "body" ? "grab" : "ew-resize";
    this.element.style.cursor = this.tool === "erase" ? (hit ? "pointer" : "default") : over;
  }

  /** @param {PointerEvent} event @param {boolean} [gaveUp] */
  #lift(event, gaveUp = false) {
    if (!this.#fingers.delete(event.pointerId)) return;
    event.stopPropagation();
    const hand = this.#hand;
    this.#hand = null;
    if (gaveUp) this.cancel();
    else hand?.lift(event);
    this.redraw();
  }

  /** @param {Pick<Note, "pitch" | "velocity" | "part">} note */
  #sound(note) {
    this.dispatchEvent(new CustomEvent("heard", { detail: note }));
  }

  // what is seen

  /** Draw with the next frame of the screen. */
  redraw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.#draw();
    });
  }

  /** Put the line where it is. */
  moveLine() {
    const { geometry } = this.picture;
    const x = this.xOf(this.place);
    this.line.hidden = !this.#piece || !geometry || x < 0 || x > geometry.width;
    this.line.style.transform = `translateX(${x}px)`;
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (!w || !h) return;
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    const context = this.canvas.getContext("2d");
    const { geometry } = this.picture;
    const piece = this.#piece;
    this.moveLine();
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!geometry || !piece) return;
    const hop = geometry.view.hop_seconds;
    const [from, to] = [geometry.left * hop, geometry.columnOfX(width) * hop];
    this.#drawLines(context, piece, from, to, width, height);
    this.#drawNotes(context, piece, from, to, height);
    if (this.#frame) {
      const { x, y, w: wide, h: high } = this.#frame;
      Object.assign(context, { fillStyle: "rgb(255 180 84 / 14%)", strokeStyle: "#ffb454", lineWidth: 1 });
      context.fillRect(x, y, wide, high);
      context.strokeRect(x + 0.5, y + 0.5, wide, high);
    }
  }

  /**
   * Lines of bars and beats, and of the octaves.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {number} from
   * @param {number} to
   * @param {number} width
   * @param {number} height
   */
  #drawLines(context, piece, from, to, width, height) {
    const beat = this.xOf(piece.stepAt(from, 1)) - this.xOf(0);
    if (beat >= APART / 4) {
      for (const { seconds, bar } of piece.lines(from, to)) {
        if (!bar && beat < APART) continue;
        context.fillStyle = bar ? "rgb(255 255 255 / 30%)" : "rgb(255 255 255 / 13%)";
        context.fillRect(Math.round(this.xOf(seconds)), 0, 1, height);
      }
    }
    context.fillStyle = "rgb(255 255 255 / 16%)";
    for (let pitch = 12; pitch < 128; pitch += 12) context.fillRect(0, Math.round(this.yOf(pitch - 0.5)), width, 1);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {number} from
   * @param {number} to
   * @param {number} height
   */
  #drawNotes(context, piece, from, to, height) {
    const half = Math.max(1.5, this.#half - 0.5);
    /** Where pitches are, of which there are few. @type {Map<number, number>} */
    const heights = new Map();
    /** By their colours, since to change that takes longest. @type {Map<string, number[][]>} */
    const bars = new Map();
    /** @type {number[][]} */
    const chosen = [];
    /** @type {Note[]} */
    const gliding = [];
    for (const one of [...piece.ordered, ...this.#coming]) {
      const note = this.#held.get(one.id) ?? one;
      if (note.end < from || note.start > to) continue;
      let y = heights.get(note.pitch);
      if (y === undefined) heights.set(note.pitch, (y = this.yOf(note.pitch)));
      if (y < -half || y > height + half) continue;
      const x = this.xOf(note.start);
      const bar = [x, y - half, Math.max(2, this.xOf(note.end) - x - 1), 2 * half];
      if (note.velocity) {
        const ink = inkOf(note);
        const same = bars.get(ink);
        if (same) same.push(bar);
        else bars.set(ink, [bar]);
      }
      if (piece.chosen.has(note.id) || note.id < 0) chosen.push(bar);
      if (note.of !== null && bar[2] > GLIDES && piece.glides[note.of]) gliding.push(note);
    }
    if (half > EDGED) { // seen on bright pictures, too
      context.fillStyle = "rgb(0 0 0 / 60%)";
      for (const all of bars.values()) for (const [x, y, w, h] of all) context.fillRect(x - 1, y - 1, w + 2, h + 2);
    }
    for (const [ink, all] of bars) {
      context.fillStyle = ink;
      for (const [x, y, w, h] of all) context.fillRect(x, y, w, h);
    }
    for (const note of gliding) this.#drawGlide(context, note, piece.glides[note.of ?? -1]);
    context.strokeStyle = "#fff";
    context.lineWidth = 1.5;
    for (const [x, y, w, h] of chosen) context.strokeRect(x - 0.5, y - 0.5, w + 1, h + 1);
  }

  /** @param {CanvasRenderingContext2D} context @param {Note} note @param {number[][]} glide */
  #drawGlide(context, note, glide) {
    context.strokeStyle = colourOf(note.part);
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(this.xOf(note.start), this.yOf(note.pitch));
    for (const [after, semitones] of glide) {
      if (note.start + after <= note.end) context.lineTo(this.xOf(note.start + after), this.yOf(note.pitch + semitones));
    }
    context.stroke();
  }
}

/**
 * A note that is moved, or stretched at an end.
 *
 * @param {Note} note
 * @param {Grip} grip
 * @param {number} by  seconds
 * @param {number} up  semitones
 * @returns {Note}
 */
function changed(note, grip, by, up) {
  if (grip === "end") return { ...note, end: Math.max(note.start + SHORTEST, note.end + by) };
  if (grip === "start") return { ...note, start: Math.min(note.end - SHORTEST, note.start + by) };
  return { ...note, start: note.start + by, end: note.end + by, pitch: note.pitch + up };
}

/** @param {string} what @param {Note[]} notes */
export const worded = (what, notes) => (notes.length === 1 ? `${what} a note` : `${what} ${notes.length} notes`);
