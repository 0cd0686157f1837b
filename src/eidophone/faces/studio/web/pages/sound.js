// @ts-check
/** Sound: a sound and its picture; what to make of it. */

import { player } from "../audio/player.js";
import { events } from "../lib/events.js";
import { button, make } from "../lib/dom.js";
import { shortcut } from "../lib/keys.js";
import { get, set, subscribe } from "../lib/store.js";
import { sentence, time } from "../lib/words.js";
import { segments } from "../parts/controls.js";
import { choose } from "../parts/drop.js";
import { useOf } from "../parts/made.js";
import { zooms } from "../parts/zooms.js";
import { makeAgain } from "./sound/again.js";
import "./sound/panel.js";

/**
 * The facts of an item in one line: `44.1 kHz · stereo · 0:12.3`.
 *
 * @param {Item} item
 */
function factsOf(item) {
  const facts = [];
  if (item.seconds !== null) facts.push(time(item.seconds, 1));
  if (item.rate) facts.push(`${item.rate / 1000} kHz`);
  if (item.channels) facts.push(item.channels === 1 ? "mono" : item.channels === 2 ? "stereo" : `${item.channels} channels`);
  if (item.width) facts.push(`${item.width} × ${item.height}`);
  return facts.join("  ·  ");
}

/** How bright pictures are on the screen: for the eyes, never in a file; it is remembered. */
function brightness() {
  const value = localStorage.getItem("brightness") ?? 1;
  const input = make("input", { type: "range", min: 1, max: 2.5, step: 0.1, value, oninput: () => show() });
  const show = () => {
    document.documentElement.classList.toggle("lifted", input.value !== "1");
    for (const curve of document.querySelectorAll("#lift feComponentTransfer > *")) {
      curve.setAttribute("exponent", String(1 / Number(input.value))); // dark parts rise, bright ones stay
    }
    localStorage.setItem("brightness", input.value);
  };
  show();
  const words = "Brightness on the screen; files stay as they are";
  const label = make("span", { class: "unseen" }, words);
  return make("label", { class: "bright", title: words }, make("e-icon", { name: "bright" }), label, input);
}

export class PSound extends HTMLElement {
  picture = make("e-picture");
  title_ = make("h2", {}, "\u00a0");
  facts = make("p", { class: "facts" }, "\u00a0");
  busy = make("progress", { hidden: true, max: 1, "aria-label": "Drawing" });
  problem = make("div", { class: "problem", hidden: true });

  connectedCallback() {
    if (this.childElementCount) return;
    this.picture.overlay(this.problem);
    this.#welcome();
    const ruler = segments("ruler", "Ruler", [["Hz"], ["Notes"]], (kind) => (this.picture.notes = kind === "Notes"), { unseen: true });
    ruler.value = "Hz";
    this.append(
      make(
        "header",
        { class: "bar" },
        make("div", { class: "name" }, this.title_, this.facts),
        this.busy,
        brightness(),
        ruler.element,
        zooms(this.picture, { group: "Picture", when: () => !this.hidden }),
      ),
      this.picture,
      make("p-sound-panel"),
    );
    this.#listen();
  }

  /** What is seen, for who never saw such a picture; until the first click or key. */
  #welcome() {
    if (localStorage.getItem("welcomed")) return;
    const caption = make("p", { class: "caption" }, make("strong", {}, "This is what it sounds like"),
      "Time runs to the right, high is up, bright is loud. Left is reddish, right bluish. Press Play.");
    this.picture.overlay(caption);
    const seen = () => {
      caption.remove();
      localStorage.setItem("welcomed", "yes");
    };
    for (const kind of ["pointerdown", "keydown", "drop"]) addEventListener(kind, seen, { once: true });
  }

  /**
   * @param {number} done  how much of the picture is drawn
   */
  #busy(done) {
    const opening = get("opening");
    this.picture.loading = opening;
    this.busy.hidden = !opening && done >= 1;
    if (opening) this.busy.removeAttribute("value");
    else this.busy.value = done;
    const item = get("item");
    this.problem.hidden = opening || !item || !!get("view");
    const { words, action } = item ? useOf(item) : { words: "" };
    this.problem.replaceChildren(words, action ? button("style", action.label, action.act) : "");
  }

  /** Record from the microphone, over the picture. */
  async record() {
    if (this.#asking || this.querySelector(".recording")) return;
    this.#asking = true; // the browser may ask, too
    try {
      const { Recording } = await import("../parts/recording.js");
      await new Recording().start(this);
    } finally {
      this.#asking = false;
    }
  }

  #asking = false;

  #listen() {
    subscribe("view", (view) => {
      this.picture.view = view;
      this.#busy(view?.done ?? 1);
    });
    subscribe("opening", () => this.#busy(get("view")?.done ?? 1));
    events.addEventListener("view", (event) => {
      const { id, done } = /** @type {CustomEvent} */ (event).detail;
      if (id === get("view")?.id) this.#busy(done);
    });
    subscribe("item", (item) => {
      this.title_.textContent = item?.name ?? "";
      const notes = (item?.notes ?? []).map((note) => make("span", { class: "odd", title: sentence(note) }, note));
      this.facts.replaceChildren(item ? factsOf(item) : "", ...notes);
    });
    this.picture.addEventListener("select", (event) => {
      const columns = /** @type {CustomEvent} */ (event).detail;
      const geometry = this.picture.geometry;
      set("selection", columns && geometry
        ? { first: geometry.sampleOfColumn(columns.first), last: geometry.sampleOfColumn(columns.last) }
        : null);
      const part = get("selection");
      if (part) player.seek(part.first);
      if (player.looped) player.loop(part?.first ?? 0, part?.last);
    });
    document.addEventListener("again", (event) => makeAgain(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("record", () => this.record());
    const when = () => !this.hidden;
    const group = "Picture";
    shortcut("r", "Record", () => this.record(), { when });
    shortcut("o", "Open a file", choose, { group: "Everywhere", when });
    shortcut("Escape", "Choose nothing", () => {
      this.picture.selection = null;
      set("selection", null);
    }, { group, when: () => when() && !!get("selection") });
  }
}

customElements.define("p-sound", PSound);
