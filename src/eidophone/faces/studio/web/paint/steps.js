// @ts-check
/**
 * Steps of paintings, in the browser's database. Where it has no room, or is not there, they are
 * kept in memory: the latest of them, for as long as the page is open.
 */

/** Bytes of steps in memory, at most. */
const MOST = 64 * 2 ** 20;

/**
 * A painting that the server does not know may be of another workspace: what was done to it is
 * forgotten when it was not opened for a month.
 */
const FORGOTTEN_MS = 30 * 24 * 3600 * 1000;

/**
 * @typedef {object} Step
 * @property {string} painting
 * @property {number} n
 * @property {string} words
 * @property {{layer: number, rect: Rect, before: ArrayBuffer, after: ArrayBuffer}[]} changes  deflated
 * @property {{before: LayerFacts[], after: LayerFacts[]} | null} layers
 * @property {boolean} saved  whether the server has it
 */

/** @typedef {(steps: IDBObjectStore, places: IDBObjectStore) => void} Work */
/** @typedef {{place: number, used: number}} Place  how many steps are done; when it was opened last */

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("eidophone-steps", 1);
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

export class Steps {
  #base = database();
  /** @type {Map<number, Step>} */
  #memory = new Map();
  /** From which step on they are in memory. */
  #limit = Infinity;

  /**
   * @param {string} painting
   * @param {() => void} full  is called once, when there is no room any more
   */
  constructor(painting, full) {
    this.painting = painting;
    this.full = full;
  }

  /** How many steps are done; those after them are undone. */
  async place() {
    try {
      const all = (await this.#base).transaction(["steps", "places"]);
      const steps = IDBKeyRange.bound([this.painting, 0], [this.painting, Infinity]);
      const [count, found] = await Promise.all([
        answer(all.objectStore("steps").count(steps)), answer(all.objectStore("places").get(this.painting)),
      ]);
      return Math.min(count, found?.place ?? 0); // there may have been no room for the latest
    } catch {
      this.#limit = 0;
      return 0;
    }
  }

  /**
   * @param {number} n
   * @returns {Promise<Step | undefined>}
   */
  async get(n) {
    if (n >= this.#limit) return this.#memory.get(n);
    return answer((await this.#base).transaction("steps").objectStore("steps").get([this.painting, n]));
  }

  /**
   * Have this step, and none after it.
   *
   * @param {Step} step
   */
  async put(step) {
    const { painting, n } = step;
    const after = IDBKeyRange.bound([painting, n], [painting, Infinity]);
    for (const key of this.#memory.keys()) if (key >= n) this.#memory.delete(key);
    const written = n < this.#limit && (await this.#write((steps, places) => {
      steps.delete(after);
      steps.put(step);
      places.put({ place: n + 1, used: Date.now() }, painting);
    }));
    if (written) {
      this.#limit = Infinity;
      return;
    }
    if (n < this.#limit) await this.#write((steps) => steps.delete(after));
    if (!this.#isFull) this.full();
    this.#isFull = true;
    this.#limit = Math.min(this.#limit, n);
    this.#remember(step);
  }

  #isFull = false;

  /** @param {Step} step  the latest */
  #remember(step) {
    this.#memory.set(step.n, step);
    let size = 0;
    for (const one of [...this.#memory.values()].sort((a, b) => b.n - a.n)) {
      size += one.changes.reduce((sum, { before, after }) => sum + before.byteLength + after.byteLength, 0);
      if (size > MOST && one !== step) this.#memory.delete(one.n);
    }
  }

  /**
   * So many steps are done.
   *
   * @param {number} place
   */
  async go(place) {
    if (this.#limit && place <= this.#limit) await this.#write((_, places) => places.put({ place, used: Date.now() }, this.painting));
  }

  /**
   * The server has it.
   *
   * @param {number} n
   */
  async confirm(n) {
    const step = await this.get(n);
    if (step && n < this.#limit) await this.#write((steps) => steps.put({ ...step, saved: true }));
  }

  /**
   * Forget paintings that are nowhere any more.
   *
   * @param {string[]} known  by the server
   */
  async sweep(known) {
    const old = Date.now() - FORGOTTEN_MS;
    for (const { painting, used } of await this.#others()) {
      if (used < old && !known.includes(painting)) await this.#remove(painting);
    }
  }

  /** Other paintings, the one that was not opened for the longest time first. */
  async #others() {
    const places = (await this.#base).transaction("places").objectStore("places");
    const [keys, values] = await Promise.all([answer(places.getAllKeys()), answer(places.getAll())]);
    const all = keys.map((key, i) => ({ painting: String(key), used: values[i].used }));
    return all.filter(({ painting }) => painting !== this.painting).sort((a, b) => a.used - b.used);
  }

  /** @param {string} painting */
  #remove(painting) {
    return this.#try((steps, places) => {
      steps.delete(IDBKeyRange.bound([painting, 0], [painting, Infinity]));
      places.delete(painting);
    });
  }

  /**
   * Write all of it, or nothing; other paintings make room for it.
   *
   * @param {Work} work
   * @returns {Promise<boolean>} whether it was written
   */
  async #write(work) {
    for (;;) {
      try {
        await this.#try(work);
        return true;
      } catch (error) {
        const [oldest] = /** @type {Error | null} */ (error)?.name === "QuotaExceededError" ? await this.#others() : [];
        if (!oldest) return false;
        await this.#remove(oldest.painting);
      }
    }
  }

  /** @param {Work} work */
  async #try(work) {
    const all = (await this.#base).transaction(["steps", "places"], "readwrite");
    const done = new Promise((resolve, reject) => {
      all.oncomplete = resolve;
      all.onabort = () => reject(all.error);
    });
    work(all.objectStore("steps"), all.objectStore("places"));
    await done;
  }
}
