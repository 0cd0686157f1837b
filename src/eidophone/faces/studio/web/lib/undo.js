// @ts-check
/** What was done, and how to undo it: one stack for the page that is open. */

/**
 * @typedef {object} Step
 * @property {string} words  what it does, as `Delete guitar.png`
 * @property {() => unknown} undo
 * @property {() => unknown} redo
 */

/**
 * @typedef {object} Stack  What Ctrl-Z can mean.
 * @property {() => Promise<boolean>} undo  false if there is nothing
 * @property {() => Promise<boolean>} redo
 * @property {string} next  words of what would be undone; empty if nobody is told
 */

export class Undo extends EventTarget {
  /** @type {Step[]} */
  #done = [];
  /** @type {Step[]} */
  #undone = [];

  /**
   * Remember a step that was just done.
   *
   * @param {Step} step
   */
  did(step) {
    this.#done.push(step);
    this.#undone = [];
    this.#changed();
  }

  /** Undo the latest step, or this one; false if there is none. */
  async undo(step = this.#done.at(-1)) {
    const at = step ? this.#done.lastIndexOf(step) : -1;
    if (!step || at < 0) return false;
    this.#done.splice(at, 1);
    await step.undo();
    this.#undone.push(step);
    this.#changed();
    return true;
  }

  /** Do the latest undone step again; false if there is none. */
  async redo() {
    const step = this.#undone.pop();
    if (!step) return false;
    await step.redo();
    this.#done.push(step);
    this.#changed();
    return true;
  }

  /** Words of what would be undone; empty if there is nothing. */
  get next() {
    return this.#done.at(-1)?.words ?? "";
  }

  /** Words of what would be redone; empty if there is nothing. */
  get again() {
    return this.#undone.at(-1)?.words ?? "";
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Of pages that have none of their own. */
export const common = new Undo();

/** @type {Stack} */
let current = common;

/** The stack that Ctrl-Z means. */
export const undoStack = () => current;

/**
 * Let Ctrl-Z mean another stack; a page does so when it is shown.
 *
 * @param {Stack} stack
 */
export function useUndo(stack) {
  current = stack;
}
