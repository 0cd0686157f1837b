// @ts-check
/**
 * What was done, without end: it survives a reload, and none of it fills the memory. What the
 * server has not confirmed yet is sent again from here.
 */

import { Steps } from "./steps.js";

/** @typedef {import("./steps.js").Step} Step */
/** @typedef {{layer: number, rect: Rect, before: Uint8Array, after: Uint8Array}} Change */
/** @typedef {{words: string, changes?: Change[], layers?: Step["layers"]}} Deed */

/**
 * @param {BlobPart} bytes
 * @param {CompressionStream | DecompressionStream} through
 */
async function piped(bytes, through) {
  return new Response(new Blob([bytes]).stream().pipeThrough(through)).arrayBuffer();
}

/** @param {Uint8Array} bytes */
const packed = (bytes) => piped(/** @type {BlobPart} */ (bytes), new CompressionStream("deflate-raw"));

/** @param {ArrayBuffer} bytes */
const unpacked = async (bytes) => new Uint8Array(await piped(bytes, new DecompressionStream("deflate-raw")));

/** Events: `change`; `full` when the browser has no room for more. */
export class History extends EventTarget {
  /** @type {Promise<unknown>} one thing after the other */
  #queue = Promise.resolve();
  /** Words of what would be undone, and done again; empty if there is nothing. */
  next = "";
  again = "";
  /** How many steps are done; those after are undone. */
  #place = 0;
  #waiting = 0;

  /**
   * @param {string} painting
   * @param {(changes: Change[], layers: LayerFacts[] | null) => Promise<{arrived: Promise<unknown>} | null>} apply  null where it is closed
   */
  constructor(painting, apply) {
    super();
    this.painting = painting;
    this.apply = apply;
    this.steps = new Steps(painting, () => this.dispatchEvent(new Event("full")));
  }

  /** What was done before. */
  open() {
    return this.#then(async () => {
      this.#place = await this.steps.place();
      await this.#tell();
    });
  }

  /** Whether something is still to be remembered, or undone. */
  get busy() {
    return this.#waiting > 0;
  }

  /**
   * Remember something that was done; its number.
   *
   * @param {Deed} deed
   * @returns {Promise<number>}
   */
  add({ words, changes = [], layers = null }) {
    return this.#then(async () => {
      const { painting } = this;
      const small = await Promise.all(changes.map(async ({ layer, rect, before, after }) => ({
        layer, rect, before: await packed(before), after: await packed(after),
      })));
      const n = this.#place;
      await this.steps.put({ painting, n, words, changes: small, layers, saved: false });
      this.#place = n + 1;
      await this.#tell();
      return n;
    });
  }

  /**
   * The server has it.
   *
   * @param {number} n
   */
  confirm(n) {
    return this.#then(() => this.steps.confirm(n));
  }

  /** Do again what was done last, but never confirmed. */
  resend() {
    return this.#then(async () => {
      let first = this.#place;
      for (let step; (step = await this.steps.get(first - 1)) && !step.saved; first--);
      for (let n = first; n < this.#place; n++) {
        const step = /** @type {Step} */ (await this.steps.get(n));
        const done = await this.apply(await changesOf(step), step.layers?.after ?? null);
        done?.arrived.then(() => this.confirm(n));
      }
    });
  }

  undo() {
    return this.#then(async () => {
      const step = await this.steps.get(this.#place - 1);
      if (!step) return false;
      const changes = (await changesOf(step)).reverse();
      const done = await this.apply(changes.map((one) => ({ ...one, before: one.after, after: one.before })), step.layers?.before ?? null);
      return !!done && this.#go(this.#place - 1);
    });
  }

  redo() {
    return this.#then(async () => {
      const step = await this.steps.get(this.#place);
      if (!step) return false;
      const done = await this.apply(await changesOf(step), step.layers?.after ?? null);
      return !!done && this.#go(this.#place + 1);
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #then(work) {
    this.#waiting++;
    const done = this.#queue.then(work).finally(() => this.#waiting--);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** @param {number} place */
  async #go(place) {
    this.#place = place;
    await this.steps.go(place);
    await this.#tell();
    return true;
  }

  async #tell() {
    const [before, after] = [await this.steps.get(this.#place - 1), await this.steps.get(this.#place)];
    this.next = before?.words ?? "";
    this.again = after?.words ?? "";
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {Step} step
 * @returns {Promise<Change[]>}
 */
function changesOf({ changes }) {
  return Promise.all(changes.map(async ({ layer, rect, before, after }) => ({
    layer, rect, before: await unpacked(before), after: await unpacked(after),
  })));
}
