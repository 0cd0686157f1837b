// @ts-check
/** Recording: over the picture, how loud it is and how long; then it goes to the shelf. */

import { player } from "../audio/player.js";
import { Recorder } from "../audio/recorder.js";
import { button, make } from "../lib/dom.js";
import { shortcut } from "../lib/keys.js";
import { say } from "../lib/say.js";
import { open, refreshItems } from "../lib/store.js";
import { time } from "../lib/words.js";
import { takeOne } from "./drop.js";

/** Pixels from one bar of the level to the next. */
const BAR = 4;

/** Louder than this is as good as clipped. */
const TOO_LOUD = 0.99;

/** @type {Record<string, string>} */
const WHY = {
  NotAllowedError: "The browser may not use the microphone. Allow it beside the address, then press Record again.",
  insecure: "Browsers let no page record at an address like this: open the studio at 127.0.0.1, or by https.",
  NotFoundError: "There is no microphone. Plug one in, then press Record again.",
};

/** Whether to leave, for what was recorded would be lost. @param {Event} event */
function askFirst(event) {
  event.preventDefault();
}

/** @param {Blob} heard */
function download(heard) {
  make("a", { href: URL.createObjectURL(heard), download: "recording.wav" }).click();
}

export class Recording {
  #recorder = new Recorder();
  /** @type {number[]} */
  #peaks = [];
  #free = () => {};
  canvas = make("canvas", { "aria-hidden": "true" });
  now = make("output", { class: "now", "aria-live": "off", "aria-label": "Recorded" }, "0:00.0");
  warning = make("p", { class: "help", role: "status" }, "");
  element = make(
    "section",
    { class: "recording", "aria-label": "Recording" },
    make("p", { class: "head" }, make("e-icon", { name: "record" }), "Recording", this.now),
    this.canvas,
    this.warning,
    make("div", { class: "row" },
      button("check", "Stop and keep", () => this.keep(), { kind: "primary" }),
      button("delete", "Throw away", () => this.discard())),
  );

  /** @param {HTMLElement} page  it lies over its picture until it ends */
  async start(page) {
    player.pause();
    try {
      await this.#recorder.start();
    } catch (error) {
      await this.#recorder.stop(); // of the microphone, should it be open
      const name = isSecureContext ? (error instanceof DOMException ? error.name : "") : "insecure";
      say(WHY[name] ?? "The microphone could not be opened. Is another program using it?", { kind: "error" });
      return false;
    }
    this.#recorder.addEventListener("heard", () => this.#heard());
    page.append(this.element);
    this.#free = shortcut("Space", "Stop recording, and keep it", () => this.keep(), { group: "Recording" });
    addEventListener("beforeunload", askFirst);
    this.element.querySelector("button")?.focus();
    return true;
  }

  async keep() {
    this.#end();
    const heard = await this.#recorder.stop();
    const item = heard && (await takeOne(heard, "recording.wav"));
    removeEventListener("beforeunload", askFirst);
    if (!heard) return say("Nothing was heard: is the microphone on?", { kind: "error" });
    if (!item) return say("The recording is not on the shelf.", { kind: "error", action: { label: "Download it", act: () => download(heard) } });
    await refreshItems();
    return open(item.name);
  }

  #end() {
    this.#free();
    this.element.remove();
  }

  async discard() {
    this.#end();
    removeEventListener("beforeunload", askFirst);
    await this.#recorder.stop();
  }

  #heard() {
    this.now.value = time(this.#recorder.seconds, 1);
    this.#peaks.push(this.#recorder.peak);
    if (this.#recorder.peak > TOO_LOUD) this.warning.textContent = "Too loud: it is cut off. Turn the microphone down.";
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = devicePixelRatio;
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.scale(scale, scale);
    context.fillStyle = getComputedStyle(this.canvas).color;
    const most = Math.floor(width / BAR);
    this.#peaks.slice(-most).forEach((peak, i) => {
      const high = Math.max(2, Math.sqrt(peak) * height);
      context.fillRect(i * BAR, (height - high) / 2, BAR - 2, high);
    });
  }
}
