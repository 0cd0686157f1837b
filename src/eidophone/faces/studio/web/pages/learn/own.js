// @ts-check
/** Own: a slider of one's own, of a folder of sounds with more of something, and one with less. */

import { Refused, post, remove, upload } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { say } from "../../lib/say.js";
import { showDialog } from "../../parts/dialog.js";
import { chosenFolder } from "../../parts/folders.js";
import { Going } from "../../parts/going.js";

/** Sounds of each folder that are sent, spread over all: more are not listened to. */
const MOST_FILES = 200;

/** Event `made`: its detail is the name of the model that has the slider. */
export class Own extends EventTarget {
  ask = button("more", "Your own slider", () => this.#ask());
  going = new Going("Making the slider", () => this.#show());
  sending = make("progress", { max: 1, value: 0, hidden: true, "aria-label": "Sending the sounds" });
  element = make("div", { class: "own" }, this.ask, this.sending, this.going.element);
  /** The model that gets it. @type {string | null} */
  model = null;

  #show() {
    this.ask.hidden = this.going.busy || !this.sending.hidden;
  }

  #ask() {
    const name = make("input", { type: "text", required: true, maxlength: 40, placeholder: "rough" });
    const [more, less] = [new Place("With more of it"), new Place("With less of it")];
    const add = make("button", { class: "button primary", disabled: true }, "Make it");
    const changed = () => (add.disabled = !name.value.trim() || !more.files.length || !less.files.length);
    const dialog = showDialog({ kind: "small", label: "Your own slider" },
      make("form", { method: "dialog", oninput: changed, onchange: changed, onsubmit: () => this.#make(name.value.trim(), more.files, less.files) },
        make("h2", {}, "Your own slider"),
        make("p", { class: "help" }, "Choose two folders: in one, sounds that have more of something; in the other, sounds that have less of it. The more of each, the better."),
        make("label", { class: "field" }, "What it is called", name),
        more.element, less.element,
        make("div", { class: "row end" }, button("close", "Leave it", () => dialog.close()), add)));
  }

  /**
   * @param {string} slider
   * @param {File[]} more
   * @param {File[]} less
   */
  async #make(slider, more, less) {
    const { model } = this;
    if (!model) return;
    /** @type {string[]} */
    const sent = [];
    try {
      this.sending.hidden = false;
      this.#show();
      for (const [i, files] of [more, less].entries()) {
        const { id } = await post("learn/collections", { name: `${i ? "less" : "more"} ${slider}` });
        sent.push(id);
        for (const [n, file] of files.entries()) {
          await upload(file, undefined, file.name, `learn/collections/${id}/sounds`);
          this.sending.value = (i + (n + 1) / files.length) / 2;
        }
      }
      this.sending.hidden = true;
      const made = await this.going.make("slide", model, { slider, collections: sent });
      if (made) this.dispatchEvent(new CustomEvent("made", { detail: made }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
    } finally {
      this.sending.hidden = true;
      this.#show();
      for (const id of sent) await remove(`learn/collections/${id}`);
    }
  }
}

/** A folder that is chosen. */
class Place {
  /** @type {File[]} */
  files = [];
  words = make("p", { class: "facts", role: "status" }, "no folder yet");

  /** @param {string} label */
  constructor(label) {
    this.input = make("input", { type: "file", hidden: true, webkitdirectory: true, multiple: true, "aria-label": label, onchange: () => this.#chosen() });
    this.element = make("div", { class: "field" }, make("span", {}, label),
      make("div", { class: "row" }, button("open", `Choose a folder`, () => this.input.click()), this.words), this.input);
    this.element.querySelector("button")?.setAttribute("aria-label", `Choose a folder: ${label.toLowerCase()}`);
  }

  #chosen() {
    const { name, files } = chosenFolder([...(this.input.files ?? [])]);
    const step = Math.max(1, files.length / MOST_FILES);
    this.files = Array.from({ length: Math.min(files.length, MOST_FILES) }, (_, i) => files[Math.floor(i * step)]);
    this.words.textContent = files.length ? `${name}: ${files.length} ${files.length === 1 ? "sound" : "sounds"}` : `no sounds in ${name}`;
  }
}
