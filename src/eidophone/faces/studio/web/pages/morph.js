// @ts-check
/** Morph: two to four sounds at the corners of a pad, and what lies between them under the point. */

import { player } from "../audio/player.js";
import { button, make, one } from "../lib/dom.js";
import { keep, kept } from "../lib/kept.js";
import { shortcut } from "../lib/keys.js";
import { say } from "../lib/say.js";
import { get, itemNamed, open, refreshItems, subscribe } from "../lib/store.js";
import { takeOne } from "../parts/drop.js";
import { Pad } from "../parts/pad.js";
import { Previews, pictureOf, samplesOf } from "../parts/previews.js";
import { Voices } from "../parts/voices.js";
import { Corner } from "./morph/corners.js";
import { Gesture } from "./morph/gesture.js";
import { GRID, around, betweenOf, far, mixOf, read } from "./morph/mixes.js";
import { MorphPanel } from "./morph/panel.js";

/** What is made here. */
const ACTS = ["morph", "morphs", "tell"];

/** Sounds at most. */
const MOST = 4;

/** Milliseconds after which what was chosen is made: more may be chosen meanwhile. */
const REST_MS = 250;

/** What lies between longer sounds is only made of their beginnings, in seconds. */
const LONG = 20;

/** Where what is chosen is remembered. */
const REMEMBERED = "morph";

/** The name of a sound without its ending. @param {string} name */
const stemOf = (name) => name.replace(/\.\w+$/, "");

export class PMorph extends HTMLElement {
  title_ = make("h2", {}, "Morph");
  facts = make("p", { class: "facts", role: "status" }, "\u00a0");
  pad = new Pad();
  corners = Array.from({ length: MOST }, (_, i) => new Corner(i, (name) => this.#choose(i, name)));
  add = button("open", "Add a sound", () => this.#add());
  play = button("play", "Hear the point", () => this.#toggle(), { keys: "Space" });
  record = button("record", "Record a gesture", () => this.#record(), { keys: "G" });
  forget = button("close", "Forget the gesture", () => this.#forget(), { quiet: true });
  images = make("div", { class: "images" });
  alone = make("img", { alt: "", hidden: true });
  now = make("i", { class: "now" });
  strip = make("div", { class: "strip", role: "img", "aria-label": "Picture of what is at the point" }, this.images, this.alone, this.now);
  panel = new MorphPanel();
  /** @type {(string | null)[]} */
  #of = [null, null];
  #previews = new Previews("morph");
  #voices = new Voices();
  #gesture = new Gesture();
  /** The method that is heard alone. */
  #heard = "";
  /** The mix at which all methods were tried. */
  #tried = "";
  #timer = 0;
  #opened = "";

  connectedCallback() {
    if (this.childElementCount) return;
    const column = (/** @type {string} */ side) => make("div", { class: `corners ${side}` });
    this.pad.element.prepend(...this.corners.map(({ glow }) => glow), column("left"));
    this.pad.element.append(column("right"), ...this.corners.map(({ menu }) => menu));
    this.append(
      make("section", { class: "stage", "aria-label": "Between the sounds" },
        make("header", { class: "bar" },
          make("div", { class: "name" }, this.title_, this.facts),
          make("div", { class: "row" }, this.play, this.record, this.forget, this.add)),
        this.pad.element, this.strip),
      make("div", { class: "side" }, this.panel.element),
    );
    this.#listen();
    this.panel.methods.begin().then(() => this.#soon(0));
    this.#place();
  }

  #listen() {
    this.pad.addEventListener("point", () => this.#moved());
    this.pad.addEventListener("grab", () => this.#voices.play());
    this.pad.addEventListener("release", () => this.#gesture.recording && this.#record());
    this.panel.addEventListener("change", () => this.#soon());
    this.panel.addEventListener("render", () => this.#render());
    this.panel.addEventListener("tell", () => this.#tell());
    this.panel.methods.addEventListener("try", () => this.#try());
    this.panel.methods.addEventListener("keep", () => this.#keep());
    this.panel.methods.addEventListener("hear", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
    this.#previews.addEventListener("change", () => this.#ready());
    this.#voices.addEventListener("state", () => this.#state());
    this.addEventListener("shown", () => this.#shown());
    addEventListener("pagehide", () => this.#remember());
    subscribe("forms", (forms) => forms.morph && this.#recall());
    new MutationObserver(() => this.hidden && this.#voices.stop()).observe(this, { attributeFilter: ["hidden"] });
    subscribe("items", () => {
      this.#follow();
      this.#place();
    });
    subscribe("item", () => this.#shown());
    document.addEventListener("again", (event) => this.#again(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("offered", (event) => {
      if (this.hidden) return;
      event.preventDefault();
      this.#take(/** @type {CustomEvent} */ (event).detail);
    });
    shortcut("Space", "Hear what is at the point", () => this.#toggle(), { group: "Morph", when: () => !this.hidden });
    shortcut("g", "Record a gesture", () => this.#record(), { group: "Morph", when: () => !this.hidden });
    const frame = () => {
      requestAnimationFrame(frame);
      if (this.#voices.playing) this.now.style.left = `${100 * this.#voices.place}%`;
    };
    frame();
  }

  /** The sounds, if all are chosen and there. */
  get #items() {
    const items = this.#of.map((name) => (name ? itemNamed(name) : null));
    return items.every((item) => item?.kind === "sound") ? /** @type {Item[]} */ (items) : null;
  }

  /** Sounds may have other names now. */
  #follow() {
    for (const [i, { item }] of this.corners.entries()) {
      if (!item || i >= this.#of.length || itemNamed(item.name)) continue;
      const now = get("items").find(({ modified, bytes, kind }) => kind === "sound" && modified === item.modified && bytes === item.bytes);
      if (now && !this.#of.includes(now.name)) this.#of[i] = now.name;
    }
  }

  #remember() {
    const what = { opened: this.#opened, of: this.#of, settings: this.#chosen };
    if (this.#of.some(Boolean)) keep(REMEMBERED, what);
  }

  /** Choose as it was before the page was loaded anew, of what is still there. */
  #recall() {
    /** @type {{opened: string, of: (string | null)[], settings: Record<string, unknown>} | null} */
    const before = kept(REMEMBERED);
    const of = before?.of.map((name) => (name && itemNamed(name) ? name : null));
    if (!before || !of?.some(Boolean)) return;
    this.#opened = before.opened;
    this.#fill({ of, settings: before.settings });
  }

  /** Show what is open, if it was made here; else begin with it. */
  #shown() {
    if (this.hidden || !this.isConnected) return;
    const item = get("item");
    if (!item || item.name === this.#opened) return;
    this.#opened = item.name;
    const made = item.made && ACTS.includes(item.made.act) ? item.made : null;
    this.panel.tell(made);
    if (made) this.#fill(made);
    else if (item.kind === "sound" && this.#of.includes(null) && !this.#of.includes(item.name)) this.#offer(item.name);
  }

  /** A sound for the first corner that is empty; beside the very first, another one of the shelf. @param {string} name */
  #offer(name) {
    const fresh = !this.#of.some(Boolean);
    this.#of[this.#of.indexOf(null)] = name;
    const other = fresh && get("items").find((item) => item.kind === "sound" && item.name !== name && !item.problem && !ACTS.includes(item.made?.act ?? ""));
    if (other) this.#of[1] = other.name;
    this.#place();
  }

  /**
   * @param {number} index
   * @param {string | null} name
   */
  #choose(index, name) {
    this.panel.tell(null); // these were of others
    if (name === null) this.#of.splice(index, 1);
    else this.#of[index] = name;
    this.#place();
  }

  #add() {
    this.#of.push(null);
    this.#place();
    this.corners[this.#of.length - 1].card.click();
  }

  /** Take dropped files in: into empty corners first, then into new ones. @param {File[]} files */
  async #take(files) {
    this.panel.tell(null);
    for (const file of files) {
      const item = await takeOne(file);
      if (!item) continue;
      await refreshItems();
      if (item.kind !== "sound") continue;
      const empty = this.#of.indexOf(null);
      if (empty >= 0) this.#of[empty] = item.name;
      else if (this.#of.length < MOST) this.#of.push(item.name);
      else this.#of[MOST - 1] = item.name;
    }
    this.#place();
  }

  /** Put the sounds into their corners. */
  #place() {
    const count = this.#of.length;
    const sides = [...this.pad.element.querySelectorAll(".corners")];
    const right = count === 4 ? [1, 3] : [1];
    const mine = this.corners.slice(0, count);
    sides[0]?.replaceChildren(...mine.filter((_, i) => !right.includes(i)).map(({ card }) => card));
    sides[1]?.replaceChildren(...mine.filter((_, i) => right.includes(i)).map(({ card }) => card));
    this.corners.forEach((corner, i) => {
      corner.glow.hidden = i >= count;
      if (i < count) corner.show(this.#of[i] ? itemNamed(this.#of[i]) : null);
    });
    if (this.pad.weights.length !== count || !this.pad.element.dataset.count) {
      this.#forget();
      this.pad.begin(Array(count).fill(1 / count), GRID[count]);
      this.images.replaceChildren(...GRID[count].map(() => make("img", { alt: "", hidden: true })));
    }
    this.#soon(0);
  }

  /** Settings of the in-between with these weights. @param {number[]} weights @param {string} [method] */
  #way(weights, method = this.panel.settings.method) {
    const { gain, as_drawn, format, curve, ...settings } = /** @type {Record<string, unknown>} */ (this.panel.settings);
    const seconds = this.#isLong ? { seconds: LONG } : {};
    return { ...settings, ...seconds, method, mix: betweenOf(weights, this.#apart, this.panel.methods.tells(method)), quality: "preview", format: "wav" };
  }

  /** Whether not all is heard between. */
  get #isLong() {
    const { seconds } = /** @type {Record<string, unknown>} */ (this.panel.settings);
    return Math.max(Number(seconds ?? 0), ...(this.#items ?? []).map((item) => item.seconds ?? 0)) > LONG;
  }

  get #apart() {
    return this.#of.length === 2 ? this.panel.apart : {};
  }

  /** Something was chosen: have what lies between made, once no more is. */
  #soon(wait = REST_MS) {
    this.#state();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#want(), wait);
  }

  #want() {
    const items = this.#items;
    if (!items || !this.panel.methods.all.length || this.hidden) return;
    const { weights } = this.pad;
    const grid = GRID[items.length].toSorted((a, b) => far(a, weights) - far(b, weights)).map((each) => this.#way(each));
    this.#previews.want(items, [...this.#tries.values(), ...grid]);
  }

  /** Of each method that was tried, its settings. */
  get #tries() {
    /** @type {Map<string, Record<string, unknown>>} */
    const tries = new Map();
    if (!this.panel.methods.tried || !this.#tried) return tries;
    const weights = JSON.parse(this.#tried);
    if (weights.length !== this.#of.length) return tries;
    for (const { name } of this.panel.methods.for(weights.length)) tries.set(name, this.#way(weights, name));
    return tries;
  }

  /** What is ready is shown, and can be heard. */
  async #ready() {
    const grid = this.#grid;
    this.pad.ready((index) => grid[index]?.state === "ready");
    const images = /** @type {HTMLImageElement[]} */ ([...this.images.children]);
    const previews = [...grid, ...[...this.#tries.values()].map((way) => this.#previews.of(way))];
    this.#voices.keep(previews.map((preview) => preview?.id ?? ""));
    this.#voices.together = this.#of.length;
    grid.forEach((preview, i) => {
      const src = preview?.state === "ready" ? pictureOf(preview.id) : "";
      if (images[i]?.dataset.src === src) return;
      images[i].dataset.src = src;
      images[i].hidden = !src;
      if (src) images[i].src = src;
    });
    this.#mix();
    for (const preview of previews) {
      if (preview?.state !== "ready" || this.#voices.has(preview.id) || this.#fetching.has(preview.id)) continue;
      this.#fetching.add(preview.id);
      samplesOf(preview.id)
        .then(({ rate, data }) => this.#voices.add(preview.id, rate, data))
        .then(() => this.#mix())
        .finally(() => this.#fetching.delete(preview.id));
    }
  }

  /** @type {Set<string>} */
  #fetching = new Set();

  /** The in-betweens as they are now. */
  get #grid() {
    return GRID[this.#of.length].map((weights) => this.#previews.of(this.#way(weights)));
  }

  #moved() {
    this.#heard = "";
    if (this.#gesture.armed || this.#gesture.recording) {
      this.#gesture.move(this.pad.weights);
      this.pad.draw(this.#gesture.path);
    }
    this.#mix();
  }

  /** Hear and see what is at the point, of what is ready. */
  #mix() {
    const { weights } = this.pad;
    const grid = this.#grid;
    const isReady = (/** @type {number} */ index) => grid[index]?.state === "ready";
    let near = around(weights).filter(({ index }) => isReady(index));
    if (!near.length) {
      const all = GRID[weights.length];
      const [nearest] = [...grid.keys()].filter(isReady).sort((a, b) => far(all[a], weights) - far(all[b], weights));
      near = nearest === undefined ? [] : [{ index: nearest, share: 1 }];
    }
    const all = near.reduce((sum, { share }) => sum + share, 0);
    /** @type {Map<string, number>} */
    const shares = new Map();
    for (const { index, share } of near) {
      const id = grid[index]?.id ?? "";
      shares.set(id, (shares.get(id) ?? 0) + share);
    }
    const tried = this.#tries.get(this.#heard);
    const preview = tried && this.#previews.of(tried);
    const alone = preview?.state === "ready" ? preview : null;
    this.#voices.shares = alone ? new Map([[alone.id, 1]]) : shares;
    this.alone.hidden = !alone;
    if (alone) this.alone.src = pictureOf(alone.id);
    [...this.images.children].forEach((image, i) => {
      const share = near.find(({ index }) => index === i)?.share ?? 0;
      /** @type {HTMLElement} */ (image).style.opacity = String(all ? share / all : 0);
    });
    this.#state();
  }

  #state() {
    const { weights } = this.pad;
    const { playing } = this.#voices;
    const items = this.#items;
    this.corners.forEach((corner, i) => corner.weigh(weights[i] ?? 0));
    const names = this.#of.map((name) => name ?? "…");
    this.title_.textContent = names.map(stemOf).join(" and ");
    this.pad.handle.setAttribute("aria-valuetext", names.map((name, i) => `${Math.round(100 * weights[i])} % ${name}`).join(", "));
    const grid = items ? this.#grid : [];
    const ready = grid.filter((preview) => preview?.state === "ready").length;
    const failed = grid.find((preview) => preview?.state === "failed");
    const problem = this.#previews.error || failed?.error;
    const cold = !ready && grid.some((preview) => preview?.cold);
    this.facts.textContent = !items ? "Choose a sound for each corner, or drop some here."
      : problem || (cold ? "Getting ready: the first time, this takes up to a minute" : ready < grid.length ? `${ready} of ${grid.length} in-betweens are ready`
        : `Drag the point, and listen${this.#isLong ? ` to the first ${LONG} seconds` : ""}.`);
    this.facts.classList.toggle("busy", !!items && !problem && ready < grid.length);
    if (this.play.dataset.playing !== String(playing)) {
      this.play.dataset.playing = String(playing);
      this.play.querySelector("e-icon")?.setAttribute("name", playing ? "pause" : "play");
      one(this.play, "span").textContent = playing ? "Stop listening" : "Hear the point";
    }
    this.play.disabled = !ready;
    this.now.hidden = !playing;
    const { armed, recording, seconds, path } = this.#gesture;
    one(this.record, "span").textContent = recording || armed ? "Stop recording" : "Record a gesture";
    this.record.classList.toggle("armed", armed || recording);
    this.record.disabled = !ready;
    this.forget.hidden = !seconds;
    this.add.hidden = this.#of.length >= MOST || seconds > 0; // a gesture is between these
    const lacks = items ? (armed && !recording ? "Now drag the point." : "") : "Choose a sound for each corner first.";
    this.panel.hint.textContent = lacks || (this.#isLong ? `The whole is rendered, not only the first ${LONG} seconds.` : "");
    this.panel.show(names.map(stemOf), !!lacks, path.length > 1 && seconds ? `Render the gesture, ${seconds.toFixed(1)} s` : "Render");
    this.panel.methods.show((name) => {
      const way = this.#tries.get(name);
      return way ? this.#previews.of(way) : null;
    }, playing ? this.#heard : "");
    this.panel.methods.elsewhere = this.#tried !== JSON.stringify(weights);
  }

  #toggle() {
    if (this.#voices.playing) this.#voices.stop();
    else this.#voices.play();
  }

  /** Begin to record how the point is moved; or end that. */
  #record() {
    if (this.#gesture.recording) this.#gesture.end();
    else if (this.#gesture.armed) this.#gesture.forget();
    else this.#gesture.arm();
    this.pad.draw(this.#gesture.path);
    this.#state();
  }

  #forget() {
    this.#gesture.forget();
    this.pad.draw([]);
    this.#state();
  }

  #try() {
    this.#tried = JSON.stringify(this.pad.weights);
    this.#want();
  }

  /** Hear one method alone, where it is; or no more. @param {string} method */
  async #hear(method) {
    const off = this.#voices.playing && this.#heard === method;
    this.#heard = off ? "" : method;
    this.#mix();
    if (off) this.#voices.stop();
    else await this.#voices.play();
  }

  async #render() {
    const items = this.#items;
    if (!items) return;
    await this.#make("morph", items, this.#chosen);
  }

  /** All that is chosen, as settings of the act. */
  get #chosen() {
    const { seconds, path } = this.#gesture;
    const gesture = path.length > 1 && seconds > 0;
    const mix = mixOf(gesture ? path : [this.pad.weights], this.#apart);
    return { ...this.panel.settings, mix, ...(gesture ? { seconds: Math.round(seconds * 100) / 100 } : {}) };
  }

  /** Let all others tell the first. */
  async #tell() {
    const { articulation, gain, as_drawn, format } = /** @type {Record<string, unknown>} */ (this.panel.settings);
    if (this.#items) await this.#make("tell", this.#items, { articulation, gain, as_drawn, format });
  }

  /**
   * @param {string} act
   * @param {Item[]} of
   * @param {Record<string, unknown>} settings
   */
  async #make(act, of, settings) {
    const made = await this.panel.going.make(act, of.map(({ name }) => name), settings);
    if (!made) return;
    this.#voices.stop();
    this.#opened = made; // all is chosen as it was made
    await open(made);
    this.panel.tell(itemNamed(made)?.made);
    await player.play();
  }

  /** Have all methods made, in full quality, with a sheet of their pictures. */
  async #keep() {
    const items = this.#items;
    if (!items) return;
    const { method, format, ...settings } = /** @type {Record<string, unknown>} */ (this.panel.settings);
    const weights = this.#tried ? JSON.parse(this.#tried) : this.pad.weights;
    const mix = mixOf([weights.length === items.length ? weights : this.pad.weights], this.#apart);
    const made = await this.panel.going.make("morphs", items.map(({ name }) => name), { ...settings, mix });
    if (made) say("All of them are on the shelf, and a sheet of their pictures.");
  }

  /** Choose as something was made. @param {{of: (string | null)[], settings: Record<string, unknown>}} made */
  #fill(made) {
    const count = Math.min(MOST, Math.max(2, made.of.length));
    this.#of = Array.from({ length: count }, (_, i) => made.of[i] ?? null);
    const found = read(String(made.settings.mix ?? "0.5"), count);
    const { seconds, ...settings } = made.settings;
    this.#place();
    this.#gesture.again(found?.path ?? [], Number(seconds ?? 0));
    this.panel.fill(this.#gesture.seconds ? settings : made.settings, found?.apart ?? {}); // those of the gesture
    this.pad.draw(this.#gesture.path);
    if (found) this.pad.move(found.weights);
    this.#mix();
  }

  /** @param {{name: string, made: Made | null}} what */
  async #again({ name, made }) {
    if (!made || !ACTS.includes(made.act)) return;
    document.dispatchEvent(new CustomEvent("go", { detail: "morph" }));
    this.#opened = name;
    this.#fill(made);
  }
}

customElements.define("p-morph", PMorph);
