// @ts-check
/** Something that a page has asked for and waits for: how far it is, how long, stop. */

import { remove } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { ended, refreshItems, startJob, subscribe } from "../lib/store.js";
import { timeLeft } from "../lib/words.js";

export class Going {
  bar;
  left = make("p", { class: "left" });
  element;
  #job = "";

  /**
   * @param {string} label  what is going on
   * @param {() => unknown} changed  it begins, or ends
   */
  constructor(label, changed) {
    this.changed = changed;
    this.bar = make("progress", { max: 1, value: 0, "aria-label": label });
    this.element = make("div", { class: "going", hidden: true }, this.bar, this.left,
      button("close", "Stop", () => remove(`jobs/${this.#job}`)));
    subscribe("jobs", (jobs) => {
      const job = jobs.find((one) => one.id === this.#job);
      if (!job) return;
      this.bar.value = job.done;
      this.left.textContent = job.state === "waiting" ? "waiting" : timeLeft(job.seconds_left);
    });
  }

  get busy() {
    return !!this.#job;
  }

  /**
   * Have something made of an item, or of several.
   *
   * @param {string} act
   * @param {string | string[]} of
   * @param {Record<string, unknown>} settings
   * @returns {Promise<string | null>} what was made, on the shelf; null if nothing was
   */
  async make(act, of, settings) {
    return (await this.all(act, [of].flat(), settings))[0] ?? null;
  }

  /**
   * The same of what becomes several.
   *
   * @param {string} act
   * @param {string[]} of
   * @param {Record<string, unknown>} settings
   * @returns {Promise<string[]>} all that was made
   */
  async all(act, of, settings) {
    const job = await startJob(act, of, settings);
    if (!job) return [];
    this.#is(job.id);
    const { state, items } = await ended(job.id);
    this.#is("");
    if (state !== "done") return [];
    await refreshItems();
    return items;
  }

  /** @param {string} job */
  #is(job) {
    this.#job = job;
    this.element.hidden = !job;
    this.changed();
  }
}
