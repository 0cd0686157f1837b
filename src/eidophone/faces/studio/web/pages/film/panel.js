// @ts-check
/** Beside the film: what it shows, in which look and format, and the start. */

import { button, make } from "../../lib/dom.js";
import { keep, kept } from "../../lib/kept.js";
import { get, subscribe } from "../../lib/store.js";
import { Going } from "../../parts/going.js";
import { notesOf } from "../../parts/made.js";

/** Choices in the order in which they are wanted; the others are one click away. */
const FIRST = ["kind", "look", "size", "width", "format"];

/** A film is for looking, unless it is said to be otherwise. */
const USUAL = { kind: "instants", look: "aurora", size: 720, width: 1280 };

/** Where the browser keeps what was chosen last. */
const KEPT = "film";

export class FilmPanel {
  form = make("e-form", { first: FIRST.length });
  start = button("film", "Make the film", () => this.#start(), { kind: "primary" });
  going = new Going("Filming", () => (this.start.hidden = this.going.busy));
  notes = make("ul", { class: "notes" });
  element = make("aside", { "aria-label": "Film", tabindex: -1 },
    make("section", { "aria-label": "The film" }, make("h3", {}, "The film"), this.form),
    this.notes,
    make("section", { class: "start" }, this.start, this.going.element));
  /** @type {Item | null} */
  #sound = null;
  /** @type {string | null} */
  #shown = null;

  /**
   * @param {(name: string) => unknown} show  opens what was made
   * @param {() => unknown} changed
   */
  constructor(show, changed) {
    this.open = show;
    subscribe("forms", (forms) => {
      const form = (forms.film ?? []).map((one) => (one.name in USUAL ? { ...one, usual: "" } : one));
      const rest = form.filter(({ name }) => !FIRST.includes(name));
      this.form.options = [...FIRST.flatMap((name) => form.filter((one) => one.name === name)), ...rest];
      this.form.value = kept(KEPT) ?? USUAL;
      changed();
    });
    this.form.addEventListener("change", () => {
      keep(KEPT, this.form.value);
      changed();
    });
  }

  /** What the preview draws by. */
  get drawn() {
    const { kind = "scroll", look = "", size = 512, width = size, now_line = false } = /** @type {any} */ (this.form.value);
    return { kind, look, size: Number(size), width: Number(width), now_line };
  }

  /**
   * @param {Item | null} film  brings back how it was made
   * @param {Item | null} sound  of which films are made
   */
  show(film, sound) {
    this.#sound = sound;
    this.start.disabled = !sound || get("server")?.extras.film === false;
    const made = film?.made?.act === "film" ? film.made : null;
    if (made && this.#shown !== film?.name) this.form.value = made.settings;
    this.#shown = film?.name ?? null;
    this.notes.replaceChildren(...notesOf(made));
  }

  async #start() {
    const sound = this.#sound;
    if (!sound) return;
    const made = await this.going.make("film", sound.name, { ...get("drawing"), ...this.form.value });
    if (made) await this.open(made);
  }
}
