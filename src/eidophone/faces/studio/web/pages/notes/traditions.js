// @ts-check
/** Traditions: folders of tunes become something that composes more of them, and between them. */

import { Refused, get as ask, post } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { keep, kept } from "../../lib/kept.js";
import { say } from "../../lib/say.js";
import { ended, get, itemNamed, open, refreshItems, subscribe } from "../../lib/store.js";
import { sentence, timeLeft } from "../../lib/words.js";
import { foldersOf, mayTune } from "../../parts/folders.js";
import { Going } from "../../parts/going.js";
import { canGoOn } from "../../parts/job.js";
import { pageOf } from "../../parts/made.js";
import { Collections } from "../learn/collections.js";
import { Mix } from "../learn/mix.js";

/** Where what is chosen is remembered. */
const REMEMBERED = "traditions";

/** Fewer tunes than that are little to learn from. */
const FEW = 200;

/** @typedef {{name: string, tunes: number, voices: number}} Tradition */

/** The name of a file without its ending. @param {string} name */
const stemOf = (name) => name.replace(/\.\w+$/, "");

/** What is being learnt, or waits, or was interrupted. */
const learning = () => get("jobs").find(({ act, state }) => act === "tradition" && ["waiting", "running", "failed"].includes(state)) ?? null;

/** Event `composed`: its detail are the names of the new pieces. */
export class Traditions extends EventTarget {
  collections = new Collections("tunes");
  hint = make("p", { class: "help", "aria-live": "polite" });
  start = button("learn", "Learn these traditions", () => this.#start(), { kind: "primary" });
  report = button("check", "Measure their fundamentals", () => this.#measure());
  bar = make("progress", { max: 1, value: 0, "aria-label": "Learning traditions" });
  left = make("p", { class: "left", role: "status" });
  on = button("again", "Go on", () => this.#goOn(), { kind: "small" });
  growing = make("div", { class: "growing", hidden: true }, this.left, this.bar, this.on);
  model = make("select", { id: "notes-tradition", onchange: () => this.#look() });
  learnt = make("ul", { class: "learnt", "aria-label": "What it has learnt" });
  mix = new Mix();
  bars = number("Bars", 16, 1, 512);
  count = number("How many", 4, 1, 100);
  voices = number("Voices", 1, 1, 4);
  seed = number("Idea", 1, 1, 9999);
  scale = make("select", { id: "notes-scale" });
  after = make("select", { id: "notes-after" });
  going = new Going("Composing", () => this.#show());
  compose = button("notes", "Compose", () => this.#compose(), { kind: "primary" });
  made = make("div", { class: "row made", "aria-label": "Composed just now", role: "group" });
  work = make("section", { class: "composing", "aria-label": "Compose" },
    make("h3", {}, "Compose"),
    field("notes-tradition", "Learnt", this.model), this.learnt,
    this.mix.element,
    make("div", { class: "numbers" }, this.bars.field, this.voices.field, this.count.field, this.seed.field),
    field("notes-scale", "Scale", this.scale), field("notes-after", "Go on after", this.after),
    this.going.element, this.compose, this.made);
  element = make("div", { class: "traditions", hidden: true },
    make("section", { class: "first", "aria-label": "Traditions to learn" },
      make("p", { class: "lead" }, "Give it folders of tunes, one for each tradition: Irish reels, songs of the Han, chorales. It learns what makes each of them what it is, and composes new ones, of one, or between them."),
      make("p", { class: "help" }, "MIDI, ABC, MusicXML and kern are read; sounds are transcribed, which takes a while. A few hundred tunes of each are good."),
      this.collections.element,
      make("div", { class: "start" }, this.hint, make("div", { class: "row" }, this.start, this.report), this.growing)),
    this.work);
  /** What was looked into. */
  #seen = "";
  /** @type {Tradition[]} */
  #all = [];

  constructor() {
    super();
    this.collections.addEventListener("change", () => this.#show());
    for (const key of /** @type {const} */ (["items", "jobs"])) subscribe(key, () => this.#show());
    addEventListener("pagehide", () => keep(REMEMBERED, { model: this.model.value, ...this.settings }));
    this.mix.begin([]);
  }

  /** It is seen for the first time. */
  async begin() {
    await this.collections.begin();
    const before = kept(REMEMBERED) ?? {};
    this.#show();
    if (itemNamed(before.model ?? "")?.kind === "tradition") this.model.value = before.model;
    this.settings = before;
    await this.#look(before.mix ?? "");
  }

  /** Folders that were dropped. @param {FileSystemEntry[]} entries */
  take(entries) {
    return this.collections.take(foldersOf(entries, mayTune));
  }

  /** Compose with this from now on. @param {string} name @param {Record<string, any>} [settings] */
  async use(name, settings) {
    this.#show();
    this.model.value = name;
    if (settings) this.settings = settings;
    await this.#look(settings?.mix ?? "");
  }

  get settings() {
    return {
      mix: this.mix.text, bars: this.bars.value, count: this.count.value, voices: this.voices.value, seed: this.seed.value,
      ...(this.scale.value ? { scale: this.scale.value } : {}), ...(this.after.value ? { after: this.after.value } : {}),
    };
  }

  set settings(/** @type {Record<string, any>} */ { bars, count, voices, seed, scale, after }) {
    this.bars.value = bars ?? 16;
    this.count.value = count ?? 4;
    this.voices.value = voices ?? 1;
    this.seed.value = seed ?? 1;
    this.scale.value = scale ?? "";
    this.after.value = after ?? "";
  }

  #show() {
    const job = learning();
    const goesOn = job?.state === "running" || job?.state === "waiting";
    const { ready, busy } = this.collections;
    this.growing.hidden = !job;
    this.bar.hidden = !goesOn;
    this.on.hidden = !job || !canGoOn(job);
    this.left.className = job && !goesOn && !canGoOn(job) ? "left failed" : "left";
    this.bar.value = job?.done ?? 0;
    this.left.textContent = !job ? "" : canGoOn(job) ? "The studio was closed meanwhile: it can go on where it was." : goesOn ? timeLeft(job.seconds_left) || "It begins to learn…" : sentence(job.error ?? "It failed");
    this.start.hidden = goesOn;
    this.start.disabled = this.report.disabled = !ready.length || busy;
    this.hint.textContent = goesOn ? "" : busy ? "Reading the tunes…" : ready.length ? "" : "One folder is enough to begin; two can be mixed.";
    this.#fill();
    this.compose.disabled = this.going.busy || !this.#all.length;
  }

  #fill() {
    const models = get("items").filter(({ kind, problem }) => kind === "tradition" && !problem);
    this.work.hidden = !models.length;
    const before = this.model.value;
    this.model.replaceChildren(...models.map(({ name }) => make("option", { value: name }, stemOf(name))));
    if (models.some(({ name }) => name === before)) this.model.value = before;
    const pieces = get("items").filter(({ kind, problem }) => kind === "midi" && !problem);
    const after = this.after.value;
    this.after.replaceChildren(make("option", { value: "" }, "nothing"), ...pieces.map(({ name }) => make("option", { value: name }, name)));
    this.after.value = pieces.some(({ name }) => name === after) ? after : "";
    if (!this.element.hidden) this.#look();
  }

  /** Look into what is chosen, where it is another. @param {Event | string} [mix]  what the mix is to be */
  async #look(mix = "") {
    const item = itemNamed(this.model.value);
    const seen = item ? `${item.name} ${item.modified}` : "";
    if (typeof mix === "string" && mix && seen === this.#seen) this.mix.text = mix;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#all = [];
    if (!item) return;
    try {
      /** @type {{traditions: Tradition[], scales: string[]}} */
      const { traditions, scales } = await ask(`notes/traditions/${encodeURIComponent(item.name)}`);
      if (seen !== this.#seen) return;
      this.#all = traditions;
      this.learnt.replaceChildren(...traditions.map(({ name, tunes }) => make("li", {}, make("b", {}, name), make("span", {}, `${tunes} ${tunes === 1 ? "tune" : "tunes"}${tunes < FEW ? ": few" : ""}`))));
      this.mix.begin(traditions.map(({ name }) => name));
      if (typeof mix === "string" && mix) this.mix.text = mix;
      const most = Math.min(...traditions.map(({ voices }) => voices));
      this.voices.most = most;
      const before = this.scale.value;
      this.scale.replaceChildren(make("option", { value: "" }, "that of the traditions"), ...scales.map((name) => make("option", { value: name }, name.replaceAll("-", " "))));
      this.scale.value = scales.includes(before) ? before : "";
      this.#show();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
    }
  }

  #start() {
    this.start.disabled = true;
    return this.#ask("tradition", "");
  }

  /** A page of what their scales, rhythms and forms are, which is opened beside. */
  async #measure() {
    this.report.disabled = true;
    say("Their fundamentals are measured: the page comes to the shelf.");
    const { id } = await this.#ask("fundamentals", " fundamentals");
    const { state, items } = await ended(id);
    await refreshItems();
    this.#show();
    const page = itemNamed(items[0] ?? "");
    if (state === "done" && page) say(`${page.name} is made.`, { action: { label: "Open it beside", act: () => window.open(pageOf(page), "_blank", "noopener") } });
  }

  /** Have something made of the collections that are there. @param {string} act @param {string} called @returns {Promise<Job>} */
  #ask(act, called) {
    const { ready } = this.collections;
    const names = ready.map(({ name }) => name);
    return post("jobs", { act, name: `${names.join(" and ")}${called}`, settings: { names, collections: ready.map(({ id }) => id) } });
  }

  #goOn() {
    const job = learning();
    return job && post(`jobs/${job.id}/resume`);
  }

  async #compose() {
    const made = await this.going.all("compose", [this.model.value], this.settings);
    if (!made.length) return;
    this.seed.value = (this.seed.value % 9999) + 1; // the next ones are others
    this.made.replaceChildren(...made.map((name) => button("notes", name, () => open(name))));
    this.dispatchEvent(new CustomEvent("composed", { detail: made }));
  }
}

/**
 * @param {string} id
 * @param {string} words
 * @param {HTMLElement} control
 */
const field = (id, words, control) => make("div", { class: "field" }, make("label", { for: id }, words), control);

/**
 * @param {string} words
 * @param {number} usual
 * @param {number} min
 * @param {number} max
 */
function number(words, usual, min, max) {
  const id = `notes-${words.toLowerCase().replaceAll(" ", "-")}`;
  const input = make("input", { type: "number", id, min, max, step: 1, value: usual });
  return {
    field: field(id, words, input),
    get value() {
      return Math.min(Number(input.max), Math.max(min, Math.round(Number(input.value) || usual)));
    },
    set value(value) {
      input.value = String(value);
    },
    set most(/** @type {number} */ most) {
      input.max = String(Math.min(max, most));
    },
  };
}
