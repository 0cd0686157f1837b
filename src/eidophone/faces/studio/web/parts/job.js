// @ts-check
/** `<e-job>`: something that is being made, where its result will be: how far, how long, stop. */

import { post, remove } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { forgetJob } from "../lib/store.js";
import { sentence, timeLeft } from "../lib/words.js";

/** @type {Record<string, string>} */
const DOING = {
  picture: "Drawing", squares: "Cutting squares of", film: "Filming", sound: "Listening to",
  style: "Styling", morph: "Morphing", morphs: "Morphing by every method", tell: "Telling", render: "Rendering",
  learn: "Learning", translate: "Translating", generate: "Making new sounds of",
  transcribe: "Finding the notes of", read: "Reading the notes of", play: "Playing", draw: "Drawing the notes of", tradition: "Learning", fundamentals: "Measuring", compose: "Composing of", correct: "Correcting", write: "Writing", slide: "Making a slider for", explore: "Making a map of", report: "Judging",
};

/**
 * What a job does, in words.
 *
 * @param {Job} job
 */
export function wordsOf(job) {
  const names = ["learn", "tradition", "fundamentals"].includes(job.act) ? /** @type {string[]} */ (job.settings.names ?? []) : [];
  if (names.length) return `${DOING[job.act]} ${names.join(" and ")}`;
  const of = job.act.startsWith("morph") ? job.of.join(" and ") : job.of[0];
  return `${DOING[job.act] ?? job.act} ${of ?? ""}`;
}

/** Whether it was interrupted, and can go on where it was. @param {Job} job */
export const canGoOn = (job) => ["learn", "tradition"].includes(job.act) && job.state === "failed" && (job.error ?? "").startsWith("interrupted");

export class EJob extends HTMLElement {
  /** @type {Job | null} */
  #job = null;

  /** @param {Job} job */
  set job(job) {
    this.#job = job;
    const [goesOn, failed] = [canGoOn(job), job.state === "failed" && !canGoOn(job)];
    this.className = failed ? "failed" : "";
    const waiting = job.state === "waiting" ? "waiting" : timeLeft(job.seconds_left) || "begins…";
    const title = make("p", { class: "title", title: wordsOf(job) }, wordsOf(job));
    const end = failed || goesOn
      ? button("close", "Close", () => forgetJob(job.id), { quiet: true })
      : button("close", `Stop: ${wordsOf(job)}`, () => remove(`jobs/${job.id}`).catch(() => undefined), { quiet: true });
    this.replaceChildren(
      title,
      failed
        ? make("p", { class: "words", role: "alert" }, sentence(job.error ?? "it failed"))
        : goesOn ? make("p", { class: "words" }, "The studio was closed meanwhile.")
        : make("progress", { max: 1, value: job.state === "running" ? job.done : 0, "aria-label": wordsOf(job) }),
      goesOn ? button("again", "Go on", () => post(`jobs/${job.id}/resume`), { kind: "small" })
        : failed ? "" : make("p", { class: "left" }, waiting),
      end,
    );
  }

  get job() {
    if (!this.#job) throw new Error("this job has no job");
    return this.#job;
  }
}

customElements.define("e-job", EJob);
