// @ts-check
/** All keys that apply now, over the page: `?`. */

import { button, make } from "../lib/dom.js";
import { keyName, listed } from "../lib/keys.js";

const POINTER = [
  ["Wheel", "Zoom in time"],
  ["Shift + wheel", "Scroll"],
  ["Alt + wheel", "Zoom in pitch"],
  ["Click", "Play from here"],
  ["Drag", "Choose a part"],
  ["Shift + ← →", "Choose a part, from the line on"],
];

export function showKeys() {
  const old = document.querySelector("dialog.keys");
  if (old instanceof HTMLDialogElement) return old.close();
  const groups = [...listed()].map(([group, shortcuts]) =>
    make("section", {}, make("h3", {}, group), make("dl", {}, ...shortcuts.flatMap(({ keys, words }) => [
      make("dt", {}, ...keyName(keys[0]).map((part) => make("kbd", {}, part))),
      make("dd", {}, words),
    ]))),
  );
  const mouse = make("section", {}, make("h3", {}, "On the picture"), make("dl", {}, ...POINTER.flatMap(([act, words]) => [
    make("dt", {}, make("kbd", {}, act)), make("dd", {}, words),
  ])));
  /** @type {HTMLDialogElement} */
  const dialog = make(
    "dialog",
    { class: "keys", "aria-label": "Keys" },
    make("header", {}, make("h2", {}, "Keys"), button("close", "Close", () => dialog.close(), { quiet: true })),
    make("div", { class: "groups" }, ...groups, mouse),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  return dialog.showModal();
}
