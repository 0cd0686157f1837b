// @ts-check
/** Beside the pictures: what a sound is styled by, what is taken back, and the start. */

import { button, make, one } from "../../lib/dom.js";
import { refreshItems, subscribe } from "../../lib/store.js";
import { segments } from "../../parts/controls.js";
import { takeOne } from "../../parts/drop.js";
import { Going } from "../../parts/going.js";
import { notesOf } from "../../parts/made.js";
import { ComfyWay } from "./comfyui.js";
import { NetworkWay } from "./network.js";
import { PictureWay } from "./picture.js";

/** Choices of what came back: these need no painting anew. */
const AFTERWARDS = ["keep", "strength", "quality", "gain", "as_drawn", "format"];
const BEFORE = ["size", "overlap", "recipe", "exposure"];

export class StylePanel {
  ways = [new PictureWay(), new NetworkWay(), new ComfyWay()];
  choice = segments("way", "In the style of", this.ways.map(({ id, title }) => [id, title]), (id) => this.#choose(id));
  back = make("e-form", { first: 2 });
  start = button("style", "Paint it", () => this.#start(), { kind: "primary" });
  hint = make("p", { class: "help", "aria-live": "polite" });
  going = new Going("Styling", () => this.#state());
  notes = make("ul", { class: "notes" });
  element = make("aside", { "aria-label": "Style", tabindex: -1 },
    this.choice.element,
    ...this.ways.map((way) => way.element),
    make("section", { "aria-label": "What is taken back" }, make("h3", {}, "What is taken back"), this.back),
    this.notes,
    make("section", { class: "start" }, this.hint, this.start, this.going.element));
  /** @type {Item | null} */
  #before = null;
  /** @type {Item | null} */
  #after = null;
  #way = "picture";

  /** @param {(name: string) => unknown} show  opens what was made */
  constructor(show) {
    this.open = show;
    this.#choose("picture");
    subscribe("forms", (forms) => {
      const form = forms.style ?? [];
      const named = (/** @type {string} */ name) => form.find((option) => option.name === name);
      this.back.options = [...AFTERWARDS, ...BEFORE].flatMap((name) => named(name) ?? []);
      for (const way of this.ways) way.describe(named);
    });
    this.element.addEventListener("change", () => this.#state());
    this.element.addEventListener("file", (event) => {
      const { file, way } = /** @type {CustomEvent} */ (event).detail;
      this.take(file, way);
    });
  }

  /**
   * Show what goes before and what became of it; a result brings back how it was made.
   *
   * @param {Item | null} before
   * @param {Item | null} after
   */
  show(before, after) {
    const changed = after?.name !== this.#after?.name;
    [this.#before, this.#after] = [before, after];
    const made = after?.made;
    if (changed && made) this.fill(made.settings);
    this.notes.replaceChildren(...notesOf(made));
    this.#state();
  }

  /**
   * Choose as these settings have it.
   *
   * @param {Record<string, unknown>} settings
   */
  fill(settings) {
    for (const way of this.ways) way.value = settings;
    this.back.value = settings;
    this.#choose(String(settings.way ?? "picture"));
  }

  /**
   * Take dropped files that a style can be made of; false if they are something else.
   *
   * @param {File[]} files
   */
  takes(files) {
    const way = this.ways.find((each) => files.every((file) => each.takes(file)));
    if (!way) return false;
    this.#choose(way.id);
    this.take(files[0], way.id);
    return true;
  }

  /**
   * Take a file in, for one of the ways.
   *
   * @param {File} file
   * @param {string} id
   */
  async take(file, id) {
    const item = await takeOne(file);
    if (!item) return;
    await refreshItems();
    this.ways.find((way) => way.id === id)?.choose(item.name);
    this.#state();
  }

  /** @param {string} id */
  #choose(id) {
    this.#way = id;
    this.choice.value = id;
    for (const way of this.ways) way.element.hidden = way.id !== id;
    this.#state();
  }

  get #chosen() {
    const way = this.ways.find((each) => each.id === this.#way) ?? this.ways[0];
    return { way, settings: { way: way.id, ...way.value, ...this.back.value } };
  }

  /** Whether only what is taken back differs from how it was made. */
  get #isQuick() {
    const made = this.#after?.made?.settings;
    if (!made) return false;
    const own = (/** @type {Record<string, unknown>} */ settings) =>
      JSON.stringify(Object.entries(settings).filter(([name]) => !AFTERWARDS.includes(name)).sort());
    return own(made) === own(this.#chosen.settings);
  }

  #state() {
    const { way } = this.#chosen;
    const lacks = way.lacks();
    const quick = this.#isQuick;
    this.start.disabled = !this.#before || !!lacks || this.going.busy;
    one(this.start, "span").textContent = quick ? "Hear it so" : way.verb;
    this.hint.textContent = lacks
      || (quick ? "The painted pictures are kept: this takes a moment." : "");
    this.start.hidden = this.going.busy;
  }

  async #start() {
    const before = this.#before;
    if (!before) return;
    const made = await this.going.make("style", before.name, this.#chosen.settings);
    if (made) await this.open(made);
  }
}
