// @ts-check
/** `<e-icon name>`: one of our icons, in the colour of the text; its label stands beside it. */

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

export class EIcon extends HTMLElement {
  static observedAttributes = ["name"];

  attributeChangedCallback() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    for (const path of ICONS[this.getAttribute("name") ?? ""] ?? []) {
      const line = document.createElementNS(SVG, "path");
      const filled = path.startsWith("F");
      line.setAttribute("d", filled ? path.slice(1) : path);
      if (filled) line.setAttribute("class", "filled");
      svg.append(line);
    }
    this.setAttribute("aria-hidden", "true");
    this.replaceChildren(svg);
  }
}

customElements.define("e-icon", EIcon);
