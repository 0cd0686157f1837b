// @ts-check
/** Beside the picture: ways in, how it is drawn, what to make of it. */

import { make } from "../../lib/dom.js";
import { Ways } from "./ways.js";

export class PSoundPanel extends HTMLElement {
  connectedCallback() {
    if (this.childElementCount) return;
    this.append(make("aside", { "aria-label": "What to do" }, new Ways().element));
  }
}

customElements.define("p-sound-panel", PSoundPanel);
