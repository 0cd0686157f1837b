// @ts-check
/** Collections: the folders that are learnt from, each a card; more are dropped or chosen. */

import { Refused, get as ask, patch, post, remove, upload } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { say } from "../../lib/say.js";
import { get } from "../../lib/store.js";
import { time } from "../../lib/words.js";
import { showDialog } from "../../parts/dialog.js";
import { chosenFolder, mayTune } from "../../parts/folders.js";

/** @typedef {import("../../parts/folders.js").Folder} Folder */
/** @typedef {{id: string, name: string, kind: Kind, sounds: number, seconds: number, left_out: string[][], left_out_count: number}} Collection */

/** Collections that are learnt together, at most; a pad has four corners. */
const MOST = 4;

/** Files of a folder that are sent, spread over all: half an hour is learnt from. */
const MOST_FILES = 2000;

/** Less is little to learn from, in seconds. */
const LITTLE = 120;

/** What is collected: sounds, or tunes. @typedef {"sounds" | "tunes"} Kind */

/** Event `change`: another is there, or one is gone, named, or filled. */
export class Collections extends EventTarget {
  /** @type {Collection[]} */
  all = [];
  /** Those that are being sent, by their ids. @type {Set<string>} */
  #sending = new Set();
  /** Folders that are looked through, or wait to be sent. */
  #coming = 0;
  /** @type {Promise<unknown>} */
  #sent = Promise.resolve();

  /** @param {Kind} [kind] */
  constructor(kind = "sounds") {
    super();
    this.kind = kind;
    this.one = kind === "sounds" ? "sound" : "tune";
    this.input.setAttribute("aria-label", `A folder of ${kind}`);
    this.invite.querySelector("p")?.replaceChildren(`Drop a folder of ${kind} here`);
    this.shelf.hidden = kind !== "sounds";
  }

  list = make("ul", { class: "collections", "aria-label": "Collections" });
  input = make("input", { type: "file", hidden: true, webkitdirectory: true, multiple: true, "aria-label": "A folder of sounds", onchange: () => this.#chosen() });
  folder = button("open", "Choose a folder", () => this.input.click());
  shelf = button("sound", "Sounds of the shelf", () => this.#ofShelf());
  invite = make("div", { class: "invite" },
    make("e-icon", { name: "learn" }),
    make("p", {}, "Drop a folder of sounds here"),
    make("div", { class: "row" }, this.folder, this.shelf),
    this.input);
  element = make("div", {}, this.list, this.invite);

  async begin() {
    /** @type {Collection[]} */
    const all = await ask("learn/collections");
    this.all = all.filter(({ kind }) => kind === this.kind).slice(-MOST);
    this.#show();
  }

  /** Those that can be learnt from. */
  get ready() {
    return this.all.filter(({ id, sounds }) => sounds && !this.#sending.has(id));
  }

  /** Whether something is on its way. */
  get busy() {
    return this.#sending.size + this.#coming > 0;
  }

  /** Take folders in, one after the other. @param {Folder[] | Promise<Folder[]>} folders */
  async take(folders) {
    this.#comes(1); // said at once: a large folder takes a while to look through
    const found = await folders;
    this.#comes(found.length - 1);
    for (const folder of found) this.#sent = this.#sent.then(() => this.#send(folder)).finally(() => this.#comes(-1));
    await this.#sent;
  }

  /** @param {number} more */
  #comes(more) {
    this.#coming += more;
    this.#show();
  }

  /** @param {Folder} folder */
  async #send({ name, files, others }) {
    if (!files.length) return say(`There are no ${this.kind} in ${name}.`, { kind: "error" });
    if (this.all.length >= MOST) return say(`${MOST} collections are learnt together, at most: take one away first.`, { kind: "error" });
    const step = Math.max(1, files.length / MOST_FILES);
    const sent = Array.from({ length: Math.min(files.length, MOST_FILES) }, (_, i) => files[Math.floor(i * step)]);
    const one = await post("learn/collections", { name, kind: this.kind });
    this.#sending.add(one.id);
    this.#is(one);
    try {
      for (const [i, file] of sent.entries()) {
        if (!this.all.some(({ id }) => id === one.id)) return undefined; // taken away meanwhile
        const done = (/** @type {number} */ part) => this.#progress(one.id, (i + part) / sent.length);
        this.#is(await upload(file, done, file.name, `learn/collections/${one.id}/sounds`));
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
    } finally {
      this.#sending.delete(one.id);
      this.#show();
    }
    const left = [
      others.length === 1 ? `1 file that is no ${this.one}` : others.length && `${others.length} files that are no ${this.kind}`,
      sent.length < files.length && `${files.length - sent.length} of its many ${this.kind}`,
    ].filter(Boolean);
    if (left.length) say(`Of ${name}, ${left.join(" and ")} ${left.length + others.length === 2 ? "was" : "were"} left out.`);
    return undefined;
  }

  #chosen() {
    const files = [...(this.input.files ?? [])];
    this.input.value = "";
    if (files.length) this.take([chosenFolder(files, this.kind === "tunes" ? mayTune : undefined)]);
  }

  /** Let sounds of the shelf be chosen. */
  #ofShelf() {
    const sounds = get("items").filter(({ kind, problem }) => kind === "sound" && !problem);
    const name = make("input", { type: "text", required: true, maxlength: 40, value: "My sounds", "aria-label": "Name of the collection" });
    const boxes = sounds.map((item) => make("input", { type: "checkbox", value: item.name }));
    const chosen = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);
    const add = make("button", { class: "button primary", disabled: true }, "Take them");
    /** @type {HTMLDialogElement} */
    const dialog = showDialog({ kind: "small shelf", label: "Sounds of the shelf" },
      make("form", { method: "dialog", onsubmit: () => this.#copy(name.value.trim(), chosen()), onchange: () => (add.disabled = !chosen().length) },
        make("h2", {}, "Sounds of the shelf"),
        make("label", { class: "field" }, "Name", name),
        make("div", { class: "list" }, ...boxes.map((box) => make("label", {}, box, box.value))),
        sounds.length ? null : make("p", { class: "help" }, "Nothing is on the shelf yet."),
        make("div", { class: "row end" }, button("close", "Leave it", () => dialog.close()), add)));
  }

  /**
   * @param {string} name
   * @param {string[]} of
   */
  async #copy(name, of) {
    const one = await post("learn/collections", { name: name || "My sounds" });
    this.#is(await post(`learn/collections/${one.id}/items`, { of }));
  }

  /** @param {Collection} one */
  #is(one) {
    const known = this.all.some(({ id }) => id === one.id);
    this.all = known ? this.all.map((other) => (other.id === one.id ? one : other)) : [...this.all, one];
    this.#show();
  }

  /**
   * @param {string} id
   * @param {number} done
   */
  #progress(id, done) {
    const bar = this.list.querySelector(`[data-id="${id}"] progress`);
    if (bar instanceof HTMLProgressElement) bar.value = done;
  }

  #show() {
    const cards = this.all.map((one) => {
      const old = /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-id="${one.id}"]`)) ?? this.#card(one);
      this.#fill(old, one);
      return old;
    });
    if (cards.length !== this.list.children.length || cards.some((card, i) => card !== this.list.children[i])) this.list.replaceChildren(...cards);
    this.invite.hidden = this.all.length >= MOST;
    this.invite.classList.toggle("small", this.all.length >= 2);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Collection} one */
  #card({ id, name }) {
    /** @type {HTMLInputElement} */
    const input = make("input", { type: "text", value: name, maxlength: 40, "aria-label": "Name of the collection", onchange: () => this.#rename(id, input) });
    return make("li", { "data-id": id },
      make("div", { class: "row" }, make("e-icon", { name: "learn" }), input,
        button("close", `Take ${name} away`, () => this.#forget(id), { quiet: true })),
      make("p", { class: "facts", role: "status" }),
      make("progress", { max: 1, value: 0, "aria-label": `Sending ${name}` }),
      make("details", {}, make("summary"), make("ul", { class: "left-out" })));
  }

  /**
   * @param {HTMLElement} card
   * @param {Collection} one
   */
  #fill(card, { id, sounds, seconds, left_out, left_out_count }) {
    const sending = this.#sending.has(id);
    const little = !sending && sounds && seconds < LITTLE ? " · little: a quarter of an hour is good" : "";
    const [facts, bar, details] = [".facts", "progress", "details"].map((one) => /** @type {HTMLElement} */ (card.querySelector(one)));
    const count = `${sounds} ${this.kind === "tunes" ? (sounds === 1 ? "file" : "files") : sounds === 1 ? "sound" : "sounds"}`;
    const lasts = this.kind === "tunes" ? "" : `, ${time(seconds)} min${little}`;
    facts.textContent = sounds ? `${count}${lasts}` : sending ? "is being read…" : `no ${this.kind} yet`;
    bar.hidden = !sending;
    details.hidden = !left_out_count;
    details.querySelector("summary")?.replaceChildren(`${left_out_count} left out`);
    details.querySelector("ul")?.replaceChildren(...left_out.map(([name, why]) => make("li", {}, `${name}: ${why}`)));
  }

  /**
   * @param {string} id
   * @param {HTMLInputElement} input
   */
  async #rename(id, input) {
    const one = await patch(`learn/collections/${id}`, { name: input.value.trim() || this.kind });
    input.value = one.name;
    this.#is(one);
  }

  /** @param {string} id */
  async #forget(id) {
    this.all = this.all.filter((one) => one.id !== id);
    this.#show();
    this.folder.focus();
    await remove(`learn/collections/${id}`);
  }
}
