// @ts-check
/** Buttons and keys that zoom in time. */

import { button, make } from "../lib/dom.js";
import { shortcut } from "../lib/keys.js";
import { ZOOM } from "./picture.js";

/**
 * The buttons; the keys are there from now on.
 *
 * @param {import("./picture.js").EPicture} picture
 * @param {{group: string, when: () => boolean}} how  of the keys
 */
export function zooms(picture, how) {
  const [nearer, farther, whole] = [() => picture.zoom(ZOOM), () => picture.zoom(1 / ZOOM), () => picture.fit()];
  shortcut(["+", "="], "Zoom in", nearer, how);
  shortcut("-", "Zoom out", farther, how);
  shortcut("0", "See all", whole, how);
  return make("div", { class: "zooms", role: "group", "aria-label": "Zoom" },
    button("zoom-out", "Zoom out", farther, { quiet: true, keys: "−" }),
    button("fit", "See all", whole, { quiet: true, keys: "0" }),
    button("zoom-in", "Zoom in", nearer, { quiet: true, keys: "+" }));
}
