// @ts-check
/**
 * What was done, without end: kept in the browser's database, so that it survives a reload, and
 * none of it fills the memory. What the server has not confirmed yet is sent again from here.
 */

import { Undo } from "../lib/undo.js";

/** @typedef {{layer: number, rect: Rect, before: Uint8Array, after: Uint8Array}} Change */

/**
 * @typedef {object} Step
 * @property {string} painting
 * @property {number} n
 * @property {string} words
 * @property {{layer: number, rect: Rect, before: ArrayBuffer, after: ArrayBuffer}[]} changes  deflated
 * @property {{before: LayerFacts[], after: LayerFacts[]} | null} layers
 * @property {boolean} saved  whether the server has it
 */

/** @typedef {{words: string, changes?: Change[], layers?: Step["layers"]}} Deed */

/**
 * @param {BlobPart} bytes
 * @param {CompressionStream | DecompressionStream} through
 */
async function piped(bytes, through) {
  return new Response(new Blob([bytes]).stream().pipeThrough(through)).arrayBuffer();
}

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("eidophone-paintings", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("steps", { keyPath: ["painting", "n"] });
      asked.result.createObjectStore("places");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * @template T
 * @param {IDBRequest<T>} asked
 * @returns {Promise<T>}
 */
function answer(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export class History extends Undo {
  /** @type {Promise<IDBDatabase>} */
  #base = database();
  /** @type {Promise<unknown>} one thing after the other */
  #queue = Promise.resolve();
  #words = { next: "", again: "" };
  /** How many steps are done; those after are undone. */
  #place = 0;

  /**
   * @param {string} painting
   * @param {(changes: Change[], layers: LayerFacts[] | null) => Promise<void>} apply
   */
  constructor(painting, apply) {
    super();
    this.painting = painting;
    this.apply = apply;
  }

  /** What was done before. */
  open() {
    return this.#then(async () => {
      const places = (await this.#base).transaction("places").objectStore("places");
      this.#place = (await answer(places.get(this.painting))) ?? 0;
      await this.#tell();
    });
  }

  get next() {
    return this.#words.next;
  }

  get again() {
    return this.#words.again;
  }

  /**
   * Remember something that was done; its number.
   *
   * @param {Deed} deed
   * @returns {Promise<number>}
   */
  add({ words, changes = [], layers = null }) {
    return this.#then(async () => {
      const packed = await Promise.all(changes.map(async ({ layer, rect, before, after }) => ({
        layer, rect,
        before: await piped(/** @type {BlobPart} */ (before), new CompressionStream("deflate-raw")),
        after: await piped(/** @type {BlobPart} */ (after), new CompressionStream("deflate-raw")),
      })));
      const n = this.#place;
      const steps = await this.#steps();
      steps.delete(IDBKeyRange.bound([this.painting, n], [this.painting, Infinity]));
      await answer(steps.put({ painting: this.painting, n, words, changes: packed, layers, saved: false }));
      await this.#go(n + 1);
      return n;
    });
  }

  /**
   * The server has it.
   *
   * @param {number} n
   */
  confirm(n) {
    return this.#then(async () => {
      const step = await this.#step(n);
      if (step) await answer((await this.#steps()).put({ ...step, saved: true }));
    });
  }

  /**
   * What was done last, but never confirmed: to be done again.
   *
   * @returns {Promise<{n: number, changes: Change[], layers: LayerFacts[] | null}[]>}
   */
  unsaved() {
    return this.#then(async () => {
      const found = [];
      for (let n = this.#place - 1; n >= 0; n--) {
        const step = await this.#step(n);
        if (!step || step.saved) break;
        found.unshift({ n, changes: await this.#unpacked(step), layers: step.layers?.after ?? null });
      }
      return found;
    });
  }

  undo() {
    return this.#then(async () => {
      const step = await this.#step(this.#place - 1);
      if (!step) return false;
      const changes = (await this.#unpacked(step)).reverse();
      await this.apply(changes.map((one) => ({ ...one, before: one.after, after: one.before })), step.layers?.before ?? null);
      await this.#go(this.#place - 1);
      return true;
    });
  }

  redo() {
    return this.#then(async () => {
      const step = await this.#step(this.#place);
      if (!step) return false;
      await this.apply(await this.#unpacked(step), step.layers?.after ?? null);
      await this.#go(this.#place + 1);
      return true;
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #then(work) {
    this.#waiting++;
    const done = this.#queue.then(work, work).finally(() => this.#waiting--);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #waiting = 0;

  /** Whether something is still to be remembered, or undone. */
  get busy() {
    return this.#waiting > 0;
  }

  async #steps() {
    return (await this.#base).transaction("steps", "readwrite").objectStore("steps");
  }

  /**
   * @param {number} n
   * @returns {Promise<Step | undefined>}
   */
  async #step(n) {
    return answer((await this.#steps()).get([this.painting, n]));
  }

  /**
   * @param {Step} step
   * @returns {Promise<Change[]>}
   */
  #unpacked({ changes }) {
    return Promise.all(changes.map(async ({ layer, rect, before, after }) => ({
      layer, rect,
      before: new Uint8Array(await piped(before, new DecompressionStream("deflate-raw"))),
      after: new Uint8Array(await piped(after, new DecompressionStream("deflate-raw"))),
    })));
  }

  /** @param {number} place */
  async #go(place) {
    this.#place = place;
    const places = (await this.#base).transaction("places", "readwrite").objectStore("places");
    await answer(places.put(place, this.painting));
    await this.#tell();
  }

  async #tell() {
    const [before, after] = [await this.#step(this.#place - 1), await this.#step(this.#place)];
    this.#words = { next: before?.words ?? "", again: after?.words ?? "" };
    this.dispatchEvent(new Event("change"));
  }
}
