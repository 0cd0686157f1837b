// @ts-check
/** Hearing a picture, a film or squares: what it leans on, what is kept, what was guessed. */

import { player } from "../../audio/player.js";
import { get as ask, itemPath } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { originalOf, otherSounds } from "../../lib/original.js";
import { wordsOf } from "../../parts/job.js";
import { notesOf } from "../../parts/made.js";
import { download } from "./saving.js";
import { ended, get, hearingOf, isDrawn, isHeard, itemNamed, open, startJob, subscribe } from "../../lib/store.js";

/** Choices that are always there; others come with what was guessed. */
const ALWAYS = ["keep", "strength"];

/** @type {Record<string, string>} */
const KEEP = {
  auto: "Finds out what was done to it, and keeps what belongs to the sound.",
  all: "Everything as it came back, colours and brightness too.",
  lightness: "How bright it is; left and right stay where they were.",
  tone: "Only the shapes: as loud as before, and silence stays silent.",
};

/** What an original does for a film. */
const LEANT = "What was not altered leans on it. What to keep, and a mix, can be chosen for pictures alone.";

/**
 * Which form a thing is heard by.
 *
 * @param {Item} item
 */
export function hearingForm(item) {
  const forms = get("forms");
  return (item.kind === "film" && forms.film_sound) || forms.sound || [];
}

export class Hearing {
  /** @type {HTMLSelectElement} */
  original = make("select", { id: "original", onchange: () => this.#lean() });
  form = make("e-form", { class: "brief", onchange: () => this.#explain() });
  words = make("p", { class: "help" });
  leaning = make("fieldset", { "aria-label": "How much of the original" }, this.form);
  hint = make("p", { class: "help" }, "");
  notes = make("ul", { class: "notes" });
  start = button("play", "Hear it", () => this.hear(), { kind: "primary" });
  save = button("download", "Save sound", () => download(get("sound")?.name ?? ""));
  element = make(
    "section",
    { class: "hearing", "aria-label": "Hear it" },
    make("h3", {}, "Hear it"),
    make("div", { class: "field" }, make("label", { for: "original" }, "Original sound"), this.original, this.hint),
    this.leaning,
    this.notes,
    this.start,
    this.save,
  );
  /** @type {string | null} the item that it shows */
  #shown = null;
  /** @type {string | null} the item and the sound of which the choices are */
  #chosen = null;
  /** @type {Promise<void>} until the likely originals are known */
  #looking = Promise.resolve();

  constructor() {
    subscribe("item", (item) => this.#show(item));
    subscribe("forms", () => this.#show(get("item"), true));
    subscribe("sound", () => {
      this.#choose();
      this.#said();
    });
    subscribe("jobs", () => this.#state());
    document.addEventListener("taken", async () => {
      const item = get("item");
      if (!isHeard(item) || get("sound")) return;
      await this.#looking;
      if (get("item")?.name === item?.name) this.hear(true);
    });
    document.addEventListener("hear", () => isHeard(get("item")) && this.hear());
  }

  /**
   * @param {Item | null} item
   * @param {boolean} [again]
   */
  #show(item, again = false) {
    if (!item || !isHeard(item) || (this.#shown === item.name && !again)) return;
    this.#shown = item.name;
    const options = hearingForm(item);
    const choices = options.filter(({ name }) => ALWAYS.includes(name));
    this.form.options = choices;
    this.leaning.hidden = !choices.length;
    this.#chosen = null;
    this.#choose();
    this.form.querySelector("fieldset")?.after(this.words);
    this.#said();
    this.#looking = this.#originals(item);
  }

  /** What is heard was made so; what was chosen since then stays. */
  #choose() {
    const item = get("item");
    const sound = isHeard(item) ? get("sound") : null;
    const name = `${item?.name}/${sound?.name}`;
    if (name === this.#chosen) return;
    this.#chosen = name;
    this.form.value = sound?.made?.settings ?? {};
    this.#explain();
  }

  /** @param {Item} item */
  async #originals(item) {
    const likely = await ask(itemPath(item.name, "originals")).catch(() => []);
    if (this.#shown !== item.name) return;
    const heard = get("sound")?.made; // which may still be that of another picture
    const made = heard?.of.includes(item.name) ? heard.settings.reference : null;
    const first = likely.map((/** @type {any} */ one) => one.name ?? one);
    const rest = otherSounds(item.name).map((one) => one.name).filter((name) => !first.includes(name) && originalOf(itemNamed(name))?.name !== item.name);
    this.original.replaceChildren(
      make("option", { value: "" }, "None"),
      ...first.map((/** @type {string} */ name) => make("option", { value: name }, `${name} (likely)`)),
      ...rest.map((name) => make("option", { value: name }, name)),
    );
    this.original.value = typeof made === "string" ? made : first[0] ?? "";
    this.#lean();
  }

  /** What the chosen way to keep means. */
  #explain() {
    this.words.textContent = KEEP[String(this.form.value.keep ?? "auto")] ?? "";
  }

  /** Only beside an original is there something to keep, or to mix with; not with films. */
  #lean() {
    this.leaning.disabled = !this.original.value;
    this.hint.textContent = this.original.value
      ? this.leaning.hidden ? LEANT : "What was not altered sounds exactly as in it."
      : "If it is on the shelf, choose it: then only what was altered changes.";
  }

  /** What was said when it was made, and the controls that settle it. */
  #said() {
    const item = get("item");
    const made = isHeard(item) ? get("sound")?.made : null;
    const shown = new Set(["reference", ...ALWAYS]);
    const rows = notesOf(made);
    rows.forEach((row, i) => {
      const names = (made?.settles[i] ?? []).filter((name) => !shown.has(name));
      names.forEach((name) => shown.add(name));
      if (names.length) row.append(this.#settling(names, made?.settings ?? {}));
    });
    this.notes.replaceChildren(...rows);
    this.#state();
  }

  /**
   * The controls that settle what was guessed.
   *
   * @param {string[]} names
   * @param {Record<string, unknown>} settings
   */
  #settling(names, settings) {
    const item = get("item");
    const form = make("e-form", { class: "brief" });
    form.options = (item ? hearingForm(item) : []).filter(({ name }) => names.includes(name));
    form.value = settings;
    return form;
  }

  /** What was chosen to settle what was guessed. */
  get #settled() {
    return Object.assign({}, ...[...this.notes.querySelectorAll("e-form")].map((form) => form.value));
  }

  #state() {
    const item = get("item");
    const job = hearingOf(item);
    const before = get("jobs").find(({ state }) => state === "running");
    this.start.disabled = !!job;
    this.save.hidden = !get("sound");
    let words = get("sound") ? "Hear it so" : "Hear it";
    if (job) words = job.state === "running" ? "Listening…" : before ? `Waits: ${wordsOf(before)}` : "Waits…";
    const label = this.start.querySelector("span");
    if (label) label.textContent = words;
  }

  /**
   * Make its sound, as is chosen, and play it.
   *
   * @param {boolean} [unasked]
   */
  async hear(unasked = false) {
    const item = get("item");
    if (!item) return;
    const original = this.original.value || null;
    const settings = { ...this.form.value, ...this.#settled, ...(original ? { reference: original } : {}) };
    const job = await startJob("sound", [item.name], settings, unasked);
    if (!job) return;
    const { state, items } = await ended(job.id);
    if (state !== "done" || !(await staysUntil(item, () => get("sound")?.name === items[0]))) return;
    if (!isDrawn(item)) await open(item.name);
    if (await staysUntil(item, () => player.item?.name === items[0] && player.count > 0)) await player.play();
  }
}

/**
 * Whether an item stays open until something is so.
 *
 * @param {Item} item
 * @param {() => boolean} isSo
 * @returns {Promise<boolean>}
 */
function staysUntil(item, isSo) {
  return new Promise((resolve) => {
    const look = () => {
      const stays = get("item")?.name === item.name;
      if (stays && !isSo()) return;
      queueMicrotask(() => stops.forEach((stop) => stop()));
      resolve(stays);
    };
    player.addEventListener("state", look);
    const stops = [
      subscribe("item", look), subscribe("sound", look), () => player.removeEventListener("state", look),
    ];
  });
}
