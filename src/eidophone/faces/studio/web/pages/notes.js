// @ts-check
/** Notes: seen over their sound, corrected by hand, played, and taken along as MIDI. */

import { player } from "../audio/player.js";
import { Refused, get as ask, itemPath, post } from "../lib/api.js";
import { button, make, one } from "../lib/dom.js";
import { keep, kept } from "../lib/kept.js";
import { say } from "../lib/say.js";
import { get, itemNamed, open, refreshItems, soundOf, subscribe } from "../lib/store.js";
import { common, useUndo } from "../lib/undo.js";
import { time } from "../lib/words.js";
import { choose } from "../parts/drop.js";
import { segments, toggle } from "../parts/controls.js";
import { notesOf } from "../parts/made.js";
import { zooms } from "../parts/zooms.js";
import { keys } from "../notes/hands.js";
import { Piece } from "../notes/piece.js";
import { Playing } from "../notes/playing.js";
import { paper, wide } from "../notes/paper.js";
import { Roll } from "../notes/roll.js";
import { Away } from "./notes/away.js";
import { Behind } from "./notes/behind.js";
import { Chosen } from "./notes/chosen.js";
import { Drawing } from "./notes/drawing.js";
import { Finding } from "./notes/finding.js";
import { Instrument } from "./notes/instrument.js";
import { Traditions } from "./notes/traditions.js";

/** Where what is chosen is remembered. */
const REMEMBERED = "notes-options";

/** The grids, in beats, as musicians call them. */
const GRIDS = [["0", "Free"], ["1", "Beat"], ["0.5", "½ beat"], ["0.25", "¼ beat"], ["0.125", "⅛ beat"], ["0.3333333333", "⅓ beat"], ["0.1666666667", "⅙ beat"]];

export class PNotes extends HTMLElement {
  picture = make("e-picture");
  roll = new Roll(this.picture);
  playing = new Playing();
  title_ = make("h2", {}, "\u00a0");
  facts = make("p", { class: "facts", role: "status" }, "\u00a0");
  undo = button("undo", "Undo", () => this.piece?.undo(), { quiet: true, keys: "Ctrl+Z" });
  redo = button("redo", "Do it again", () => this.piece?.redo(), { quiet: true, keys: "Ctrl+Shift+Z" });
  play = button("play", "Play", () => this.toggle(), { keys: "Space" });
  save = button("check", "Keep", () => this.#keep(), { kind: "primary", keys: "Ctrl+S" });
  tool = segments("notes-tool", "Tool", [["choose", "Choose"], ["draw", "Draw"], ["erase", "Erase"]], (tool) => this.use(/** @type {any} */ (tool)), { unseen: true });
  many = toggle("Several", (on) => (this.roll.many = on), { "aria-label": "Choose several: each touch adds to what is chosen" });
  grid = make("select", { id: "notes-grid", "aria-label": "Snap to", onchange: () => this.#remember() }, ...GRIDS.map(([value, words]) => make("option", { value }, words)));
  beats = make("input", { type: "number", id: "notes-beats", min: 10, max: 999, step: 0.1, "aria-label": "Beats a minute", onchange: () => this.#pace() });
  bars = make("div", { class: "tooling", role: "group", "aria-label": "Tools" },
    this.tool.element, this.many.element,
    make("label", { class: "typed" }, make("span", {}, "Snap to"), this.grid),
    make("label", { class: "typed" }, make("span", {}, "Beats a minute"), this.beats));
  way = segments("notes-way", "What to do", [["roll", "Roll"], ["traditions", "Compose"]], (way) => this.#show(way), { unseen: true });
  traditions = new Traditions();
  shown = make("img", { class: "shown", alt: "The picture that is open", hidden: true });
  empty = make("div", { class: "problem", hidden: true });
  told = make("p", { class: "unseen", role: "status" });
  chosen = new Chosen();
  behind = new Behind();
  finding = new Finding();
  instrument = new Instrument();
  drawing = new Drawing();
  away = new Away();
  notes = make("ul", { class: "notes" });
  side = make("div", { class: "side" }, make("aside", { "aria-label": "Notes", tabindex: -1 }, this.finding.element, this.chosen.element, this.behind.element, this.instrument.element, this.drawing.element, this.away.element, this.notes));
  /** @type {Piece | null} */
  piece = null;
  /** The item whose notes are shown, or the sound that has none yet. @type {Item | null} */
  item = null;
  /** Which notes are shown, over which sound, as they are. */
  #seen = "";
  #under = "";
  #ticket = 0;
  /** @type {Promise<void>} */
  #reading = Promise.resolve();

  connectedCallback() {
    if (this.childElementCount) return;
    this.picture.notes = true;
    this.picture.overlay(this.empty);
    this.append(
      make("header", { class: "bar" },
        make("div", { class: "name" }, this.title_, this.facts),
        this.way.element,
        make("div", { class: "row", role: "group", "aria-label": "Undo" }, this.undo, this.redo),
        zooms(this.picture, { group: "Notes", when: () => !this.hidden }),
        make("div", { class: "row", role: "group", "aria-label": "Hear and keep it" }, this.play, this.save)),
      this.bars,
      make("div", { class: "board" }, this.picture, this.shown),
      this.side, this.traditions.element, this.told);
    this.way.value = "roll";
    this.#recall();
    this.#listen();
    keys(this);
    this.use("choose");
    this.#state();
  }

  #listen() {
    this.addEventListener("shown", () => queueMicrotask(() => this.#open()));
    for (const key of /** @type {const} */ (["items", "item", "sound"])) subscribe(key, () => this.#soon());
    new MutationObserver(() => this.hidden && this.playing.stop()).observe(this, { attributeFilter: ["hidden"] });
    this.roll.addEventListener("heard", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
    this.roll.addEventListener("went", (event) => this.go(/** @type {CustomEvent} */ (event).detail.seconds));
    this.playing.addEventListener("state", () => this.#state());
    player.addEventListener("state", () => {
      if (this.hidden) return;
      if (!this.playing.playing) this.#follow();
      this.#state();
    });
    this.traditions.addEventListener("composed", (event) => this.#composed(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("folders", (event) => {
      if (this.hidden) return;
      event.preventDefault(); // of tunes
      this.#show("traditions");
      this.traditions.take(/** @type {CustomEvent} */ (event).detail);
    });
    document.addEventListener("again", (event) => this.#again(/** @type {CustomEvent} */ (event).detail));
    addEventListener("pagehide", () => this.#remember());
    const frame = () => {
      requestAnimationFrame(frame);
      if (this.hidden || (!this.playing.playing && !player.playing)) return;
      if (this.playing.playing) this.#at(this.playing.place);
      else this.#follow();
      this.roll.reveal(this.roll.place);
    };
    frame();
  }

  #recall() {
    const before = kept(REMEMBERED) ?? {};
    this.grid.value = GRIDS.some(([value]) => value === before.grid) ? before.grid : "0.25";
    this.behind.heard.value = ["notes", "both", "sound"].includes(before.heard) ? before.heard : "notes";
    this.#remember();
  }

  #remember() {
    this.roll.step = Number(this.grid.value);
    keep(REMEMBERED, { grid: this.grid.value, heard: this.behind.heard.value });
  }

  #asked = false;

  /** Look once after all that changes together. */
  #soon() {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.#open();
    });
  }

  /** Show the notes that are open, or those of the sound that is open, if this page is seen. */
  async #open() {
    if (this.hidden || !this.isConnected) return;
    const item = get("item");
    this.item = item && ["midi", "sound", "picture"].includes(item.kind) ? item : null;
    const notes = item?.kind === "midi" ? item : null;
    useUndo(notes ? { undo: async () => (await this.piece?.undo()) ?? false, redo: async () => (await this.piece?.redo()) ?? false, next: "" } : common);
    const key = notes ? `${notes.name}/${notes.modified}/${notes.bytes}` : "";
    if (key !== this.#seen) {
      this.#seen = key;
      this.#reading = this.#read(notes, key);
    }
    await this.#reading; // whoever comes second waits, too
    if (key !== this.#seen) return; // another was opened meanwhile
    this.behind.show(notes, notes && soundOf(notes));
    await this.#lay(notes);
    this.#state();
  }

  /** @param {Item | null} notes @param {string} key */
  async #read(notes, key) {
    this.#is(null);
    if (!notes) return;
    try {
      const piece = new Piece(key, await ask(`notes/${encodeURIComponent(notes.name)}`));
      await piece.recall();
      if (key !== this.#seen) return;
      this.#under = "";
      this.#is(piece);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
    }
  }

  /** @param {Piece | null} piece */
  #is(piece) {
    this.piece = this.playing.piece = this.roll.piece = this.chosen.piece = piece;
    this.roll.part = 0;
    this.#at(0);
    piece?.addEventListener("change", () => this.#changed());
    piece?.addEventListener("full", () => say("This browser has no room for what you do: it cannot be undone after a reload."));
    piece?.addEventListener("chosen", () => {
      this.chosen.show();
      this.roll.redraw();
    });
    this.#changed();
  }

  #changed() {
    this.chosen.show();
    this.roll.redraw();
    if (document.activeElement !== this.beats) this.beats.value = this.piece ? String(Math.round(10 * this.piece.tempo) / 10) : "";
    this.#state();
    const { view } = this.picture;
    if (view && this.piece && this.piece.seconds + 1 > view.columns * view.hop_seconds) this.picture.view = wide(view, this.piece.seconds);
    this.roll.drawWhole();
  }

  /** Lay the notes over the picture of their sound, or on blank paper. @param {Item | null} notes */
  async #lay(notes) {
    const sound = notes ? soundOf(notes) : this.item?.kind === "sound" ? this.item : null;
    this.#showPicture(this.item?.kind === "picture" ? this.item : null);
    const under = `${this.#seen}|${sound?.name}/${sound?.modified}/${JSON.stringify(get("drawing").exposure)}`;
    if (under === this.#under) return;
    this.#under = under;
    const mine = ++this.#ticket;
    const before = this.picture.view;
    const seconds = this.piece?.seconds ?? 0;
    /** @type {View | null} */
    let view = notes ? paper(notes.name, seconds) : null;
    if (sound) {
      this.picture.loading = true;
      try {
        view = wide({ ...(await post("views", { item: sound.name, recipe: "octaves", exposure: get("drawing").exposure })), item: notes?.name ?? sound.name }, seconds);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (mine === this.#ticket) say(error.message, { kind: "error" });
      }
    }
    if (mine !== this.#ticket) return;
    this.picture.loading = false;
    const same = before && before.item === view?.item;
    const rows = same && this.picture.geometry ? { top: this.picture.hzOfRow(this.picture.geometry.top), low: this.picture.hzOfRow(this.picture.rowOfY(this.picture.geometry.height)) } : null;
    this.picture.view = view;
    this.picture.drags = notes ? "none" : "select";
    this.roll.element.hidden = !notes;
    if (rows) this.#seePitches(rows);
    else this.roll.fitPitch();
    this.roll.drawWhole();
    this.roll.redraw();
  }

  /** A picture is seen as it is: nobody knows yet which notes it shows. @param {Item | null} item */
  #showPicture(item) {
    this.shown.hidden = !item;
    const source = item ? `/api/${itemPath(item.name, "file")}?${item.modified}` : "";
    if (item && this.shown.getAttribute("src") !== source) this.shown.src = source;
  }

  /** See the same pitches on another picture. @param {{top: number, low: number}} hz */
  #seePitches({ top, low }) {
    const { geometry } = this.picture;
    if (!geometry) return;
    geometry.top = this.picture.rowOfHz(top);
    geometry.scaleY = geometry.height / Math.max(1, this.picture.rowOfHz(low) - geometry.top);
    geometry.bound();
    this.picture.changed();
  }

  #begun = false;

  /** The roll, or traditions. @param {string} way */
  async #show(way) {
    this.way.value = way;
    const composing = way === "traditions";
    this.classList.toggle("composes", composing);
    this.traditions.element.hidden = !composing;
    this.#state();
    if (!composing || this.#begun) return;
    this.#begun = true;
    await this.traditions.begin();
  }

  /** Hear the first of what was composed. @param {string[]} made */
  async #composed(made) {
    await open(made[0]);
    await this.#open();
    say(`${made.length === 1 ? "1 piece is" : `${made.length} pieces are`} on the shelf.`, { action: { label: "See it", act: () => this.#show("roll") } });
    if (!this.hidden) await this.playing.play(false);
  }

  /** @param {"choose" | "draw" | "erase"} tool */
  use(tool) {
    this.roll.cancel();
    this.roll.tool = this.tool.value = tool;
  }

  /** Put the line there. @param {number} seconds */
  go(seconds) {
    this.playing.place = seconds;
    this.#at(seconds);
    if (get("sound") && player.item) player.seek(seconds * player.rate);
  }

  /** @param {number} seconds */
  #at(seconds) {
    this.roll.place = seconds;
    this.roll.moveLine();
  }

  /** The sound goes on, or was put elsewhere: so is the line. */
  #follow() {
    if (!player.item || !this.piece) return;
    const seconds = player.audible / player.rate;
    this.playing.place = seconds;
    this.#at(seconds);
  }

  /** Say it to those who do not see it. @param {string} words */
  tell(words) {
    this.told.textContent = words;
  }

  /** @param {Note} note */
  async #hear(note) {
    if (this.playing.playing || !this.piece) return;
    await this.playing.synth.ready();
    this.playing.synth.play(note, { drums: this.piece.parts[note.part]?.drums });
  }

  /** Let a chosen note be heard. @param {Note | undefined} note */
  hearOne(note) {
    if (note) this.#hear(note);
  }

  /** Play, or no more. */
  async toggle() {
    const which = this.behind.which;
    if (this.playing.playing) this.playing.stop();
    else if (which === "sound" || !this.piece) await player.toggle();
    else await this.playing.play(which === "both" && !!get("sound"));
  }

  #state() {
    const { item, piece } = this;
    const notes = item?.kind === "midi";
    const composing = this.classList.contains("composes");
    this.title_.textContent = composing ? "Compose" : (item?.name ?? "Notes");
    const altered = !!piece?.altered;
    const count = piece?.notes.size ?? 0;
    this.facts.textContent = composing ? "Folders of tunes become something that makes more of them." : !item ? "\u00a0" : !notes ? "Find its notes: they become a piece that can be corrected."
      : piece ? `${count === 1 ? "1 note" : `${count} notes`}  ·  ${time(piece.seconds, 1)}${altered ? "  ·  corrected, not kept yet" : ""}` : "\u00a0";
    this.undo.disabled = !piece?.next;
    this.redo.disabled = !piece?.again;
    this.undo.title = piece?.next ? `Undo: ${piece.next} (Ctrl+Z)` : "Undo (Ctrl+Z)";
    this.redo.title = piece?.again ? `Do again: ${piece.again} (Ctrl+Shift+Z)` : "Do it again (Ctrl+Shift+Z)";
    this.save.disabled = !altered;
    this.play.disabled = !piece && !get("sound");
    const sounding = this.playing.playing || (player.playing && (!piece || this.behind.which === "sound"));
    one(this.play, "span").textContent = sounding ? "Pause" : "Play";
    this.play.querySelector("e-icon")?.setAttribute("name", sounding ? "pause" : "play");
    this.bars.hidden = this.save.hidden = !piece;
    this.chosen.element.hidden = !piece;
    this.finding.show(item && !notes ? item : null);
    this.instrument.show(notes ? item : null, altered, piece?.parts ?? []);
    this.drawing.show(notes ? item : null, altered);
    this.away.show(notes ? item : null, altered);
    this.notes.replaceChildren(...notesOf(notes ? item.made : null));
    this.#offer();
  }

  /** Where there are no notes, lead to some. */
  #offer() {
    this.empty.hidden = !!this.item;
    if (this.item) return;
    const first = get("items").find(({ kind }) => kind === "midi");
    this.empty.replaceChildren(
      make("p", {}, "Drop a MIDI file here, or a sound, to find its notes; or begin with nothing, and draw."),
      make("div", { class: "row" },
        button("open", "Open a MIDI file", choose),
        button("notes", "Begin with nothing", () => this.begin()),
        first ? button("notes", `Go on with ${first.name}`, () => open(first)) : ""));
  }

  /** An empty piece, to be drawn on. */
  async begin() {
    const item = await post("notes", { name: "notes", notes: [] });
    await refreshItems();
    await open(item.name);
    this.use("draw");
  }

  /** Keep what was corrected, as a file of its own. */
  async #keep() {
    const { piece, item } = this;
    if (!piece || !item || !piece.altered) return;
    this.save.disabled = true;
    try {
      const made = await post("notes", { of: item.name, ...piece.values });
      piece.forget();
      await refreshItems();
      await open(made.name);
      say(`It is kept as ${made.name}. ${item.name} is as it was.`);
    } finally {
      this.#state();
    }
  }

  keep() {
    return this.#keep();
  }

  #pace() {
    const beats = Number(this.beats.value);
    const { piece } = this;
    if (!piece) return;
    if (!(beats >= 10 && beats <= 999)) {
      say(`${this.beats.value || "nothing"} beats a minute cannot be: from 10 to 999.`, { kind: "error" });
      return this.#changed();
    }
    piece.did("Beats a minute", [], [piece.beats, beats]);
  }

  /** Open what notes were made of. @param {{name: string | null, made: any}} what */
  async #again({ name, made }) {
    if (["tradition", "compose", "fundamentals"].includes(made?.act)) {
      document.dispatchEvent(new CustomEvent("go", { detail: "notes" }));
      await this.#show("traditions");
      const model = made.act === "compose" ? made.of[0] : name;
      if (itemNamed(model ?? "")?.kind === "tradition") await this.traditions.use(model, made.act === "compose" ? made.settings : undefined);
      else if (made.act === "compose") say(`The tradition ${model} is not on the shelf any more.`);
      return;
    }
    if (!["transcribe", "read", "play", "draw", "correct", "write"].includes(made?.act)) return;
    document.dispatchEvent(new CustomEvent("go", { detail: "notes" }));
    this.#show("roll");
    const before = itemNamed(made.of?.[0] ?? "");
    if (before) await open(before);
    if (made.act === "transcribe") this.finding.form.value = made.settings;
    if (made.act === "read") this.finding.reading.value = made.settings;
    if (made.act === "draw") this.drawing.form.value = made.settings;
    if (made.act === "play") this.instrument.settings = made.settings;
  }
}

customElements.define("p-notes", PNotes);
