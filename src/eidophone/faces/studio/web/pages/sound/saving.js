// @ts-check
/** Saving: a picture, squares or a film of the sound; it is downloaded, and stays on the shelf. */

import { itemPath } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { say } from "../../lib/say.js";
import { ended, get, refreshItems, startJob, subscribe } from "../../lib/store.js";

const KINDS = [
  { act: "picture", icon: "picture", title: "Save picture", words: "One image of the whole sound" },
  { act: "squares", icon: "zip", title: "Save squares", words: "Numbered square images, as .zip" },
  { act: "film", icon: "film", title: "Save film", words: "It moves, with the sound in step" },
];

/** These are chosen where the sound is drawn. */
const DRAWN = ["recipe", "exposure"];

/** @param {string} name */
export function download(name) {
  make("a", { href: `/api/${itemPath(name, "file")}?download=1`, download: name }).click();
}

export class Saving {
  element = make("section", { class: "saving", "aria-label": "Save" }, make("h3", {}, "Save"));

  constructor() {
    this.element.append(...KINDS.map((kind) => this.#kind(kind)));
  }

  /** @param {typeof KINDS[0]} kind */
  #kind({ act, icon, title, words }) {
    const form = make("e-form", { first: 4 });
    const choices = make("div", { class: "choices", hidden: true, id: `choices-${act}` }, form);
    const more = button("more", `Choices for: ${title}`, () => {
      choices.hidden = !choices.hidden;
      more.setAttribute("aria-expanded", String(!choices.hidden));
      choices.scrollIntoView({ block: "nearest" });
    }, { quiet: true });
    more.setAttribute("aria-expanded", "false");
    more.setAttribute("aria-controls", choices.id);
    const start = make(
      "button",
      { type: "button", class: "save", onclick: () => this.#save(act, form.value) },
      make("e-icon", { name: icon }), make("span", { class: "title" }, title), make("span", { class: "words" }, words),
    );
    subscribe("forms", (forms) => {
      const options = (forms[act] ?? []).filter(({ name }) => !DRAWN.includes(name));
      form.options = options;
      more.hidden = !options.length;
    });
    if (act === "film") subscribe("server", (server) => (start.disabled = server?.extras.film === false));
    return make("div", { class: "kind" }, start, more, choices);
  }

  /**
   * @param {string} act
   * @param {Record<string, unknown>} chosen
   */
  async #save(act, chosen) {
    const item = get("sound") ?? get("item");
    if (!item) return;
    const job = await startJob(act, [item.name], { ...get("drawing"), ...chosen });
    if (!job) return;
    const { state, items, notes } = await ended(job.id);
    if (state !== "done") return;
    await refreshItems();
    items.forEach(download);
    const folder = get("server")?.workspace;
    say([`In your downloads, and on the shelf (folder ${folder}): ${items.join(", ")}.`, ...notes].join(" "));
  }
}
