// @ts-check
/** A dialog over the page; closed, it is gone. */

import { button, make } from "../lib/dom.js";

/**
 * Show a dialog; one that has a title has a button beside it that closes it.
 *
 * @param {{kind: string, label: string, title?: string}} what  `kind`: its class
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLDialogElement}
 */
export function showDialog({ kind, label, title }, ...children) {
  const head = title && make("header", {}, make("h2", {}, title), button("close", "Close", () => dialog.close(), { quiet: true }));
  /** @type {HTMLDialogElement} */
  const dialog = make("dialog", { class: kind, "aria-label": label, onclose: () => dialog.remove() }, head, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Let a click beside a dialog close it: one in which nothing can be lost.
 *
 * @param {HTMLDialogElement} dialog
 */
export function closeBeside(dialog) {
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
}
