// @ts-check
/** Beside: the map of what a model has learnt of, and its report: made when asked for, opened beside the studio. */

import { button, make } from "../../lib/dom.js";
import { get } from "../../lib/store.js";
import { say } from "../../lib/say.js";
import { Going } from "../../parts/going.js";
import { pageOf } from "../../parts/made.js";

/** What can be made of a model, and what is said of it. */
const PAGES = [
  { act: "explore", make: "Make a map", open: "Open map", going: "Making the map", done: "The map is made." },
  { act: "report", make: "Make a report", open: "Open report", going: "Judging", done: "The report is made." },
];

export class Beside {
  #all = PAGES.map((words) => new Page(words));
  element = make("div", { class: "beside" }, make("div", { class: "row" }, ...this.#all.map(({ element }) => element)),
    ...this.#all.map(({ going }) => going.element));

  /** Of this model from now on. @param {Item | null} model */
  show(model) {
    for (const one of this.#all) one.show(model);
  }
}

class Page {
  /** @type {Item | null} */
  #model = null;

  /** @param {typeof PAGES[number]} words */
  constructor(words) {
    this.words = words;
    this.ask = button(words.act === "report" ? "check" : "fit", words.make, () => this.#make());
    this.link = make("a", { class: "button", target: "_blank", rel: "noopener" }, make("e-icon", { name: "other" }), make("span", {}, words.open));
    this.going = new Going(words.going, () => this.#show());
    this.element = make("span", {}, this.ask, this.link);
  }

  /** @param {Item | null} model */
  show(model) {
    this.#model = model;
    this.#show();
  }

  /** The page that was made of the model as it is now. */
  get #made() {
    const model = this.#model;
    return model && get("items").find(({ made, modified }) => made?.act === this.words.act && made.of[0] === model.name && modified >= model.modified);
  }

  #show() {
    const page = this.#made;
    this.ask.hidden = !!page || this.going.busy;
    this.link.hidden = !page;
    if (page) this.link.href = pageOf(page);
  }

  async #make() {
    if (!this.#model || !(await this.going.make(this.words.act, this.#model.name, {}))) return;
    this.#show();
    const page = this.#made;
    if (page) say(this.words.done, { action: { label: "Open it beside", act: () => window.open(pageOf(page), "_blank", "noopener") } });
  }
}
