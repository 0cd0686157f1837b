// @ts-check
/** Style: a sound before and after, painted like a picture, by a network, or by ComfyUI. */

import { post } from "../lib/api.js";
import { make } from "../lib/dom.js";
import { get, itemNamed, open, subscribe } from "../lib/store.js";
import { StylePanel } from "./style/panel.js";

/**
 * The sound that is styled, and what became of it.
 *
 * @param {Item | null} item
 * @returns {{before: Item | null, after: Item | null}}
 */
function beforeAndAfter(item) {
  const sound = get("sound");
  const one = item?.kind === "sound" ? item : sound;
  const before = one?.made?.act === "style" ? itemNamed(one.made.of[0]) : null;
  return before ? { before, after: one } : { before: one, after: null };
}

export class PStyle extends HTMLElement {
  first = make("e-picture");
  second = make("e-picture");
  names = [make("h2", {}, "Before"), make("h2", {}, "After")];
  facts = [make("p", { class: "facts" }, "\u00a0"), make("p", { class: "facts" }, "\u00a0")];
  panel = new StylePanel((name) => open(name));
  empty = make("div", { class: "nothing" },
    make("e-icon", { name: "style" }),
    make("p", {}, "What becomes of it will be here."),
    make("p", { class: "help" }, "Choose how, then paint it."));
  /** @type {[string, string]} what is shown, and how it was drawn */
  #shown = ["", ""];
  #coupling = false;

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      this.#half("before", 0, this.first),
      this.#half("after", 1, this.second, this.empty),
      make("div", { class: "side" }, this.panel.element),
    );
    this.#couple(this.first, this.second);
    this.#couple(this.second, this.first);
    for (const key of /** @type {const} */ (["sound", "drawing"])) subscribe(key, () => this.#show());
    this.addEventListener("shown", () => this.#show());
    document.addEventListener("again", (event) => this.#again(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("offered", (event) => {
      const { detail: files } = /** @type {CustomEvent} */ (event);
      if (!this.hidden && this.panel.takes(files)) event.preventDefault();
    });
  }

  /**
   * @param {string} name
   * @param {number} which
   * @param {...HTMLElement} parts
   */
  #half(name, which, ...parts) {
    const words = make("header", { class: "bar" }, make("div", { class: "name" }, this.names[which], this.facts[which]));
    return make("section", { class: `half ${name}`, "aria-label": name === "before" ? "Before" : "After" }, words, ...parts);
  }

  /**
   * What is seen of one is seen of the other.
   *
   * @param {HTMLElementTagNameMap["e-picture"]} leader
   * @param {HTMLElementTagNameMap["e-picture"]} other
   */
  #couple(leader, other) {
    leader.addEventListener("view-change", () => {
      const [from, to] = [leader.geometry, other.geometry];
      if (this.#coupling || !from || !to) return;
      const scale = from.view.hop_seconds / to.view.hop_seconds;
      Object.assign(to, {
        scaleX: ((from.scaleX / from.leastX) * to.leastX), left: from.left * scale,
        scaleY: ((from.scaleY / from.leastY) * to.leastY), top: (from.top / from.view.rows) * to.view.rows,
      });
      to.bound();
      this.#coupling = true;
      other.changed();
      this.#coupling = false;
    });
  }

  #show() {
    if (this.hidden || !this.isConnected) return;
    const { before, after } = beforeAndAfter(get("item"));
    this.panel.show(before, after);
    this.facts[0].textContent = before?.name ?? "Open a sound: from the shelf, or drop one here.";
    this.facts[1].textContent = after?.name ?? "\u00a0";
    this.empty.hidden = !!after;
    this.second.hidden = !after;
    this.#draw(0, this.first, before);
    this.#draw(1, this.second, after);
  }

  /**
   * @param {0 | 1} which
   * @param {HTMLElementTagNameMap["e-picture"]} picture
   * @param {Item | null} item
   */
  async #draw(which, picture, item) {
    const drawing = get("drawing");
    const wanted = item ? JSON.stringify([item.name, item.modified, drawing]) : "";
    if (this.#shown[which] === wanted) return;
    this.#shown[which] = wanted;
    if (!item) {
      picture.view = null;
      return;
    }
    const view = await post("views", { item: item.name, ...drawing });
    if (this.#shown[which] === wanted) picture.view = view;
  }

  /**
   * Show how something was made, or was to be made, so that it can be made otherwise.
   *
   * @param {{name: string, made: Made | null}} what
   */
  async #again({ name, made }) {
    if (made?.act !== "style") return;
    await open(name);
    document.dispatchEvent(new CustomEvent("go", { detail: "style" }));
    this.panel.fill(made.settings);
  }
}

customElements.define("p-style", PStyle);
