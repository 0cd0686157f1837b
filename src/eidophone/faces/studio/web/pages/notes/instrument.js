// @ts-check
/** Instrument: sounds of the shelf play the notes, or a SoundFont, in full quality, onto the shelf. */

import { player } from "../../audio/player.js";
import { button, make } from "../../lib/dom.js";
import { chooseSound, get, itemNamed, subscribe } from "../../lib/store.js";
import { Going } from "../../parts/going.js";
import { partName } from "./chosen.js";

/** What the form does not have: there are lists of its own for them. */
const CHOSEN = ["sound", "parts", "players"];

/** What a SoundFont knows by itself. */
const OF_SOUNDS = ["pitch", "release"];

export class Instrument {
  /** @type {Item | null} */
  #notes = null;
  #altered = false;
  /** @type {Part[]} */
  #parts = [];
  #offered = 0;
  select = make("select", { id: "notes-instrument", onchange: () => this.#state() });
  others = make("div", { class: "rest" });
  each = make("details", { hidden: true }, make("summary", {}, "Another for a part"), this.others);
  form = make("e-form");
  going = new Going("Playing the notes", () => this.#state());
  start = button("sound", "Make it a sound", () => this.#make());
  words = make("p", { class: "help" });
  element = make("section", { "aria-label": "Play it by a sound" },
    make("div", { class: "field" }, make("label", { for: "notes-instrument" }, "Instrument"), this.select), this.words, this.each,
    make("details", {}, make("summary", {}, "All choices"), make("div", { class: "rest" }, this.form)),
    this.going.element, this.start);

  constructor() {
    subscribe("forms", () => this.#state());
  }

  /** Of these notes from now on. @param {Item | null} notes @param {boolean} altered @param {Part[]} parts */
  show(notes, altered, parts) {
    this.#notes = notes;
    this.#altered = altered;
    this.element.hidden = !notes;
    const usable = get("items").filter(({ problem, made }) => !problem && made?.act !== "play");
    const sounds = usable.filter(({ kind }) => kind === "sound").map(({ name }) => name);
    const fonts = usable.filter(({ kind }) => kind === "soundfont").map(({ name }) => name);
    fill(this.select, "Plain instruments", [...sounds, ...fonts]);
    if (parts !== this.#parts) this.#have(parts);
    for (const one of this.others.querySelectorAll("select")) fill(one, "As all others", sounds);
    this.#state();
  }

  /** A list for each part that sounds can play. @param {Part[]} parts */
  #have(parts) {
    this.#parts = parts;
    const open = [...parts.entries()].filter(([, { drums }]) => !drums);
    this.others.replaceChildren(...(parts.length < 2 ? [] : open).map(([i, part]) => {
      const id = `notes-player-${i + 1}`;
      return make("div", { class: "field" }, make("label", { for: id }, partName(part, i)), make("select", { id, "data-part": i + 1 }));
    }));
  }

  /** As something was played before. @param {Record<string, any>} settings */
  set settings({ sound = "", parts = [], players = [], ...others }) {
    this.select.value = itemNamed(sound) ? sound : "";
    for (const one of this.others.querySelectorAll("select")) {
      const player = players[parts.indexOf(Number(one.dataset.part))] ?? "";
      one.value = itemNamed(player) ? player : "";
    }
    this.each.open = parts.length > 0;
    this.form.value = others;
    this.#state();
  }

  get #isFont() {
    return itemNamed(this.select.value)?.kind === "soundfont";
  }

  #state() {
    const without = this.#isFont ? [...CHOSEN, ...OF_SOUNDS] : CHOSEN;
    const { play } = get("forms");
    const offered = play?.filter(({ name }) => !without.includes(name)) ?? [];
    if (offered.length !== this.#offered) {
      const before = this.form.value;
      this.form.options = offered;
      this.form.value = before;
      this.#offered = offered.length;
    }
    this.each.hidden = this.#isFont || !this.others.childElementCount;
    this.words.textContent = this.#isFont ? "A SoundFont plays each part by the instrument that it names." : "Any sound is an instrument: one note of it is moved to every pitch.";
    this.start.disabled = this.going.busy || this.#altered;
    this.start.title = this.#altered ? "Press Keep first: what is played is the file" : "";
  }

  /** Which parts something else plays. */
  get #players() {
    const chosen = this.each.hidden ? [] : [...this.others.querySelectorAll("select")].filter(({ value }) => value);
    return chosen.length ? { parts: chosen.map(({ dataset }) => Number(dataset.part)), players: chosen.map(({ value }) => value) } : {};
  }

  async #make() {
    const notes = this.#notes;
    if (!notes) return;
    const made = await this.going.make("play", notes.name, { ...this.form.value, ...(this.select.value ? { sound: this.select.value } : {}), ...this.#players });
    if (!made) return;
    chooseSound(notes, made);
    if (get("item")?.name !== notes.name) return;
    await player.load(itemNamed(made));
    player.seek(0);
    await player.play();
  }
}

/**
 * Let these be chosen, or none of them; what was chosen stays so, if it is there.
 *
 * @param {HTMLSelectElement} select
 * @param {string} none
 * @param {string[]} names
 */
function fill(select, none, names) {
  const before = select.value;
  select.replaceChildren(make("option", { value: "" }, none), ...names.map((name) => make("option", { value: name }, name)));
  select.value = names.includes(before) ? before : "";
}
