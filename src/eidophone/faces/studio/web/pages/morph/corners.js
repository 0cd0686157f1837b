// @ts-check
/** Corners: which sounds are morphed, each with its picture, its share, and a menu of others. */

import { get as ask, post, thumbnailOf } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { get, itemNamed, refreshItems } from "../../lib/store.js";
import { DRAGGED } from "../../parts/shelf.js";

/** Where the menu ends at the latest, in pixels. */
const MENU = { width: 288, height: 380 };

export class Corner {
  image = make("img", { alt: "", draggable: "false" });
  title = make("span", { class: "title" });
  share = make("output", { class: "share" });
  menu = make("div", { class: "menu choose", popover: "auto" });
  card = make("button", { type: "button", class: "corner" }, this.image, this.title, this.share);
  /** What lies behind the point, from here. */
  glow = make("img", { class: "glow", alt: "", draggable: "false" });
  /** @type {Item | null} */
  item = null;

  /**
   * @param {number} index
   * @param {(name: string | null) => unknown} choose  another sound is to be here, or none
   */
  constructor(index, choose) {
    this.index = index;
    this.choose = choose;
    this.card.popoverTargetElement = this.menu;
    this.menu.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#fill();
    });
    this.image.addEventListener("error", () => (this.image.hidden = true));
    this.card.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes(DRAGGED)) event.preventDefault();
    });
    this.card.addEventListener("drop", (event) => {
      const name = event.dataTransfer?.getData(DRAGGED);
      if (name && itemNamed(name)?.kind === "sound") choose(name);
    });
  }

  /** @param {Item | null} item */
  show(item) {
    const changed = item?.name !== this.item?.name || item?.modified !== this.item?.modified;
    this.item = item;
    this.title.textContent = item?.name ?? "Choose a sound";
    this.card.classList.toggle("empty", !item);
    this.card.title = item ? `${item.name}: choose another` : "Choose a sound; or drop one here";
    if (!changed && item) return;
    this.image.hidden = this.glow.hidden = !item;
    if (item) this.image.src = this.glow.src = thumbnailOf(item);
  }

  /** @param {number} share  0 to 1 */
  weigh(share) {
    this.share.textContent = this.item ? `${Math.round(100 * share)} %` : "";
    this.glow.style.opacity = String(0.3 + 0.7 * Math.sqrt(share));
  }

  #fill() {
    const box = this.card.getBoundingClientRect();
    this.menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - MENU.width - 8))}px`;
    this.menu.style.top = `${Math.max(8, Math.min(box.bottom + 6, innerHeight - MENU.height - 8))}px`;
    const sounds = get("items").filter(({ kind, problem }) => kind === "sound" && !problem);
    const examples = make("div");
    this.menu.replaceChildren(
      make("p", { class: "facts" }, sounds.length ? "On the shelf" : "Nothing is on the shelf yet."),
      ...sounds.map((item) => this.#entry(item.name, () => this.choose(item.name), thumbnailOf(item))),
      make("p", { class: "facts" }, "Examples"),
      examples,
    );
    if (this.index > 1 && this.item) this.menu.prepend(button("close", "Take it away", () => this.#take(() => this.choose(null))));
    ask("examples").then((/** @type {Example[]} */ all) =>
      examples.replaceChildren(...all.map(({ name, title }) => this.#entry(title, () => this.#example(name)))));
  }

  /**
   * @param {string} words
   * @param {() => unknown} act
   * @param {string} [picture]
   */
  #entry(words, act, picture) {
    const image = picture ? make("img", { src: picture, alt: "", loading: "lazy" }) : make("e-icon", { name: "example" });
    return make("button", { type: "button", class: "button", onclick: () => this.#take(act) }, image, make("span", {}, words));
  }

  /** @param {() => unknown} act */
  #take(act) {
    this.menu.hidePopover();
    act();
  }

  /** @param {string} name */
  async #example(name) {
    const item = await post(`examples/${encodeURIComponent(name)}`);
    await refreshItems();
    this.choose(item.name);
  }
}
