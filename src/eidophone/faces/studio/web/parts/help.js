// @ts-check
/** All keys that apply now, over the page: `?`. */

import { make } from "../lib/dom.js";
import { keyName, listed } from "../lib/keys.js";
import { closeBeside, showDialog } from "./dialog.js";

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
  closeBeside(showDialog({ kind: "keys", label: "Keys", title: "Keys" }, make("div", { class: "groups" }, ...groups, mouse)));
}
