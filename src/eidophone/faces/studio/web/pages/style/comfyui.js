// @ts-check
/** A running ComfyUI: where it is, and which of its workflows. */

import { make } from "../../lib/dom.js";
import { subscribe } from "../../lib/store.js";
import { fileButton, fill } from "./files.js";

const USUAL = "http://127.0.0.1:8188";

export class ComfyWay {
  id = "comfyui";
  title = "ComfyUI";
  verb = "Send it through";
  address = make("input", { type: "url", id: "comfy-address", value: localStorage.getItem("comfyui") ?? USUAL, spellcheck: "false" });
  workflow = make("select", { id: "comfy-workflow" });
  element = make("section", { "aria-label": "ComfyUI", hidden: true },
    make("p", { class: "help" }, "A workflow of a ComfyUI that is running. In ComfyUI, choose Workflow, then Export (API), and choose that file here."),
    make("div", { class: "field" }, make("label", { for: "comfy-address" }, "Address"), make("div", { class: "typed" }, this.address)),
    make("div", { class: "field" }, make("label", { for: "comfy-workflow" }, "Workflow"), this.workflow),
    fileButton("comfyui", "Choose a workflow", ".json"),
    make("p", { class: "help" }, "If it has several nodes that load or save pictures, write {in} or {out} into the title of the one that is meant."));

  constructor() {
    subscribe("items", (items) => fill(this.workflow, items.filter(({ kind }) => kind === "workflow"), "None", true));
    this.address.addEventListener("change", () => localStorage.setItem("comfyui", this.address.value));
  }

  describe() {}

  get value() {
    const address = this.address.value.trim();
    return { workflow: this.workflow.value, ...(address && address !== USUAL ? { address } : {}) };
  }

  set value(/** @type {Record<string, unknown>} */ settings) {
    if (settings.way !== "comfyui") return;
    this.address.value = String(settings.address ?? USUAL);
    this.workflow.value = String(settings.workflow ?? "");
  }

  lacks() {
    return this.workflow.value ? "" : "Choose a workflow first; drop its file anywhere here.";
  }

  /** @param {File} file */
  takes(file) {
    return /\.json$/i.test(file.name);
  }

  /** @param {string} name */
  choose(name) {
    this.workflow.value = name;
  }
}
