// @ts-check
/** Learn: folders of sounds become a model; it translates any sound into their manner, and makes new ones. */

import { player } from "../audio/player.js";
import { planar } from "../audio/chunks.js";
import { Refused, bytes, get as ask, post } from "../lib/api.js";
import { button, make, one } from "../lib/dom.js";
import { keep, kept } from "../lib/kept.js";
import { shortcut } from "../lib/keys.js";
import { say } from "../lib/say.js";
import { get, itemNamed, open, refreshItems, subscribe } from "../lib/store.js";
import { time } from "../lib/words.js";
import { segments } from "../parts/controls.js";
import { folderOf, foldersOf } from "../parts/folders.js";
import { notesOf } from "../parts/made.js";
import { Previews, pictureOf, samplesOf } from "../parts/previews.js";
import { Voices } from "../parts/voices.js";
import { Beside } from "./learn/beside.js";
import { Collections } from "./learn/collections.js";
import { Growing, goesOn, learningOf } from "./learn/growing.js";
import { Generating, Translating } from "./learn/making.js";
import { Mix } from "./learn/mix.js";
import { Sliders } from "./learn/sliders.js";

/** Milliseconds after which what was chosen is made: more may be chosen meanwhile. */
const REST_MS = 300;

/** Seconds that are heard at once. */
const FIRST = 6;

/** Where what is chosen is remembered. */
const REMEMBERED = "learn";

/** The name of a file without its ending. @param {string} name */
const stemOf = (name) => name.replace(/\.\w+$/, "");

/** What may be translated, before anything was chosen: the newest sound that is no work of a model. */
const firstSound = () => get("items").find(({ kind, problem, made }) => kind === "sound" && !problem && !["translate", "generate"].includes(made?.act ?? ""))?.name ?? null;

/** @typedef {"translate" | "generate"} Act */

export class PLearn extends HTMLElement {
  title_ = make("h2", {}, "Learn");
  facts = make("p", { class: "facts", role: "status" }, "\u00a0");
  play = button("play", "Hear the translation", () => this.#toggle("translate"), { keys: "Space" });
  record = button("record", "Record", () => this.#record());
  other = button("learn", "Learn something else", () => this.#use(null));
  collections = new Collections();
  minutes = segments("minutes", "How long it may learn", [["0", "A minute"], ["15", "15 minutes"], ["60", "An hour"]], () => undefined);
  content = segments("learnt-content", "What the sounds are", [["auto", "By ear"], ["music", "Music"], ["speech", "Speech"]], () => undefined);
  torch = make("p", { class: "help", hidden: true }, "It learns within a minute, and works. To let it get better for longer, install PyTorch: pip install 'eidophone[learn]'");
  hint = make("p", { class: "help", "aria-live": "polite" });
  start = button("learn", "Learn", () => this.#start(), { kind: "primary" });
  growings = [new Growing(), new Growing()];
  models = make("div", { class: "models" });
  first = make("section", { class: "first", "aria-label": "What to learn from" },
    make("p", { class: "lead" }, "Give it two folders of sounds: two musicians, two voices, rain and birds. It learns what makes each of them what it is. Then it tells any sound in their manner, and makes new sounds between them."),
    this.collections.element,
    make("div", { class: "start" }, this.content.element, this.minutes.element, this.torch, this.hint, this.start, this.growings[0].element),
    this.models);
  source = make("p", { class: "source" });
  mix = new Mix();
  image = make("img", { alt: "", hidden: true });
  now = make("i", { class: "now" });
  strip = make("div", { class: "strip", role: "img", "aria-label": "Picture of what is heard" }, this.image, this.now);
  work = make("section", { class: "work", "aria-label": "Between what was learnt" }, this.source, this.mix.element, this.strip);
  learnt = make("ul", { class: "learnt", "aria-label": "What it has learnt" });
  beside = new Beside();
  sliders = new Sliders();
  translating = new Translating();
  generating = new Generating();
  notes = make("ul", { class: "notes" });
  side = make("div", { class: "side" }, make("aside", { "aria-label": "Learn", tabindex: -1 },
    make("section", { "aria-label": "What was learnt" }, this.learnt, this.growings[1].element, this.beside.element),
    this.translating.element, this.generating.element, this.sliders.element, this.notes));
  stage = make("div", { class: "stage" },
    make("header", { class: "bar" }, make("div", { class: "name" }, this.title_, this.facts),
      make("div", { class: "row" }, this.play, this.record, this.other)),
    this.first, this.work);
  /** The name of the model that is used. @type {string | null} */
  #model = null;
  /** As it was when it was looked into. */
  #seen = "";
  /** The sound that is translated. @type {string | null} */
  #source = null;
  /** @type {Record<Act, Previews>} */
  #previews = { translate: new Previews("translate"), generate: new Previews("generate") };
  #voices = new Voices();
  /** @type {Act} what is heard */
  #act = "translate";
  #wished = false;
  /** The preview, or place of samples, that is heard. */
  #heard = "";
  #timer = 0;
  /** What was asked to be learnt from here: it is opened when it is ready. */
  #job = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.minutes.value = "15";
    this.content.value = "auto";
    this.append(this.stage, this.side);
    this.#listen();
    this.collections.begin();
    this.#show();
  }

  #listen() {
    this.collections.addEventListener("change", () => this.#show());
    this.mix.addEventListener("change", () => this.#soon());
    this.translating.addEventListener("change", () => this.#soon("translate"));
    this.generating.addEventListener("change", () => this.#act === "generate" && this.#soon());
    this.translating.addEventListener("make", () => this.#make("translate"));
    this.generating.addEventListener("make", () => this.#make("generate"));
    this.sliders.addEventListener("change", () => this.#soon());
    this.sliders.own.addEventListener("made", (event) => this.#use(/** @type {CustomEvent} */ (event).detail, this.mix.text));
    this.generating.addEventListener("hear", () => this.#toggle("generate"));
    for (const growing of this.growings) growing.addEventListener("hear", (event) => this.#hearNow(/** @type {CustomEvent} */ (event).detail));
    for (const previews of Object.values(this.#previews)) previews.addEventListener("change", () => this.#ready());
    this.#voices.addEventListener("state", () => this.#state());
    this.#voices.together = 1;
    this.addEventListener("shown", () => (this.#opened(), this.#soon()));
    addEventListener("pagehide", () => this.#remember());
    new MutationObserver(() => this.hidden && this.#voices.stop()).observe(this, { attributeFilter: ["hidden"] });
    for (const key of /** @type {const} */ (["items", "jobs", "server"])) subscribe(key, () => this.#show());
    subscribe("forms", (forms) => forms.learn && this.#recall()); // all else is known by then
    subscribe("item", () => this.#opened());
    document.addEventListener("again", (event) => this.#again(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("offered", (event) => {
      const { detail: files } = /** @type {CustomEvent} */ (event);
      if (this.hidden || this.#model || files.length < 2) return;
      event.preventDefault();
      this.collections.take([folderOf("sounds", files)]);
    });
    shortcut("Space", "Hear the translation", () => this.#toggle("translate"), { group: "Learn", when: () => !this.hidden && !!this.#model && !this.querySelector(".recording") });
    const frame = () => {
      requestAnimationFrame(frame);
      if (this.#voices.playing) this.now.style.left = `${100 * this.#voices.place}%`;
    };
    frame();
  }

  #remember() {
    keep(REMEMBERED, { model: this.#model, source: this.#source, mix: this.mix.text, translate: this.translating.settings, generate: this.generating.settings, sliders: this.sliders.settings });
  }

  /** Choose as it was before the page was loaded anew, of what is still there. */
  #recall() {
    const before = kept(REMEMBERED);
    if (!before) return;
    if (itemNamed(before.source ?? "")) this.#source = before.source;
    this.translating.settings = before.translate ?? {};
    this.generating.settings = before.generate ?? {};
    this.sliders.settings = before.sliders ?? {};
    if (itemNamed(before.model ?? "")?.kind === "model") this.#use(before.model, before.mix);
  }

  /** A sound that is open is what is translated; one that was made here shows how. */
  #opened() {
    const item = get("item");
    if (this.hidden || !this.isConnected || !item) return;
    if (item.kind === "model") return void this.#use(item.name);
    const made = item.made;
    this.notes.replaceChildren(...notesOf(made && ["translate", "generate"].includes(made.act) ? made : null));
    if (item.kind !== "sound" || made?.act === "generate" || item.name === this.#source) return;
    const before = made?.act === "translate" ? made.of[0] : item.name;
    if (before === this.#source || !itemNamed(before)) return;
    this.#source = before;
    this.#show();
    this.#soon("translate");
  }

  /**
   * Use a model from now on, or begin anew.
   *
   * @param {string | null} name
   * @param {string} [mix]
   */
  async #use(name, mix = "") {
    this.#mixed = mix;
    if (name === this.#model && name) {
      if (mix) this.mix.text = mix;
      return this.#look();
    }
    this.#voices.stop();
    this.#model = name;
    this.#seen = this.#heard = "";
    this.image.hidden = true; // it was of another
    this.mix.begin([]);
    this.#show();
    return undefined;
  }

  /** What the mix is to be, once the model was looked into. */
  #mixed = "";

  /** Look into the model, where it is another, or a better one. */
  async #look() {
    const item = this.#model ? itemNamed(this.#model) : null;
    if (!item || this.#seen === `${item.name} ${item.modified}`) return;
    this.#seen = `${item.name} ${item.modified}`;
    try {
      /** @type {{collections: {name: string, sounds: number, seconds: number}[], sliders: string[]}} */
      const { collections, sliders } = await ask(`learn/models/${encodeURIComponent(item.name)}`);
      this.learnt.replaceChildren(...collections.map(({ name, sounds, seconds }) => make("li", {}, make("b", {}, name), make("span", {}, `${sounds} ${sounds === 1 ? "sound" : "sounds"}, ${time(seconds)} min`))));
      this.sliders.ownNames = sliders;
      const names = collections.map(({ name }) => name);
      if (names.join("/") !== this.mix.names.join("/")) this.mix.begin(names);
      if (this.#mixed) this.mix.text = this.#mixed;
      this.#mixed = "";
      this.#state();
      this.#soon();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
      this.#use(null);
    }
  }

  /** Show what there is to be done. */
  #show() {
    if (this.#model && !itemNamed(this.#model)) this.#follow();
    const [begun, mine] = [learningOf(null), this.#model ? learningOf(this.#model) : null];
    const asked = get("jobs").find(({ id }) => id === this.#job);
    if (asked?.items.length && itemNamed(asked.items[0])) {
      this.#job = "";
      this.#use(asked.items[0]);
      return;
    }
    const using = !!this.#model;
    this.classList.toggle("using", using);
    this.first.hidden = using;
    this.work.hidden = this.side.hidden = this.play.hidden = this.record.hidden = this.other.hidden = !using;
    this.growings[0].show(using ? null : begun);
    this.growings[1].show(mine);
    this.beside.show(this.#model ? itemNamed(this.#model) : null);
    this.sliders.own.model = this.#model;
    if (goesOn(begun) && begun && !this.#job) this.#job = begun.id; // asked for before a reload
    const { ready, busy } = this.collections;
    const torch = get("server")?.extras.torch ?? true;
    this.torch.hidden = torch;
    this.minutes.element.hidden = !torch;
    this.start.hidden = goesOn(begun);
    this.start.disabled = ready.length < 2 || busy;
    this.hint.textContent = this.start.hidden ? "" : busy ? "Reading the sounds…" : ready.length < 2 ? `${ready.length ? "One more folder" : "Two folders"} of sounds, and it can begin.` : "";
    this.#showModels();
    if (using) this.#look();
    if (using && !itemNamed(this.#source ?? "")) this.#source = firstSound();
    this.#state();
  }

  /** The model may have another name now. */
  #follow() {
    const was = this.#seen.slice((this.#model ?? "").length + 1);
    const now = get("items").find(({ kind, modified }) => kind === "model" && String(modified) === was);
    this.#model = now?.name ?? null;
    if (now) this.#seen = `${now.name} ${was}`;
  }

  #showModels() {
    const all = get("items").filter(({ kind, problem }) => kind === "model" && !problem);
    const names = all.map(({ name }) => name).join("/");
    if (this.models.dataset.names === names) return;
    this.models.dataset.names = names;
    this.models.replaceChildren(...(all.length ? [make("h3", {}, "Learnt before"), make("div", { class: "row" }, ...all.map(({ name }) => button("learn", stemOf(name), () => this.#use(name))))] : []));
  }

  async #start() {
    const { ready } = this.collections;
    const names = ready.map(({ name }) => name);
    const minutes = (get("server")?.extras.torch ?? true) ? Number(this.minutes.value) : 0;
    this.start.disabled = true;
    const job = await post("jobs", { act: "learn", name: names.join(" and "), settings: { names, collections: ready.map(({ id }) => id), content: this.content.value, minutes } });
    this.#job = job.id;
    this.growings[0].element.scrollIntoView({ block: "nearest" });
  }

  /** Settings of what is heard, or made. @param {Act} act @param {boolean} all  not only its beginning */
  #way(act, all) {
    const { text } = this.mix;
    const quick = all ? {} : { quality: "preview", format: "wav", seconds: FIRST };
    if (act === "translate") return { to: text, ...this.translating.settings, ...this.sliders.settings, ...quick };
    return { mix: text, ...this.generating.settings, ...this.sliders.settings, ...quick, ...(all ? {} : { count: 1 }) };
  }

  /** The items of which it is made, if all are there. @param {Act} act */
  #of(act) {
    const model = this.#model ? itemNamed(this.#model) : null;
    const source = this.#source ? itemNamed(this.#source) : null;
    if (!model || !this.mix.names.length || (act === "translate" && !source)) return null;
    return act === "translate" && source ? [source, model] : [model];
  }

  /** Something was chosen: have it made, once no more is. @param {number | Act} [what] */
  #soon(what = REST_MS) {
    if (typeof what === "string") this.#act = what;
    this.#state();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#want(), typeof what === "number" ? what : REST_MS);
  }

  #want() {
    const of = this.#of(this.#act);
    if (of && !this.hidden) this.#previews[this.#act].want(of, [this.#way(this.#act, false)]);
  }

  get #preview() {
    return this.#previews[this.#act].of(this.#way(this.#act, false));
  }

  /** What is ready is seen, and can be heard. */
  async #ready() {
    const preview = this.#preview;
    this.#state();
    if (preview?.state !== "ready" || this.#heard === preview.id) return;
    this.#heard = preview.id;
    this.image.src = pictureOf(preview.id);
    this.image.hidden = false;
    await this.#voice(preview.id, samplesOf(preview.id));
  }

  /**
   * Let this be what is heard, from its samples on.
   *
   * @param {string} id
   * @param {Promise<{rate: number, data: Float32Array[]}>} samples
   */
  async #voice(id, samples) {
    const { rate, data } = await samples;
    if (this.#heard !== id) return;
    if (!this.#voices.has(id)) this.#voices.add(id, rate, data);
    this.#voices.shares = new Map([[id, 1]]);
    this.#voices.keep([id]);
    if (this.#wished) await this.#voices.play();
    this.#wished = false;
    this.#state();
  }

  /** Hear a sample of the training. @param {string} place */
  async #hearNow(place) {
    this.#heard = place;
    this.#wished = true;
    this.image.hidden = true;
    await this.#voice(`${place} ${Date.now()}`, Promise.resolve({ rate: 0, data: [] }).then(async () => {
      const { buffer, headers } = await bytes(place);
      this.#heard = `${place} ${Date.now()}`;
      return { rate: Number(headers.get("X-Rate")), data: planar(buffer, headers).data };
    }));
  }

  /** Hear it, or no more. @param {Act} act */
  #toggle(act) {
    if (this.#voices.playing && this.#act === act) {
      this.#wished = false;
      return this.#voices.stop();
    }
    this.#act = act;
    const preview = this.#preview;
    this.#wished = true;
    player.pause();
    if (preview?.state === "ready") {
      this.#heard = "";
      return this.#ready();
    }
    return this.#soon(0);
  }

  #state() {
    const using = !!this.#model;
    const { playing } = this.#voices;
    const source = this.#source ? itemNamed(this.#source) : null;
    const preview = using ? this.#preview : null;
    const waits = preview?.state === "waiting";
    this.title_.textContent = using ? stemOf(this.#model ?? "") : "Learn";
    const problem = this.#previews[this.#act].error || (preview?.state === "failed" ? preview.error : "");
    this.facts.textContent = !using ? "Folders of sounds become something that makes more of them."
      : problem || (!source && this.#act === "translate" ? "No sound is open yet."
        : waits ? "It is being made…" : preview?.state === "ready" ? `You hear the first ${FIRST} seconds.` : "\u00a0");
    this.source.replaceChildren(make("span", {}, "Translated is "), make("b", {}, source?.name ?? "no sound yet: open one from the shelf, drop one, or record one"));
    for (const [act, control, on, off] of /** @type {const} */ ([["translate", this.play, "Hear the translation", "Stop listening"], ["generate", this.generating.hear, "Hear it begin", "Stop"]])) {
      const mine = (playing || this.#wished) && this.#act === act;
      if (control.dataset.playing === String(mine)) continue;
      control.dataset.playing = String(mine);
      control.querySelector("e-icon")?.setAttribute("name", mine ? "pause" : "play");
      one(control, "span").textContent = mine ? off : on;
    }
    this.play.disabled = !source;
    this.now.hidden = !playing;
    this.translating.show(!source || !this.mix.names.length);
    this.generating.start.disabled = !this.mix.names.length;
  }

  /** Have all of it made, in full quality, onto the shelf. @param {Act} act */
  async #make(act) {
    const of = this.#of(act);
    if (!of) return;
    const going = act === "translate" ? this.translating.going : this.generating.going;
    const made = await going.make(act, of.map(({ name }) => name), this.#way(act, true));
    if (!made) return;
    this.#voices.stop();
    await open(made);
    await player.play();
  }

  async #record() {
    this.#voices.stop();
    const { Recording } = await import("../parts/recording.js");
    await new Recording().start(this.stage);
  }

  /**
   * Open what was dropped, or choose as something was made.
   *
   * @param {{name: string | null, made: any}} what
   */
  async #again({ name, made }) {
    if (!["learn", "slide", "translate", "generate", "explore", "report"].includes(made?.act)) return;
    document.dispatchEvent(new CustomEvent("go", { detail: "learn" }));
    if (made.folders) {
      this.#use(null);
      return void this.collections.take(foldersOf(made.folders));
    }
    if (made.act === "learn") return void this.#use(itemNamed(name ?? "")?.kind === "model" ? name : null);
    const model = made.act === "translate" ? made.of[1] : made.of[0];
    await refreshItems();
    if (!itemNamed(model)) return void say(`The model ${model} is not on the shelf any more.`);
    if (!["translate", "generate"].includes(made.act)) return void this.#use(model);
    if (made.act === "translate") this.#source = made.of[0];
    this[made.act === "translate" ? "translating" : "generating"].settings = made.settings;
    this.sliders.settings = made.settings;
    await this.#use(model, String(made.settings.to ?? made.settings.mix ?? ""));
    this.#soon(made.act);
  }
}

customElements.define("p-learn", PLearn);
