// @ts-check
/** A network in a file: which, whether it is trusted, and what it is given beside the sound. */

import { make } from "../../lib/dom.js";
import { subscribe } from "../../lib/store.js";
import { fileButton, fill } from "./files.js";

/** Files that can hold programs, and those that are but data. */
const PROGRAMS = /\.(pt|pt2|pth|ckpt)$/i;
const NETWORKS = /\.(onnx|safetensors|pt|pt2|pth)$/i;

export class NetworkWay {
  id = "network";
  title = "A network";
  verb = "Send it through";
  which = make("select", { id: "network-file", onchange: () => this.#trust() });
  style = make("select", { id: "network-style" });
  trusted = make("input", { type: "checkbox", id: "network-trusted" });
  warning = make("div", { class: "trust", hidden: true },
    make("p", {}, make("e-icon", { name: "warning" }), "This kind of file can run any program as you: read your files, send them away, delete them."),
    make("label", { class: "word" }, this.trusted, "I know who made it, and trust them"),
    make("p", { class: "help" }, "ONNX and safetensors files are only data, and need no trust."));
  form = make("e-form");
  element = make("section", { "aria-label": "A network", hidden: true },
    make("p", { class: "help" }, "A file that takes a picture and gives one: .onnx, .safetensors, .pt, .pt2 or .pth. It runs in a process of its own."),
    make("div", { class: "field" }, make("label", { for: "network-file" }, "Network"), this.which),
    fileButton("network", "Choose a file", ".onnx,.safetensors,.pt,.pt2,.pth"),
    this.warning,
    make("div", { class: "field" }, make("label", { for: "network-style" }, "Its style picture, if it takes one"), this.style),
    this.form);

  constructor() {
    subscribe("items", (items) => {
      fill(this.which, items.filter(({ kind }) => kind === "network"), "None", true);
      fill(this.style, items.filter(({ kind }) => kind === "picture" || kind === "sound"), "It takes none");
      this.#trust();
    });
  }

  /** @param {(name: string) => Option | undefined} named */
  describe(named) {
    this.form.options = ["values"].flatMap((name) => named(name) ?? []);
  }

  /** @returns {Record<string, unknown>} */
  get value() {
    return {
      ...this.form.value,
      network: this.which.value,
      ...(this.style.value ? { style: this.style.value } : {}),
      ...(this.trusted.checked && !this.warning.hidden ? { trusted: true } : {}),
    };
  }

  set value(settings) {
    this.form.value = settings;
    this.which.value = String(settings.network ?? "");
    this.style.value = settings.way === "network" ? String(settings.style ?? "") : "";
    this.trusted.checked = settings.trusted === true;
    this.#trust();
  }

  lacks() {
    if (!this.which.value) return "Choose a network first; drop its file anywhere here.";
    return !this.warning.hidden && !this.trusted.checked ? "Tick that you trust who made the file, or choose another." : "";
  }

  /** @param {File} file */
  takes(file) {
    return NETWORKS.test(file.name);
  }

  /** @param {string} name */
  choose(name) {
    this.which.value = name;
    this.trusted.checked = false;
    this.#trust();
  }

  #trust() {
    this.warning.hidden = !PROGRAMS.test(this.which.value);
  }
}
