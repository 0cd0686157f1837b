// @ts-check
/** Instrument: a sound of the shelf plays the notes, in full quality, onto the shelf. */

import { player } from "../../audio/player.js";
import { button, make } from "../../lib/dom.js";
import { chooseSound, get, itemNamed, subscribe } from "../../lib/store.js";
import { Going } from "../../parts/going.js";

export class Instrument {
  /** @type {Item | null} */
  #notes = null;
  select = make("select", { id: "notes-instrument" });
  form = make("e-form");
  going = new Going("Playing the notes", () => this.#state());
  start = button("sound", "Make it a sound", () => this.#make());
  words = make("p", { class: "help" }, "Any sound is an instrument: one note of it is moved to every pitch.");
  element = make("section", { "aria-label": "Play it by a sound" },
    make("div", { class: "field" }, make("label", { for: "notes-instrument" }, "Instrument"), this.select), this.words,
    make("details", {}, make("summary", {}, "All choices"), make("div", { class: "rest" }, this.form)),
    this.going.element, this.start);

  constructor() {
    subscribe("forms", ({ play }) => play && (this.form.options = play.filter(({ name }) => name !== "sound")));
  }

  /** Of these notes from now on. @param {Item | null} notes @param {boolean} altered */
  show(notes, altered) {
    this.#notes = notes;
    this.element.hidden = !notes;
    const before = this.select.value;
    const sounds = get("items").filter(({ kind, problem, made }) => kind === "sound" && !problem && made?.act !== "play");
    this.select.replaceChildren(make("option", { value: "" }, "Plain instruments"), ...sounds.map(({ name }) => make("option", { value: name }, name)));
    this.select.value = sounds.some(({ name }) => name === before) ? before : "";
    this.#altered = altered;
    this.#state();
  }

  #altered = false;

  /** As something was played before. @param {Record<string, any>} settings */
  set settings({ sound = "", ...others }) {
    this.select.value = itemNamed(sound) ? sound : "";
    this.form.value = others;
  }

  #state() {
    this.start.disabled = this.going.busy || this.#altered;
    this.start.title = this.#altered ? "Press Keep first: what is played is the file" : "";
  }

  async #make() {
    const notes = this.#notes;
    if (!notes) return;
    const made = await this.going.make("play", notes.name, { ...this.form.value, ...(this.select.value ? { sound: this.select.value } : {}) });
    if (!made) return;
    chooseSound(notes, made);
    if (get("item")?.name !== notes.name) return;
    await player.load(itemNamed(made));
    player.seek(0);
    await player.play();
  }
}
