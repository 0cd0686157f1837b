// @ts-check
/** What the browser keeps over reloads: values that JSON can say. */

/** What is kept as `name`; null if there is nothing, or nothing that can be read. @param {string} name */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Keep `value` as `name`. @param {string} name @param {unknown} value */
export const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
