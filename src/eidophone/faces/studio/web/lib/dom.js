// @ts-check
/** Elements made in one line, so that no text ever becomes markup. */

/** @typedef {string | number | boolean | null | undefined | ((event: any) => unknown)} Attribute */

/**
 * An element with attributes, listeners (`onclick`) and children; what is false or null is left out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

/**
 * A button with an icon and its label; `quiet` ones show the label only to screen readers and as
 * the tooltip.
 *
 * @param {string} icon
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} act
 * @param {{quiet?: boolean, kind?: string, keys?: string}} [how]
 */
export function button(icon, label, act, { quiet = false, kind = "", keys = "" } = {}) {
  const words = keys ? `${label} (${keys})` : label;
  return make(
    "button",
    {
      type: "button",
      class: `button ${quiet ? "quiet" : ""} ${kind}`.trim(),
      "aria-label": quiet ? label : null,
      title: quiet || keys ? words : null,
      onclick: act,
    },
    make("e-icon", { name: icon }),
    quiet ? null : make("span", {}, label),
  );
}

/**
 * The one element of `root` that a selector means.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`there is no ${selector}`);
  return found;
}
