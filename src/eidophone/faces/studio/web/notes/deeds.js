// @ts-check
/** What was done to a piece, in the browser's database, so that undo survives a reload; else it is not kept. */

/** What was not opened for a month is forgotten. */
const FORGOTTEN_MS = 30 * 24 * 3600 * 1000;

/** @typedef {import("./piece.js").Step} Step */

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("eidophone-notes", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("steps");
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
const answer = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

/** All steps of a piece. @param {string} key */
const all = (key) => IDBKeyRange.bound([key, 0], [key, Infinity]);

export class Deeds {
  /** One after the other. @type {Promise<unknown>} */
  #written = Promise.resolve();
  #isFull = false;

  /**
   * @param {string} key
   * @param {() => void} full  is called once, when it cannot be kept
   */
  constructor(key, full) {
    this.key = key;
    this.full = full;
    this.base = database();
    this.base.catch(() => this.#fails());
  }

  /** @returns {Promise<{steps: Step[], place: number}>} */
  async read() {
    try {
      const found = (await this.base).transaction(["steps", "places"]);
      const [steps, place] = await Promise.all([
        answer(found.objectStore("steps").getAll(all(this.key))), answer(found.objectStore("places").get(this.key)),
      ]);
      this.#sweep();
      return { steps, place: Math.min(steps.length, place?.place ?? 0) };
    } catch {
      return { steps: [], place: 0 };
    }
  }

  /**
   * Have this step, and none after it.
   *
   * @param {number} n
   * @param {Step} step
   */
  put(n, step) {
    return this.#write((steps, places) => {
      steps.delete(IDBKeyRange.bound([this.key, n], [this.key, Infinity]));
      steps.put(step, [this.key, n]);
      places.put({ place: n + 1, used: Date.now() }, this.key);
    });
  }

  /** So many steps are done. @param {number} place */
  go(place) {
    return this.#write((_, places) => places.put({ place, used: Date.now() }, this.key));
  }

  forget(key = this.key) {
    return this.#write((steps, places) => {
      steps.delete(all(key));
      places.delete(key);
    });
  }

  async #sweep() {
    const places = (await this.base).transaction("places").objectStore("places");
    const [keys, values] = await Promise.all([answer(places.getAllKeys()), answer(places.getAll())]);
    keys.forEach((key, i) => values[i].used < Date.now() - FORGOTTEN_MS && this.forget(String(key)));
  }

  /** @param {(steps: IDBObjectStore, places: IDBObjectStore) => void} work */
  #write(work) {
    return (this.#written = this.#written.then(() => this.#try(work)).catch(() => this.#fails()));
  }

  /** @param {(steps: IDBObjectStore, places: IDBObjectStore) => void} work */
  async #try(work) {
    const both = (await this.base).transaction(["steps", "places"], "readwrite");
    const done = new Promise((resolve, reject) => {
      both.oncomplete = resolve;
      both.onabort = () => reject(both.error);
    });
    work(both.objectStore("steps"), both.objectStore("places"));
    await done;
  }

  #fails() {
    if (!this.#isFull) this.full();
    this.#isFull = true;
  }
}
