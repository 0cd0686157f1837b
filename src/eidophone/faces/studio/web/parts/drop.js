// @ts-check
/** `<e-drop>`: the whole window takes files; they go to the shelf, and the first is opened. */

import { Refused, upload } from "../lib/api.js";
import { make } from "../lib/dom.js";
import { say } from "../lib/say.js";
import { get, isNotes, isShown, itemNamed, open, refreshItems } from "../lib/store.js";
import { bytes } from "../lib/words.js";
import { entriesOf } from "./folders.js";
import { openNotes, useOf } from "./made.js";

export class EDrop extends HTMLElement {
  connectedCallback() {
    this.append(make("div", {}, make("e-icon", { name: "open" }), make("p", {}, "Let go: it opens here")));
    addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.classList.add("shown");
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.classList.remove("shown");
    });
    addEventListener("drop", (event) => {
      this.classList.remove("shown");
      const entries = entriesOf(event.dataTransfer);
      if (entries.length) { // folders are learnt from
        event.preventDefault();
        const folders = new CustomEvent("folders", { detail: entries, cancelable: true });
        if (!document.dispatchEvent(folders)) return; // a page takes them for something else
        document.dispatchEvent(new CustomEvent("make again", { detail: { name: null, made: { act: "learn", folders: entries } } }));
        return;
      }
      const files = [...(event.dataTransfer?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      const offer = new CustomEvent("offered", { detail: files, cancelable: true });
      if (document.dispatchEvent(offer)) take(files); // a page may take them for something else
    });
  }
}

/**
 * Take files in, one after the other, and open the first of them.
 *
 * @param {File[]} files
 */
export async function take(files) {
  let first = "";
  for (const file of files) {
    const item = await takeOne(file);
    first ||= item?.name ?? "";
  }
  if (!first) return;
  await refreshItems();
  const item = itemNamed(first);
  if (item && isNotes(item)) return openNotes(item);
  if (item && !isShown(item)) {
    const { words, action } = useOf(item);
    return say(words, { action });
  }
  await open(first);
  document.dispatchEvent(new CustomEvent("taken", { detail: first }));
}

/**
 * @param {Blob} file
 * @param {string} [name]
 * @returns {Promise<Item | null>}
 */
export async function takeOne(file, name = file instanceof File ? file.name : "sound.wav") {
  const most = get("server")?.limits.upload_bytes ?? Infinity;
  if (file.size > most) {
    const folder = get("server")?.workspace;
    say(
      `${name} has ${bytes(file.size)}, and the studio takes up to ${bytes(most)}. ` +
        `Put it into the folder ${folder} instead: then it is on the shelf.`,
      { kind: "error" },
    );
    return null;
  }
  const bar = make("progress", { max: 1, value: 0, "aria-label": `Sending ${name}` });
  document.querySelector("#sending")?.append(bar);
  try {
    return await upload(file, (done) => (bar.value = done), name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, { kind: "error" });
    return null;
  } finally {
    bar.remove();
  }
}

/** Let the person choose files. */
export function choose() {
  /** @type {HTMLInputElement} */
  const input = make("input", { type: "file", multiple: true, onchange: () => take([...(input.files ?? [])]) });
  input.click();
}

customElements.define("e-drop", EDrop);
