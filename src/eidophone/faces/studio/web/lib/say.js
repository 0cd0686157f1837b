// @ts-check
/** Words to the person, at the lower edge, over everything and in nobody's way. */

import { make, one } from "./dom.js";
import { sentence } from "./words.js";

const STAYS_MS = { note: 7000, error: 20_000 };
const MOST = 3;

/**
 * Say something, for a while, and longer if it is an error; what can be undone can be undone from here.
 *
 * @param {string} words
 * @param {{undo?: () => unknown, kind?: "note" | "error", action?: {label: string, act: () => unknown}}} [how]
 */
export function say(words, { undo, kind = "note", action } = {}) {
  const place = one(document, "#says");
  unsay(words); // once is enough
  const offered = undo ? { label: "Undo", act: undo } : action;
  const close = () => toast.remove();
  /** @type {HTMLElement} */
  const toast = make(
    "div",
    { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" },
    make("e-icon", { name: kind === "error" ? "warning" : "note" }),
    make("p", {}, sentence(words)),
    offered &&
      make(
        "button",
        {
          type: "button",
          class: "button bare",
          onclick: () => {
            close();
            offered.act();
          },
        },
        offered.label,
      ),
    make(
      "button",
      { type: "button", class: "button quiet", "aria-label": "Close", onclick: close },
      make("e-icon", { name: "close" }),
    ),
  );
  for (const old of [...place.children].slice(0, Math.max(0, place.children.length - MOST + 1))) {
    old.remove();
  }
  place.append(toast);
  leaveLater(toast, STAYS_MS[kind]);
}

/**
 * Take back what was said: it is so no more.
 *
 * @param {string} words
 */
export function unsay(words) {
  for (const toast of document.querySelectorAll(".toast")) {
    if (toast.querySelector("p")?.textContent === sentence(words)) toast.remove();
  }
}

/**
 * @param {HTMLElement} toast
 * @param {number} ms  unless somebody is there
 */
function leaveLater(toast, ms) {
  let timer = setTimeout(() => toast.remove(), ms);
  const stay = () => clearTimeout(timer);
  const go = () => {
    stay();
    timer = setTimeout(() => toast.remove(), ms / 2);
  };
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusout", go);
}
