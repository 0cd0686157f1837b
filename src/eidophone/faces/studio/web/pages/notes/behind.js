// @ts-check
/** Behind: the sound under the notes, which is seen and heard with them. */

import { make } from "../../lib/dom.js";
import { chooseSound, get } from "../../lib/store.js";
import { segments } from "../../parts/controls.js";

/** @typedef {"notes" | "both" | "sound"} Heard */

export class Behind {
  /** @type {Item | null} */
  #item = null;
  select = make("select", { id: "notes-behind", onchange: () => this.#choose() });
  heard = segments("notes-heard", "Play", [["notes", "Notes"], ["both", "Both"], ["sound", "Sound"]], () => undefined);
  element = make("section", { "aria-label": "Sound behind the notes" },
    make("div", { class: "field" }, make("label", { for: "notes-behind" }, "Sound behind the notes"), this.select), this.heard.element);

  constructor() {
    this.heard.value = "notes";
  }

  #choose() {
    if (this.#item) chooseSound(this.#item, this.select.value);
  }

  /** What is heard. @returns {Heard} */
  get which() {
    return this.heard.element.hidden ? "notes" : /** @type {Heard} */ (this.heard.value ?? "notes");
  }

  /** Of these notes from now on. @param {Item | null} item @param {Item | null} sound */
  show(item, sound) {
    this.#item = item;
    this.element.hidden = !item;
    const sounds = get("items").filter(({ kind, problem }) => kind === "sound" && !problem);
    this.select.replaceChildren(make("option", { value: "" }, "none"), ...sounds.map(({ name }) => make("option", { value: name }, name)));
    this.select.value = sound?.name ?? "";
    this.heard.element.hidden = !sound;
  }
}
