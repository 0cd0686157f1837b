// @ts-check
/**
 * The visualiser: a page that shows a sound and nothing else, for a second monitor and for OBS.
 *
 * Its address says what: `source=studio|microphone|item`, `item`, `kind`, `look`,
 * `background=none`, `line=1`, `fps=1`; `key` lets other programs in.
 */

import { askBy, asked } from "./asking.js";
import { Follower } from "./clock.js";
import { Lights } from "./lights.js";
import { Microphone } from "./microphone.js";
import { Renderer } from "./renderer.js";
import { Screen } from "./screen.js";

const wanted = new URLSearchParams(location.search);
const key = wanted.get("key");
const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("canvas"));
const words = /** @type {HTMLElement} */ (document.querySelector("#words"));
const starter = /** @type {HTMLButtonElement} */ (document.querySelector("button"));

if (key) askBy((path) => fetch(`${path}${path.includes("?") ? "&" : "?"}key=${encodeURIComponent(key)}`));
document.documentElement.classList.toggle("bare", wanted.get("background") === "none");

/** @param {string} text */
function say(text) {
  if (words.textContent !== text) words.textContent = text;
}

/**
 * What is shown: the seconds, once the lights are there.
 *
 * @typedef {() => number | null} Source
 */

/** @param {Renderer} renderer @returns {Source} */
function ofStudio(renderer) {
  const follower = new Follower();
  /** @type {Lights | null} */
  let lights = null;
  return () => {
    const { item } = follower;
    if (item !== lights?.item) {
      lights?.close();
      lights = item ? new Lights(renderer, item) : null;
    }
    say(item ? "" : "Play a sound in the studio: it is shown here.");
    return lights && follow(lights, follower.seconds);
  };
}

/** @param {Renderer} renderer @param {string} item @returns {Source} */
function ofItem(renderer, item) {
  const audio = new Audio(`/api/items/${encodeURIComponent(item)}/file`);
  audio.loop = true;
  starter.hidden = false;
  starter.onclick = () => audio.play();
  audio.onplay = () => (starter.hidden = true);
  document.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  audio.play().catch(() => undefined); // browsers want a click first
  const lights = new Lights(renderer, item);
  return () => follow(lights, audio.currentTime);
}

/** @param {Renderer} renderer @returns {Promise<Source>} */
async function ofMicrophone(renderer) {
  const microphone = new Microphone(renderer);
  await microphone.open();
  return () => microphone.take();
}

/** @param {Lights} lights @param {number} seconds */
function follow(lights, seconds) {
  lights.around(seconds);
  return lights.has(seconds) ? seconds : null;
}

/** @param {Renderer} renderer @returns {Promise<Source>} */
async function sourceOf(renderer) {
  if (wanted.get("source") === "microphone") return ofMicrophone(renderer);
  const item = wanted.get("item");
  return item ? ofItem(renderer, item) : ofStudio(renderer);
}

/** Frames a second, said once a second: on the page element, and shown if that is asked for. */
function counter() {
  let [count, from] = [0, performance.now()];
  return () => {
    count++;
    const gone = performance.now() - from;
    if (gone < 1000) return;
    const fps = Math.round((count * 1000) / gone);
    document.documentElement.dataset.fps = String(fps);
    if (wanted.has("fps")) say(`${fps} frames a second`);
    [count, from] = [0, performance.now()];
  };
}

async function start() {
  const renderer = new Renderer(canvas, await (await asked("looks")).json());
  const kind = wanted.get("kind") ?? "instants";
  if (kind === "scroll" || kind === "pages" || kind === "instants") renderer.kind = kind;
  renderer.bare = wanted.get("background") === "none";
  renderer.nowLine = wanted.has("line");
  const look = wanted.get("look") ?? "aurora";
  await renderer.setLook(look in renderer.facts.looks ? look : "");
  const source = await sourceOf(renderer);
  const counted = counter();
  const screen = new Screen(canvas);
  const frame = () => {
    requestAnimationFrame(frame);
    const seconds = source();
    const still = seconds !== null && screen.isStill(`${seconds} ${renderer.state}`);
    document.documentElement.toggleAttribute("data-still", still); // all is drawn, and has faded
    if (seconds === null || still) return;
    screen.fit();
    renderer.draw(seconds);
    document.documentElement.dataset.shown = seconds.toFixed(2);
    counted();
  };
  frame();
}

document.addEventListener("dblclick", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined);
});

canvas.addEventListener("webglcontextlost", (event) => event.preventDefault()); // it may come back
canvas.addEventListener("webglcontextrestored", () => location.reload());

start().catch((error) => say(error instanceof Error ? error.message : String(error)));
