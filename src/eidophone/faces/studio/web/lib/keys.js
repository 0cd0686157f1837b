// @ts-check
/** Shortcuts: each has words, which `?` shows. */

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys  as `Space`, `Ctrl+z`, `ArrowLeft`, `?`
 * @property {string} words
 * @property {string} group
 * @property {(event: KeyboardEvent) => unknown} act
 * @property {() => boolean} when
 */

/** @type {Shortcut[]} */
const shortcuts = [];

/**
 * Add a shortcut; what comes back takes it away again.
 *
 * @param {string | string[]} keys  `Ctrl` is Command on a Mac
 * @param {string} words
 * @param {(event: KeyboardEvent) => unknown} act
 * @param {{group?: string, when?: () => boolean}} [how]
 */
export function shortcut(keys, words, act, { group = "Everywhere", when = () => true } = {}) {
  const added = { keys: [keys].flat(), words, group, act, when };
  shortcuts.push(added);
  return () => void shortcuts.splice(shortcuts.indexOf(added), 1);
}

/** All that apply now, by their groups. */
export function listed() {
  return Map.groupBy(
    shortcuts.filter((one) => one.when()),
    (one) => one.group,
  );
}

/**
 * A key as it is written on a keyboard.
 *
 * @param {string} key
 */
export function keyName(key) {
  const names = new Map([
    ["ArrowLeft", "←"], ["ArrowRight", "→"], ["ArrowUp", "↑"], ["ArrowDown", "↓"],
    ["Escape", "Esc"], ["-", "−"],
  ]);
  const parts = key === "+" ? [key] : key.split("+");
  return parts.map((part) => names.get(part) ?? (part.length === 1 ? part.toUpperCase() : part));
}

/**
 * What was typed: a sign, be it by AltGr, which is Ctrl and Alt on some keyboards; on those of other
 * scripts the letter that is there on a Latin one; and digits, whatever Alt makes of them.
 *
 * @param {KeyboardEvent} event
 */
function nameOf(event) {
  const typed = event.getModifierState("AltGraph");
  const place = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] ?? "";
  const foreign = event.key.length === 1 && event.key > "~";
  const key = !typed && place && (foreign || (event.altKey && /\d/.test(place))) ? place : event.key;
  const parts = [];
  if (typed && !/^[^\w ]$/.test(key)) parts.push("AltGr"); // no sign: nobody means a shortcut
  if (!typed && (event.ctrlKey || event.metaKey)) parts.push("Ctrl");
  if (!typed && event.altKey) parts.push("Alt");
  const letter = key.length === 1;
  if (event.shiftKey && (!letter || /[a-z]/i.test(key))) parts.push("Shift");
  parts.push(key === " " ? "Space" : letter ? key.toLowerCase() : key);
  return parts.join("+");
}

let byKey = false;
let reachedByKey = false;

addEventListener("pointerdown", () => (byKey = false), { capture: true });
addEventListener("focusin", () => (reachedByKey = byKey));
addEventListener("keydown", (event) => {
  if (event.key === "Tab" || event.key.startsWith("Arrow")) byKey = true;
}, { capture: true });

/**
 * Whether letters that are typed go into an element.
 *
 * @param {EventTarget | null} at
 */
export function takesLetters(at) {
  return at instanceof HTMLElement && at.matches("textarea, input:not([type=range], [type=radio], [type=checkbox], [type=file])");
}

/**
 * Whether the element with the focus needs this key itself. A button that was clicked keeps the
 * focus, and the space bar should play all the same; one that was reached by Tab is pressed by it.
 *
 * @param {KeyboardEvent} event
 */
function isTaken(event) {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (event.ctrlKey || event.metaKey) return takesLetters(at) && event.key !== "Enter";
  if (takesLetters(at) || at.matches("select")) return true;
  if (at.closest("dialog[open], [popover]:popover-open")) return event.key !== "?";
  if (at.matches("input[type=range], input[type=radio]") && /^(Arrow|Home|End|Page)/.test(event.key)) return true;
  if (event.key === " " || event.key === "Enter") {
    return reachedByKey && at.matches("button, summary, a, input");
  }
  return false;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || isTaken(event)) return;
  const name = nameOf(event);
  const found = shortcuts.findLast((one) => one.keys.includes(name) && one.when());
  if (!found) return;
  event.preventDefault();
  found.act(event);
});
