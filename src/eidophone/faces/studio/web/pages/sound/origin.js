// @ts-check
/** Where a sound on the page comes from, and what it can be compared with. */

import { player } from "../../audio/player.js";
import { button, make } from "../../lib/dom.js";
import { say } from "../../lib/say.js";
import { originalOf, otherSounds } from "../../lib/original.js";
import { get, itemNamed, open, subscribe } from "../../lib/store.js";
import { notesOf } from "../../parts/made.js";

export class Origin {
  made = make("p", { class: "help" });
  notes = make("ul", { class: "notes" });
  again = button("again", "Make it again, but…", () => {
    document.dispatchEvent(new CustomEvent("make again", { detail: get("item") }));
  });
  /** @type {HTMLSelectElement} */
  other = make("select", { id: "other", onchange: () => this.#compare() });
  element = make(
    "section",
    { "aria-label": "Where it comes from" },
    make("h3", {}, "Compare"),
    make("div", { class: "field" }, make("label", { for: "other" }, "With the same place in"), this.other),
    this.made,
    this.notes,
    this.again,
  );

  constructor() {
    subscribe("item", () => this.#show());
    subscribe("items", () => this.#show());
    player.addEventListener("state", () => (this.other.value = player.other?.name ?? ""));
  }

  async #compare() {
    const wanted = itemNamed(this.other.value);
    await player.compare(wanted);
    if (wanted && !player.other) {
      say(`${wanted.name} has another rate than this: they cannot be heard in turn.`, { kind: "error" });
    }
  }

  #show() {
    const item = get("item");
    if (item?.kind !== "sound") return;
    const others = otherSounds(item.name);
    this.element.hidden = !others.length && !item.made;
    const first = originalOf(item)?.name;
    this.other.replaceChildren(
      make("option", { value: "" }, "Nothing"),
      ...others.map(({ name }) => make("option", { value: name }, name === first ? `${name} (its original)` : name)),
    );
    this.other.value = player.other?.name ?? "";
    const made = item.made;
    const own = made && made.act !== "example" && made.of.length > 0;
    this.again.hidden = this.made.hidden = !own;
    this.made.replaceChildren("Made of ", ...(own ? [link(made.of[0])] : []), ".");
    this.notes.replaceChildren(...notesOf(own ? made : null));
  }
}

/** @param {string} name */
function link(name) {
  if (!itemNamed(name)) return name;
  return make("button", { type: "button", class: "link", onclick: () => open(name) }, name);
}
