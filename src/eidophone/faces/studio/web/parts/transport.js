// @ts-check
/** `<e-transport>`: play, where it is, loop, compare, how loud. */

import { player } from "../audio/player.js";
import { button, make } from "../lib/dom.js";
import { say } from "../lib/say.js";
import { shortcut } from "../lib/keys.js";
import { originalOf } from "../lib/original.js";
import { get, hearingOf, isHeard, subscribe } from "../lib/store.js";
import { time } from "../lib/words.js";
import { segments } from "./controls.js";

const SKIP_SECONDS = 5;

/** The meter shows levels from here, in dB. */
const QUIETEST_DB = -60;

export class ETransport extends HTMLElement {
  start = button("start", "Back to the start", () => player.seek(0), { quiet: true, keys: "Home" });
  play = button("play", "Play", toggle, { quiet: true, kind: "primary round", keys: "Space" });
  loop = button("loop", "Loop", flipLoop, { quiet: true, keys: "L" });
  now = make("output", { class: "now", "aria-live": "off", "aria-label": "Place in the sound" }, "0:00.0");
  all = make("span", { class: "all" });
  names = [make("span", {}, "This"), make("span", {}, "Original")];
  compare = segments("heard", "Which is heard", [["a", this.names[0]], ["b", this.names[1]]],
    (which) => player.switchTo(which === "b" ? "b" : "a"), { unseen: true });
  /** @type {HTMLInputElement} */
  volume = make("input", {
    type: "range", min: 0, max: 1, step: 0.01, value: 1, "aria-label": "Volume",
    oninput: () => (player.volume = Number(this.volume.value) ** 2),
  });
  meter = make("div", { class: "meter", role: "img", "aria-label": "Level" }, make("i"), make("i"));

  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Playing");
    this.append(
      make("div", { class: "left" }, this.start, this.play, this.loop, make("p", { class: "clock" }, this.now, this.all)),
      make("div", { class: "middle" }, this.compare.element),
      make("label", { class: "right" }, make("e-icon", { name: "volume" }), make("span", { class: "label" }, "Volume"), this.volume, this.meter),
    );
    this.compare.element.classList.add("compare");
    player.addEventListener("state", () => this.#state());
    player.addEventListener("meter", () => this.#meter());
    player.addEventListener("note", (event) => say(/** @type {CustomEvent} */ (event).detail));
    player.addEventListener("failed", (event) => say(/** @type {CustomEvent} */ (event).detail.message, { kind: "error" }));
    for (const key of /** @type {const} */ (["sound", "item", "jobs"])) subscribe(key, () => this.#state());
    this.#keys();
  }

  #keys() {
    const group = "Playing";
    shortcut("Space", "Play, pause", (event) => event.repeat || toggle(), { group });
    shortcut("Home", "Back to the start", () => player.seek(0), { group });
    shortcut("ArrowLeft", "Back five seconds", () => skip(-SKIP_SECONDS), { group });
    shortcut("ArrowRight", "On five seconds", () => skip(SKIP_SECONDS), { group });
    shortcut("l", "Loop", flipLoop, { group });
    shortcut("b", "Compare with the original, at the same place", () => player.switchTo(player.heard === "a" ? "b" : "a"), {
      group, when: () => !!player.other,
    });
  }

  #state() {
    const { playing, item, other } = player;
    for (const one of [this.start, this.loop]) one.disabled = !item;
    const words = playing ? "Pause" : isHeard(get("item")) && !get("sound") ? "Hear it" : "Play";
    this.play.disabled = !get("sound") && (!isHeard(get("item")) || !!hearingOf(get("item")));
    this.play.setAttribute("aria-label", words);
    this.play.title = `${item ? `${words}: ${item.name}` : words} (Space)`;
    this.play.querySelector("e-icon")?.setAttribute("name", playing ? "pause" : "play");
    this.loop.setAttribute("aria-pressed", String(!!player.looped));
    this.all.textContent = item ? `/ ${time(player.count / player.rate, 1)}` : "";
    this.compare.element.hidden = !other;
    this.names[1].textContent = originalOf(item)?.name === other?.name ? "Original" : "The other";
    this.names.forEach((name, i) => (name.title = [item, other][i]?.name ?? ""));
    this.compare.value = player.heard;
    this.#clock();
  }

  #meter() {
    this.#clock();
    this.meter.querySelectorAll("i").forEach((bar, i) => {
      const peak = player.peaks[i];
      const level = 1 - (20 * Math.log10(Math.max(peak, 1e-6))) / QUIETEST_DB;
      bar.style.setProperty("--level", String(player.playing ? Math.min(1, Math.max(0, level)) : 0));
    });
  }

  #clock() {
    this.now.value = time(player.position / player.rate, 1);
  }
}

function toggle() {
  if (get("sound")) player.toggle();
  else document.dispatchEvent(new Event("hear"));
}

/** @param {number} seconds */
function skip(seconds) {
  player.seek(player.position + seconds * player.rate);
}

function flipLoop() {
  const part = get("selection");
  if (player.looped) player.loop(null);
  else if (part) player.loop(part.first, part.last);
  else player.loop(0);
}

customElements.define("e-transport", ETransport);
