// @ts-check
/** Paint: on the picture of a sound, and hear it. */

import { button, make } from "../lib/dom.js";
import { keep, kept } from "../lib/kept.js";
import { shortcut } from "../lib/keys.js";
import { sampleOf } from "../lib/scales.js";
import { say } from "../lib/say.js";
import { get, open, set, startJob, subscribe } from "../lib/store.js";
import { useUndo } from "../lib/undo.js";
import { zooms } from "../parts/zooms.js";
import { Easel } from "../paint/easel.js";
import "../paint/icons.js";
import { Layers } from "../paint/layers.js";
import { controls, takeStamp } from "../paint/options.js";
import { Playing } from "../paint/playing.js";
import { EraserStroke } from "../paint/strokes.js";
import { Surface } from "../paint/surface.js";
import { TOOLS, USUAL } from "../paint/tools.js";

/** Where the options are remembered. */
const REMEMBERED = "paint-options";

export class PPaint extends HTMLElement {
  /** @type {Options} */
  options = { ...USUAL, ...kept(REMEMBERED), stamp: null };
  easel = new Easel();
  picture = make("e-picture");
  surface = new Surface(this.picture, this.easel, this.options);
  playing = new Playing(this.easel, this.picture);
  title_ = make("h2", {}, "\u00a0");
  told = make("p", { class: "facts", role: "status" }, "\u00a0");
  undo = button("undo", "Undo", () => this.easel.undo.undo(), { quiet: true, keys: "Ctrl+Z" });
  redo = button("redo", "Do it again", () => this.easel.undo.redo(), { quiet: true, keys: "Ctrl+Shift+Z" });
  tools = make("div", { class: "tools", role: "radiogroup", "aria-label": "Tools" });
  toolOptions = make("section", { class: "options", "aria-label": "Tool" });
  empty = make("div", { class: "empty", hidden: true });
  saves = [
    button("picture", "Save picture", () => this.#render("picture")),
    button("sound", "Save sound", () => this.#render("sound"), { kind: "primary" }),
  ];
  #lastItem = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.tools.append(...TOOLS.map((tool) => this.#toolChoice(tool)));
    this.append(
      make("header", { class: "bar" },
        make("div", { class: "name" }, this.title_, this.told),
        make("div", { class: "row", role: "group", "aria-label": "Undo" }, this.undo, this.redo),
        zooms(this.picture, { group: "Painting", when: () => !this.hidden && !this.playing.keyboard.on }),
        make("div", { class: "row keep", role: "group", "aria-label": "Keep it" }, ...this.saves)),
      this.tools,
      make("div", { class: "board" }, this.picture, this.playing.keyboard.element, this.empty),
      make("aside", { class: "panel" }, this.toolOptions, new Layers(this.easel).element, this.playing.element),
    );
    this.#choose(TOOLS[0].id);
    this.#listen();
    this.#keys();
  }

  #listen() {
    const { easel, surface } = this;
    this.addEventListener("shown", () => queueMicrotask(() => this.#open()));
    subscribe("item", () => this.#open());
    subscribe("opening", (opening) => (this.picture.loading = opening));
    subscribe("sound", () => this.empty.hidden || this.#offer());
    new MutationObserver(() => {
      if (this.hidden) this.playing.panic();
      easel.shown = !this.hidden;
    }).observe(this, { attributes: true, attributeFilter: ["hidden"] });
    easel.addEventListener("open", () => this.#opened());
    easel.addEventListener("state", () => this.#state());
    easel.addEventListener("selection", () => this.#chosen());
    easel.addEventListener("heard", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
    surface.addEventListener("lifted", (event) => this.#lifted(/** @type {CustomEvent} */ (event).detail));
    surface.addEventListener("moved", (event) => surface.tool.did && this.playing.brushAt(/** @type {CustomEvent} */ (event).detail.x));
    surface.addEventListener("far", () => say("Zoomed in: from there, columns were too narrow to be painted on."));
    surface.addEventListener("nothing", () => this.#nothing());
    document.addEventListener("visibilitychange", () => this.#lookAgain());
    addEventListener("drop", (event) => this.#dropped(event), true);
    addEventListener("beforeunload", (event) => {
      if (easel.keeper && !easel.keeper.done && easel.keeper.lost) event.preventDefault();
    });
  }

  /** Open the sound of the frame, if this page is seen. */
  async #open() {
    if (this.hidden || !this.isConnected) return;
    useUndo(this.easel.undo);
    const item = get("item");
    const key = item ? `${item.name}/${item.modified}/${JSON.stringify(get("drawing"))}` : "";
    if (key === this.#lastItem) return;
    this.#lastItem = key;
    try {
      await this.easel.open(item, get("drawing"));
    } catch (error) {
      this.#lastItem = "";
      throw error;
    }
  }

  /** Another tab may have painted on this sound while this one was hidden. */
  async #lookAgain() {
    if (document.hidden || this.hidden || this.surface.working) return;
    if (!(await this.easel.isStale().catch(() => false))) return;
    this.#lastItem = "";
    await this.#open();
  }

  #opened() {
    const { item, view } = this.easel;
    this.#offer();
    this.title_.textContent = item?.name ?? "";
    if (this.picture.view !== view) this.picture.view = view;
    this.picture.drags = "none";
    if (!this.hidden) useUndo(this.easel.undo);
    this.#showOptions();
    this.#state();
  }

  /** Where nothing can be painted on, lead to what can be. */
  #offer() {
    const { item, view } = this.easel;
    this.empty.hidden = item?.kind === "sound"; // it may be on its way
    for (const one of [...this.saves, ...this.tools.querySelectorAll("input")]) one.disabled = !view;
    const sound = get("sound");
    this.empty.replaceChildren(
      make("p", {}, item ? `${item.name} is no sound, and paint is for sounds.` : "Open a sound to paint on: from the shelf, or drop one here."),
      item && sound && sound.name !== item.name ? button("paint", `Paint on ${sound.name}`, () => open(sound)) : "",
    );
  }

  #state() {
    const { keeper, history, view } = this.easel;
    this.undo.disabled = !history?.next;
    this.redo.disabled = !history?.again;
    this.undo.title = history?.next ? `Undo ${history.next} (Ctrl+Z)` : "Undo (Ctrl+Z)";
    this.redo.title = history?.again ? `Do ${history.again} again (Ctrl+Shift+Z)` : "Do it again (Ctrl+Shift+Z)";
    let words = view ? "Nothing painted yet" : "\u00a0";
    if (keeper) words = keeper.lost ? "The studio does not answer: your paint waits here" : keeper.done ? "Your paint is kept" : "Keeping your paint…";
    this.told.textContent = words;
  }

  /** @param {Tool} tool */
  #toolChoice({ id, title, key, words }) {
    return make("label", { class: "tool", "data-tool": id, title: `${title} (${key.toUpperCase()}): ${words}` },
      make("input", { type: "radio", name: "tool", value: id, "aria-keyshortcuts": key, onchange: () => this.#choose(id) }),
      make("e-icon", { name: `paint-${id}` }), make("span", {}, title));
  }

  /** @param {string} id */
  #choose(id) {
    this.surface.cancel();
    this.surface.tool = TOOLS.find((tool) => tool.id === id) ?? TOOLS[0];
    for (const input of this.tools.querySelectorAll("input")) input.checked = input.value === id;
    this.#showOptions();
    this.surface.redraw();
  }

  #showOptions() {
    const { tool } = this.surface;
    this.toolOptions.replaceChildren(
      make("h3", {}, tool.title), make("p", { class: "help" }, tool.words),
      ...controls(tool, this.options, () => this.#remember()),
    );
  }

  #remember() {
    keep(REMEMBERED, { ...this.options, stamp: null });
    this.surface.redraw();
  }

  /** @param {{tool: Tool, hand: Hand, wished: number}} what */
  #lifted({ tool, hand, wished }) {
    this.playing.brushLifted();
    const change = hand.end();
    if (!change || !hand.layer) {
      this.easel.hearing?.gaveUp();
      return;
    }
    this.#after = { first: change.rect.x, last: change.rect.x + change.rect.w };
    this.easel.did(tool.did, change, hand.layer, wished);
  }

  /** Columns that are played when they can be heard. @type {{first: number, last: number} | null} */
  #after = null;

  /** @param {{first: number, last: number}} heard */
  #heard(heard) {
    const after = this.#after;
    if (!after || this.hidden || heard.last < after.first || heard.first > after.last) return;
    this.#after = null;
    this.playing.strokeHeard(after);
  }

  #nothing() {
    const { tool } = this.surface;
    const layer = this.easel.painting?.layer;
    if (layer && !(layer.visible && layer.opacity)) say("This layer cannot be seen: show it (its eye and its slider, on the right), or choose another.");
    else if (tool.id === "move") say("Choose something first, with Select (S) or Lasso (A); then drag it.");
    else if (tool.id === "stamp") say("Choose a picture first, on the right, or drop one here.");
  }

  #chosen() {
    const { selection, view } = this.easel;
    if (this.hidden) return;
    const chosen = view && selection?.rect;
    set("selection", chosen ? { first: sampleOf(view, chosen.x), last: sampleOf(view, chosen.x + chosen.w) } : null);
  }

  /** Silence what is chosen. */
  async #erase() {
    const { painting, selection } = this.easel;
    if (!painting?.layer || !selection) return;
    if (!painting.layer.visible || !painting.layer.opacity) return this.#nothing();
    await painting.need(selection.rect.x, selection.rect.w);
    const stroke = new EraserStroke(painting, selection, this.options.erases === "sound");
    stroke.all(selection.rect);
    this.easel.did("Erase what is chosen", stroke.end(), stroke.layer);
  }

  /** @param {"sound" | "picture"} result */
  async #render(result) {
    const { item, keeper } = this.easel;
    if (!item) return;
    if (!keeper) say("Nothing is painted yet.");
    else if (await startJob("render", [item.name], { result })) say(result === "sound" ? "It becomes a sound, on the shelf below." : "It becomes a picture, on the shelf below.");
  }

  /** A picture that is dropped here is a stamp. @param {DragEvent} event */
  async #dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (this.hidden || this.surface.tool.id !== "stamp" || !file?.type.startsWith("image/")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("e-drop")?.classList.remove("shown");
    if (await takeStamp(this.options, file, file.name)) this.#showOptions();
  }

  #keys() {
    const when = () => !this.hidden && !this.playing.keyboard.on;
    const always = () => !this.hidden;
    const group = "Painting";
    for (const tool of TOOLS) shortcut(tool.key, tool.title, () => this.#choose(tool.id), { group, when });
    shortcut("[", "Smaller brush", () => this.#size(1 / 1.25), { group, when });
    shortcut("]", "Larger brush", () => this.#size(1.25), { group, when });
    shortcut("{", "Quieter", () => this.#level(-3), { group, when });
    shortcut("}", "Louder", () => this.#level(3), { group, when });
    shortcut("x", "Snap to a partial", () => this.#set({ snap: !this.options.snap }), { group, when });
    shortcut("w", "Play round: the picture as an instrument", () => this.playing.toggle(), { group, when });
    shortcut("y", "Hear only what is chosen", () => this.playing.toggleSolo(), { group, when });
    shortcut("k", "Keys that transpose", () => this.playing.toggleKeys(), { group, when: always });
    shortcut(".", "Silence", () => this.playing.panic(), { group, when: always });
    shortcut(["Delete", "Backspace"], "Erase what is chosen", () => this.#erase(), { group, when: () => when() && !!this.easel.selection });
    shortcut("Escape", "Choose nothing, or give up a stroke", () => {
      if (this.surface.working) this.surface.cancel();
      else this.easel.selection = null;
    }, { group, when: always });
  }

  /** @param {number} factor */
  #size(factor) {
    this.#set({ size: Math.round(Math.min(160, Math.max(2, this.options.size * factor))) });
  }

  /** @param {number} db */
  #level(db) {
    this.#set({ level: Math.min(0, Math.max(-80, this.options.level + db)) });
  }

  /** @param {Partial<Options>} change */
  #set(change) {
    Object.assign(this.options, change);
    this.#remember();
    this.#showOptions();
  }
}

customElements.define("p-paint", PPaint);

