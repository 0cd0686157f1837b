// @ts-check
/** `<e-shelf>`: what there is, newest first, and what is being made; along the bottom everywhere. */

import { Refused, itemPath, patch, post, remove, thumbnailOf } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { say } from "../lib/say.js";
import { get, isNotes, isShown, itemNamed, open, refreshItems, renamed, subscribe } from "../lib/store.js";
import { common } from "../lib/undo.js";
import { bytes, time } from "../lib/words.js";
import { showDialog } from "./dialog.js";
import { openNotes, pageOf, showMade, useOf } from "./made.js";

/** What an item is called that is dragged from here. */
export const DRAGGED = "text/x-eidophone-item";

export class EShelf extends HTMLElement {
  list = make("ul");
  empty = make("p", { class: "empty" }, "What you open and make stays here.");
  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Shelf: your sounds, pictures and films");
    this.append(this.list, this.empty);
    for (const key of /** @type {const} */ (["items", "jobs", "item"])) subscribe(key, () => this.#soon());
  }

  #asked = false;
  /** @type {string | undefined} */
  #opened;

  #soon() {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    const jobs = get("jobs").filter((job) => ["waiting", "running", "failed"].includes(job.state));
    const items = get("items");
    const opened = get("item")?.name;
    const focused = document.activeElement?.closest("e-shelf li")?.getAttribute("data-key");
    /** @type {Map<string, HTMLElement>} */
    const old = new Map();
    for (const card of this.list.children) old.set(card.getAttribute("data-key") ?? "", /** @type {HTMLElement} */ (card));
    const cards = [
      ...jobs.map((job) => {
        const card = old.get(`job ${job.id}`) ?? make("li", { class: "card", "data-key": `job ${job.id}` }, make("e-job"));
        const shown = card.querySelector("e-job");
        if (shown) shown.job = job;
        return card;
      }),
      ...items.map((item) => {
        const key = `${item.name} ${item.modified}`;
        const card = old.get(key) ?? cardOf(item, key);
        card.classList.toggle("open", item.name === opened);
        const main = card.querySelector("button");
        if (item.name === opened) main?.setAttribute("aria-current", "true");
        else main?.removeAttribute("aria-current");
        return card;
      }),
    ];
    const same = cards.length === this.list.children.length && cards.every((card, i) => card === this.list.children[i]);
    const came = old.size > 0 && [cards[0], cards[jobs.length]].some((card) => card && !this.list.contains(card));
    if (!same) this.list.replaceChildren(...cards);
    if (came) this.list.scrollTo({ left: 0 });
    else if (opened !== this.#opened) cards.find((card) => card.classList.contains("open"))?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#opened = opened;
    this.empty.hidden = cards.length > 0;
    if (focused && !document.activeElement?.closest("e-shelf")) {
      const card = cards.find((one) => one.getAttribute("data-key") === focused);
      card?.querySelector("button")?.focus();
    }
  }
}

/** @type {Record<string, string>} */
const KINDS = { sound: "sound", picture: "picture", film: "film", midi: "notes", soundfont: "SoundFont", zip: "squares", network: "network", model: "model", tradition: "tradition", workflow: "workflow", other: "file" };

/** Icons of kinds that have none of their own. @type {Record<string, string>} */
const ICONS = { workflow: "network", soundfont: "midi" };

/**
 * Let an item be dragged: to a place of the studio, or out of it, as the file that it is.
 *
 * @param {DragEvent} event
 * @param {Item} item
 */
export function carry({ dataTransfer }, item) {
  dataTransfer?.setData(DRAGGED, item.name);
  const where = new URL(`/api/${itemPath(item.name, "file")}?download=1`, location.href);
  dataTransfer?.setData("DownloadURL", `application/octet-stream:${item.name.replaceAll(":", " ")}:${where}`);
}

/** @param {Item} item */
function factsOf(item) {
  if (pageOf(item)) return item.made?.act === "explore" ? "map" : "report";
  const kind = KINDS[item.kind] ?? "file";
  return item.seconds !== null && item.kind !== "picture" ? `${kind} · ${time(item.seconds)}` : kind;
}

/** @param {Item} item */
function show(item) {
  if (isShown(item)) return open(item.name);
  if (isNotes(item)) return openNotes(item);
  return ["model", "tradition"].includes(item.kind) || pageOf(item) ? useOf(item).action?.act() : showMade(item);
}

/**
 * @param {Item} item
 * @param {string} key
 */
function cardOf(item, key) {
  const seen = (isShown(item) || isNotes(item)) && !item.problem;
  const image = seen && make("img", { src: thumbnailOf(item), alt: "", loading: "lazy", draggable: "false" });
  if (image) image.addEventListener("error", () => image.remove());
  const main = make(
    "button",
    { type: "button", class: "main", title: item.name, draggable: "true", ondragstart: (/** @type {DragEvent} */ event) => carry(event, item), onclick: () => show(item) },
    make("span", { class: "thumb" }, make("e-icon", { name: ICONS[item.kind] ?? item.kind }), image),
    make("span", { class: "title" }, item.name),
    make("span", { class: "facts" }, factsOf(item)),
  );
  const menu = make("div", { class: "menu", popover: "auto" });
  const more = button("more", `More of ${item.name}`, () => undefined, { quiet: true, kind: "small" });
  more.popoverTargetElement = menu;
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") fillMenu(menu, item, more);
  });
  return make("li", { class: "card", "data-key": key }, main, more, menu);
}

/**
 * @param {HTMLElement} menu
 * @param {Item} item
 * @param {HTMLElement} beside
 */
function fillMenu(menu, item, beside) {
  const box = beside.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 268))}px`;
  menu.style.bottom = `${innerHeight - box.top + 6}px`;
  const close = () => menu.hidePopover();
  /** @param {() => unknown} act */
  const then = (act) => () => {
    close();
    act();
  };
  const saved = make("a", { class: "button", href: `/api/${itemPath(item.name, "file")}?download=1`, download: item.name, onclick: close },
    make("e-icon", { name: "download" }), make("span", {}, "Download"));
  menu.replaceChildren(
    make("p", { class: "facts" }, `${item.name} · ${bytes(item.bytes)}`),
    saved,
    button("rename", "Rename", then(() => rename(item))),
    button("note", item.made ? "How it was made" : "What it is", then(() => showMade(item))),
    item.made && item.made.act !== "example" ? button("again", "Make it again, but…", then(() => again(item))) : "",
    button("delete", "Delete", then(() => discard(item))),
  );
}

/** @param {Item} item */
function again(item) {
  document.dispatchEvent(new CustomEvent("make again", { detail: item }));
}

/** @param {Item} item */
function rename(item) {
  const input = make("input", { type: "text", value: item.name, required: true, maxlength: 1000, "aria-label": "Name" });
  const dialog = showDialog(
    { kind: "small", label: `Rename ${item.name}` },
    make(
      "form",
      { method: "dialog", onsubmit: () => renameTo(item.name, input.value.trim()) },
      make("h2", {}, "Rename"),
      input,
      make("div", { class: "row end" },
        button("close", "Leave it", () => dialog.close()),
        make("button", { class: "button primary" }, "Rename")),
    ),
  );
  const stem = item.name.lastIndexOf(".");
  input.setSelectionRange(0, stem > 0 ? stem : item.name.length);
}

/**
 * @param {string} name
 * @param {string} wanted
 */
async function renameTo(name, wanted) {
  if (!wanted || wanted === name) return;
  /** @param {string} from @param {string} to */
  const call = (from, to) =>
    kindly(async () => {
      const wasOpen = get("item")?.name === from;
      const item = await patch(itemPath(from), { name: to });
      renamed(from, item);
      // Whoever told that the old name is gone may have been quicker.
      if (wasOpen && get("item")?.name !== item.name) await open(item.name);
      return item;
    });
  const given = await call(name, wanted);
  if (!given) return;
  if (given.name !== wanted) say(`It is called ${given.name} now: what you typed is taken, too long, or has signs that not every disk can hold.`);
  common.did({ words: `Rename ${name}`, undo: () => call(given.name, name), redo: () => call(name, given.name) });
}

/** @param {Item} item */
async function discard(item) {
  const wasOpen = get("item")?.name === item.name;
  const done = await kindly(async () => (await remove(itemPath(item.name)), true));
  if (!done) return;
  await refreshItems();
  const restore = async () => {
    await kindly(() => post(itemPath(item.name, "restore")));
    await refreshItems();
    if (wasOpen && itemNamed(item.name)) await open(item.name);
  };
  const step = {
    words: `Delete ${item.name}`,
    undo: restore,
    redo: async () => {
      await kindly(() => remove(itemPath(item.name)));
      await refreshItems();
    },
  };
  common.did(step);
  say(`Deleted: ${item.name}.`, { undo: () => common.undo(step) });
}

/**
 * What `act` gives; where it is refused, that is said.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T | null>}
 */
async function kindly(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, { kind: "error" });
    return null;
  }
}

customElements.define("e-shelf", EShelf);
