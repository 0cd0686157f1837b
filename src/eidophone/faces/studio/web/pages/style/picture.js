// @ts-check
/** A style picture: chosen from what is on the shelf, or from a file. */

import { thumbnailOf } from "../../lib/api.js";
import { make } from "../../lib/dom.js";
import { get, subscribe } from "../../lib/store.js";
import { fileButton } from "./files.js";

/** So many things of the shelf are offered. */
const MOST = 12;

export class PictureWay {
  id = "picture";
  title = "A picture";
  verb = "Paint it";
  form = make("e-form");
  gallery = make("div", { class: "gallery", role: "group", "aria-label": "Style picture" });
  element = make("section", { "aria-label": "A picture" },
    make("p", { class: "help" }, "A painting, a photograph, or another sound lends its strokes. No network is needed."),
    this.gallery,
    fileButton("picture", "Choose a picture", "image/*,.tif,.tiff,.exr"),
    this.form);
  #name = "";
  /** @type {Item[]} */
  #items = [];

  constructor() {
    subscribe("items", (items) => {
      this.#items = items.filter(({ kind }) => kind === "picture" || kind === "sound");
      if (!this.#items.some(({ name }) => name === this.#name)) this.#name = "";
      this.#fill();
    });
    subscribe("sound", () => this.#fill());
  }

  /** @param {(name: string) => Option | undefined} named */
  describe(named) {
    this.form.options = ["strokes", "follow"].flatMap((name) => named(name) ?? []);
  }

  get value() {
    return { ...this.form.value, style: this.#name };
  }

  set value(/** @type {Record<string, unknown>} */ settings) {
    this.form.value = settings;
    if (settings.way !== "network") this.choose(String(settings.style ?? ""));
  }

  lacks() {
    return this.#name ? "" : "Choose a picture first; drop one anywhere here.";
  }

  /** @param {File} file */
  takes(file) {
    return file.type.startsWith("image/");
  }

  /** @param {string} name */
  choose(name) {
    this.#name = this.#items.some((item) => item.name === name) ? name : "";
    this.#fill();
  }

  #fill() {
    const pictures = this.#items.filter(({ kind }) => kind === "picture");
    const own = get("sound")?.name; // nothing is gained by its own strokes
    const all = [...pictures, ...this.#items.filter(({ kind, name }) => kind === "sound" && (name !== own || name === this.#name))];
    const chosen = all.find(({ name }) => name === this.#name);
    const shown = all.slice(0, MOST);
    if (chosen && !shown.includes(chosen)) shown[MOST - 1] = chosen;
    this.gallery.replaceChildren(...shown.map((item) => this.#card(item)));
  }

  /** @param {Item} item */
  #card(item) {
    const words = item.kind === "sound" ? `${item.name}, as a picture` : item.name;
    return make("button", {
      type: "button", title: words, "aria-label": words, "aria-pressed": String(item.name === this.#name),
      onclick: (/** @type {Event} */ event) => {
        this.choose(item.name);
        event.stopPropagation();
        this.element.dispatchEvent(new Event("change", { bubbles: true }));
        /** @type {HTMLElement | null} */ (this.gallery.querySelector("[aria-pressed=true]"))?.focus();
      },
    },
    make("img", { src: thumbnailOf(item), alt: "", loading: "lazy", width: 64, height: 64 }),
    make("span", {}, item.name));
  }
}
