// @ts-check
/** What a sound can be compared with: that of which it was made. */

import { get, itemNamed } from "./store.js";

/**
 * The original of a sound that was made: the one that was leaned on, or the one that was altered.
 *
 * @param {Item | null} sound
 * @returns {Item | null}
 */
export function originalOf(sound) {
  const made = sound?.made;
  if (!sound || !made) return null;
  for (const name of [made.settings?.reference, ...made.of]) {
    const item = typeof name === "string" ? itemNamed(name) : null;
    if (item?.kind === "sound" && item.name !== sound.name) return item;
    const before = item && item.made?.of.map(itemNamed).find((one) => one?.kind === "sound");
    if (before && before.name !== sound.name) return before;
  }
  return null;
}

/** All sounds but one, the newest first. */
export function otherSounds(/** @type {string | undefined} */ name) {
  return get("items").filter((item) => item.kind === "sound" && item.name !== name);
}
