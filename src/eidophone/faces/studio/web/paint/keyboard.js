// @ts-check
/** Keys that transpose the picture: of a MIDI keyboard, of the computer's, and on the screen. */

import { make } from "../lib/dom.js";
import { takesLetters } from "../lib/keys.js";
import { say } from "../lib/say.js";
import { noteName } from "../lib/words.js";

/** Where the picture is as it is: C4. */
const HOME = 60;

/** The keys of two octaves around it on the screen. */
const [LOWEST, HIGHEST] = [48, 72];

/** Keys of the computer, from C4 on, by where they are and not by what is printed on them. */
const CODES = [
  "KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ",
  "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon",
];

const BLACK = [1, 3, 6, 8, 10];

export class Keyboard {
  /** @type {Map<number, HTMLElement>} */
  #keys = new Map();
  /** @type {Set<string>} */
  #down = new Set();
  #listening = false;
  on = false;

  /** @param {import("../audio/voice.js").Voice} voice */
  constructor(voice) {
    this.voice = voice;
    this.element = make("div", { class: "piano", role: "group", "aria-label": "Keys: they transpose the picture", hidden: true });
    let white = 0;
    for (let note = LOWEST; note <= HIGHEST; note++) {
      const black = BLACK.includes(note % 12);
      if (!black) white++;
      const key = this.#key(note);
      key.style.gridColumn = String(black ? white + 1 : white);
      this.element.append(key);
    }
    addEventListener("keydown", (event) => this.#press(event), true);
    addEventListener("keyup", (event) => this.#lift(event), true);
    addEventListener("blur", () => this.#liftAll());
  }

  /** @param {boolean} on */
  async show(on) {
    this.on = on;
    this.element.hidden = !on;
    this.#liftAll();
    if (!on || this.#listening) return;
    this.#listening = true;
    try {
      const access = await navigator.requestMIDIAccess?.();
      if (!access) return;
      const follow = () => {
        for (const input of access.inputs.values()) input.onmidimessage = (event) => this.#hear(event.data);
      };
      follow();
      access.onstatechange = follow;
    } catch {
      say("No MIDI keyboard is at hand: play with the keys of the computer, or those on the screen.");
    }
  }

  /** @param {Uint8Array | null} data */
  #hear(data) {
    if (!data || !this.on) return;
    const [status, note, velocity = 0] = data;
    const kind = status & 0xf0;
    if (kind === 0x90 && velocity) this.#play(note, velocity / 127);
    else if (kind === 0x80 || kind === 0x90) this.#stop(note);
    else if (kind === 0xb0 && (note === 120 || note === 123)) this.voice.stop();
  }

  /** @param {number} note */
  #key(note) {
    const black = BLACK.includes(note % 12);
    const key = make("button", {
      type: "button", class: black ? "black" : "white", "aria-label": noteName(note),
      onpointerdown: (/** @type {PointerEvent} */ event) => {
        key.setPointerCapture(event.pointerId);
        this.#play(note, 0.9);
      },
      onpointerup: () => this.#stop(note),
      onpointercancel: () => this.#stop(note),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && !event.repeat) this.#play(note, 0.9);
      },
      onkeyup: () => this.#stop(note),
    }, note % 12 === 0 ? noteName(note) : "");
    this.#keys.set(note, key);
    return key;
  }

  /**
   * @param {number} note
   * @param {number} velocity
   */
  #play(note, velocity) {
    this.#keys.get(note)?.setAttribute("aria-pressed", "true");
    this.voice.hold(note, note - HOME, velocity);
  }

  /** @param {number} note */
  #stop(note) {
    this.#keys.get(note)?.removeAttribute("aria-pressed");
    this.voice.release(note);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = CODES.indexOf(event.code);
    if (!this.on || at < 0 || takesLetters(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat || this.#down.has(event.code)) return;
    this.#down.add(event.code);
    this.#play(HOME + at, 0.9);
  }

  /** @param {KeyboardEvent} event */
  #lift(event) {
    if (this.#down.delete(event.code)) this.#stop(HOME + CODES.indexOf(event.code));
  }

  #liftAll() {
    for (const code of this.#down) this.#stop(HOME + CODES.indexOf(code));
    this.#down.clear();
  }
}
