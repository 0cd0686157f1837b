// @ts-check
/** Beside the picture: ways in, how it is drawn, what to make of it, how to hear it. */

import { make } from "../../lib/dom.js";
import { isHeard, subscribe } from "../../lib/store.js";
import { DrawingForm } from "./drawing.js";
import { Hearing } from "./hearing.js";
import { Origin } from "./origin.js";
import { Saving } from "./saving.js";
import { Ways } from "./ways.js";

export class PSoundPanel extends HTMLElement {
  connectedCallback() {
    if (this.childElementCount) return;
    this.className = "side";
    const drawing = new DrawingForm().element;
    const saving = new Saving().element;
    const origin = new Origin();
    const hearing = new Hearing().element;
    this.append(make("aside", { "aria-label": "What to do", tabindex: -1 }, new Ways().element, hearing, drawing, saving, origin.element));
    subscribe("item", (item) => {
      const isSound = item?.kind === "sound";
      hearing.hidden = !isHeard(item);
      drawing.hidden = saving.hidden = !isSound;
      if (!isSound) origin.element.hidden = true;
    });
  }
}

customElements.define("p-sound-panel", PSoundPanel);
