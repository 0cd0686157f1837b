// @ts-check
/** Growing: what is being learnt, how far that is, how long it takes, and what it sounds like. */

import { post, remove } from "../../lib/api.js";
import { button, make } from "../../lib/dom.js";
import { get } from "../../lib/store.js";
import { sentence, timeLeft } from "../../lib/words.js";
import { canGoOn } from "../../parts/job.js";

/**
 * What is being learnt, or was not learnt to its end: of a model, or the latest of none.
 *
 * @param {string | null} model
 */
export function learningOf(model) {
  const all = get("jobs").filter(({ act, state }) => act === "learn" && ["waiting", "running", "failed"].includes(state));
  const mine = all.filter(({ items }) => (model ? items[0] === model : !items.length));
  return mine.find(({ state }) => state !== "failed") ?? mine[0] ?? null;
}

/** @param {Job | null} job */
export const goesOn = (job) => job?.state === "running" || job?.state === "waiting";

/**
 * How well it knows sounds that it has not heard, in words.
 *
 * @param {Record<string, any>} stage
 */
function known({ held, first }) {
  if (typeof held !== "number" || typeof first !== "number" || !(first > 0)) return "";
  const better = Math.round(100 * (1 - held / first));
  return better > 0 ? `It guesses sounds that it has not heard ${better} % better than when it began.`
    : "It does not guess sounds that it has not heard any better yet.";
}

/** Event `hear`: its detail is where the samples are. */
export class Growing extends EventTarget {
  words = make("p", { role: "status" });
  bar = make("progress", { max: 1, value: 0, "aria-label": "Learning" });
  left = make("p", { class: "left" });
  knows = make("p", { class: "help" });
  heard = make("div", { class: "row" });
  stop = button("close", "Stop learning", () => this.#job && remove(`jobs/${this.#job.id}`));
  on = button("again", "Go on learning", () => this.#job && post(`jobs/${this.#job.id}/resume`));
  element = make("div", { class: "growing" }, this.words, this.bar, this.knows, this.heard,
    make("div", { class: "row" }, this.left, this.stop, this.on));
  /** @type {Job | null} */
  #job = null;
  #names = "";

  /** @param {Job | null} job */
  show(job) {
    this.#job = job;
    this.element.hidden = !job;
    if (!job) return;
    const failed = job.state === "failed";
    const ready = job.items.length > 0;
    const interrupted = canGoOn(job);
    const words = interrupted ? "The studio was closed while it learnt. It can go on where it was."
      : failed ? sentence(job.error ?? "it failed")
        : job.state === "waiting" ? "It waits for what is being learnt before."
          : ready ? "It works already, and gets better. You may close this page: it learns on while the studio runs."
            : "Listening to all of it. In about a minute you can hear what it has learnt.";
    if (this.words.textContent !== words) this.words.textContent = words;
    this.words.classList.toggle("failed", failed && !interrupted);
    this.bar.hidden = this.left.hidden = this.stop.hidden = failed;
    this.on.hidden = !interrupted;
    this.bar.value = job.done;
    this.left.textContent = timeLeft(job.seconds_left);
    this.knows.textContent = known(job.stage ?? {});
    const names = /** @type {string[]} */ (job.stage?.heard ?? []);
    if (this.#names === names.join("/")) return;
    this.#names = names.join("/");
    this.heard.replaceChildren(...names.map((name) => button("play", `What ${name} sounds like by now`, () =>
      this.dispatchEvent(new CustomEvent("hear", { detail: `learn/jobs/${job.id}/heard/${encodeURIComponent(name)}/samples` })))));
  }
}
