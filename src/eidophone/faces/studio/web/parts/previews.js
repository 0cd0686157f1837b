// @ts-check
/** Previews on their way: asked for, and told of when they are there, each with its samples. */

import { planar } from "../audio/chunks.js";
import { Refused, bytes, post } from "../lib/api.js";
import { events } from "../lib/events.js";

/** @typedef {{id: string, state: "waiting" | "ready" | "failed", error: string, cold?: boolean}} Preview */
/** @typedef {Record<string, unknown>} Way  settings of the act */

/** Event `change`: another is ready, or has failed. */
export class Previews extends EventTarget {
  /** By the settings that they were asked for with. @type {Map<string, Preview>} */
  #known = new Map();
  /** What was told before it was known. @type {Map<string, Preview>} */
  #heard = new Map();
  #of = "";
  #ticket = 0;
  error = "";

  /** @param {string} act  what makes them */
  constructor(act) {
    super();
    this.act = act;
    events.addEventListener("preview", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
    events.addEventListener("open", () => this.#again()); // what was told meanwhile was not heard
  }

  /** @type {{of: Item[], ways: Way[]} | null} */
  #asked = null;

  /**
   * Have these made, in this order, and no others any more.
   *
   * @param {Item[]} of
   * @param {Way[]} ways
   */
  async want(of, ways) {
    const sign = JSON.stringify(of.map(({ name, modified, bytes: size }) => [name, modified, size]));
    if (sign !== this.#of) this.#known.clear();
    this.#of = sign;
    this.#asked = { of, ways };
    const mine = ++this.#ticket;
    this.#heard.clear();
    try {
      const found = await post("previews", { act: this.act, of: of.map(({ name }) => name), ways });
      if (mine !== this.#ticket) return;
      this.error = "";
      ways.forEach((way, i) => this.#known.set(JSON.stringify(way), this.#heard.get(found[i].id) ?? found[i]));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine === this.#ticket) this.error = error.message;
    }
    this.dispatchEvent(new Event("change"));
  }

  #again() {
    if (this.#asked) this.want(this.#asked.of, this.#asked.ways);
  }

  /** @param {Way} way */
  of(way) {
    return this.#known.get(JSON.stringify(way)) ?? null;
  }

  /** @param {Preview} preview */
  #hear(preview) {
    let known = false;
    this.#heard.set(preview.id, preview);
    for (const [way, { id }] of this.#known) {
      if (id !== preview.id) continue;
      this.#known.set(way, preview);
      known = true;
    }
    if (known) this.dispatchEvent(new Event("change"));
  }
}

/** @param {string} id */
export async function samplesOf(id) {
  const { buffer, headers } = await bytes(`previews/${id}/samples`);
  return { rate: Number(headers.get("X-Rate")), data: planar(buffer, headers).data };
}

/** @param {string} id */
export const pictureOf = (id) => `/api/previews/${id}/picture`;
