// @ts-check
/** The layers of a painting, the highest first: seen or not, how much, in which order. */

import { button, make } from "../lib/dom.js";
import { slider } from "../parts/controls.js";

export class Layers {
  list = make("ul", { class: "layers", "aria-label": "Layers" });
  element = make("section", { class: "layering", "aria-label": "Layers" },
    make("header", {}, make("h3", {}, "Layers"), button("paint-add", "New layer", () => this.#add(), { quiet: true })),
    this.list);

  /** @param {Easel} easel */
  constructor(easel) {
    this.easel = easel;
    easel.addEventListener("open", () => this.#fill());
    easel.addEventListener("state", () => this.#fill());
  }

  #fill() {
    const { painting } = this.easel;
    if (this.list.contains(document.activeElement) && document.activeElement?.matches("input[type=range]:active, input[type=text]")) return;
    const focus = document.activeElement?.getAttribute("data-key") ?? "";
    this.list.replaceChildren(...[...(painting?.facts ?? [])].reverse().map((layer) => this.#row(layer)));
    if (focus) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-key="${focus}"]`))?.focus();
  }

  /** @param {LayerFacts} layer */
  #row(layer) {
    const { painting } = this.easel;
    const active = painting?.active === layer.id;
    const eye = button(layer.visible ? "paint-seen" : "paint-unseen", layer.visible ? `Hide ${layer.name}` : `Show ${layer.name}`,
      () => this.#change("Layer", layer.id, { visible: !layer.visible }), { quiet: true });
    eye.dataset.key = `eye-${layer.id}`;
    const name = make("button", {
      type: "button", class: "choose", "aria-pressed": String(active), "data-key": `name-${layer.id}`,
      title: active ? "Painted on now; twice: another name" : "Paint on this",
      onclick: () => this.#choose(layer.id),
      ondblclick: () => this.#rename(row, layer),
    }, layer.name);
    /** @type {HTMLElement} */
    const row = make("li", { class: active ? "active" : "" }, eye, name, ...(active ? this.#tools(layer) : []));
    return row;
  }

  /** @param {LayerFacts} layer */
  #tools(layer) {
    const layers = this.easel.painting?.facts ?? [];
    const at = layers.findIndex(({ id }) => id === layer.id);
    const up = button("paint-up", "Higher", () => this.#move(at, 1), { quiet: true });
    const down = button("paint-down", "Lower", () => this.#move(at, -1), { quiet: true });
    const remove = button("delete", "Remove this layer", () => this.#remove(layer), { quiet: true });
    up.disabled = at === layers.length - 1;
    down.disabled = at === 0;
    remove.disabled = layers.length === 1;
    const opacity = slider((value) => `${Math.round((value / 255) * 100)} %`, {
      min: 0, max: 255, step: 1, value: layer.opacity, "aria-label": `How much of ${layer.name} there is`,
      "data-key": `opacity-${layer.id}`,
      onchange: () => this.#change("How much of a layer", layer.id, { opacity: Number(opacity.input.value) }),
    });
    return [up, down, remove, opacity.element];
  }

  /** @param {number} id */
  #choose(id) {
    if (this.easel.painting) this.easel.painting.active = id;
    this.#fill();
  }

  /**
   * @param {HTMLElement} row
   * @param {LayerFacts} layer
   */
  #rename(row, layer) {
    /** @type {HTMLInputElement} */
    const input = make("input", {
      type: "text", value: layer.name, maxlength: 100, "aria-label": "Name of the layer",
      onblur: () => this.#change("Name of a layer", layer.id, { name: input.value.trim() || layer.name }),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Escape") {
          if (event.key === "Escape") input.value = layer.name;
          input.blur();
        }
      },
    });
    row.querySelector(".choose")?.replaceWith(input);
    input.select();
  }

  #add() {
    const { painting } = this.easel;
    if (!painting) return;
    const id = painting.nextId;
    const at = painting.facts.findIndex((one) => one.id === painting.active) + 1;
    const layers = painting.facts.toSpliced(at, 0, { id, name: `Layer ${id}`, visible: true, opacity: 255 });
    const done = this.easel.arrange("New layer", layers);
    painting.active = id;
    this.#fill();
    return done;
  }

  /** @param {LayerFacts} layer */
  #remove(layer) {
    const layers = this.easel.painting?.facts.filter(({ id }) => id !== layer.id) ?? [];
    return this.easel.arrange(`Remove ${layer.name}`, layers);
  }

  /**
   * @param {number} at
   * @param {number} step
   */
  #move(at, step) {
    const layers = this.easel.painting?.facts ?? [];
    return this.easel.arrange("Order of layers", layers.toSpliced(at, 1).toSpliced(at + step, 0, layers[at]));
  }

  /**
   * @param {string} words
   * @param {number} id
   * @param {Partial<LayerFacts>} change
   */
  #change(words, id, change) {
    const layers = (this.easel.painting?.facts ?? []).map((one) => (one.id === id ? { ...one, ...change } : one));
    return this.easel.arrange(words, layers);
  }
}
