// @ts-check
/** The frame: rail, stage, and what belongs to every page. */

import { player } from "./audio/player.js";
import { GONE, RESTARTED, Refused, get as ask, post } from "./lib/api.js";
import { button, make, one } from "./lib/dom.js";
import { events, hangUp, listen } from "./lib/events.js";
import { shortcut } from "./lib/keys.js";
import { originalOf } from "./lib/original.js";
import { say, unsay } from "./lib/say.js";
import { begin, get, itemNamed, open, refreshItems, subscribe } from "./lib/store.js";
import { common, undoStack, useUndo } from "./lib/undo.js";
import { PAGES } from "./pages/index.js";
import { showDialog } from "./parts/dialog.js";
import "./parts/drop.js";
import "./parts/form.js";
import "./parts/icon.js";
import "./parts/job.js";
import "./parts/picture.js";
import "./parts/shelf.js";
import "./parts/transport.js";

/** @type {Map<string, HTMLElement>} */
const shown = new Map();

/** The page that was asked for last. */
let current = "";

/** What the address says: `#page/item`. */
function address() {
  const [id, name = ""] = location.hash.slice(1).split("/");
  try {
    return { id, name: decodeURIComponent(name) };
  } catch {
    return { id, name: "" }; // typed by somebody
  }
}

/**
 * Load a page's module and look, if they are not there yet, and make its element.
 *
 * @param {Page} page
 */
async function ensure(page) {
  await Promise.all([page.load(), ...page.look.split(" ").map(dressed)]);
  let element = shown.get(page.id);
  if (!element) {
    element = /** @type {HTMLElement} */ (document.createElement(page.element));
    element.classList.add("page");
    element.hidden = true;
    shown.set(page.id, element);
    one(document, "#stage").append(element);
  }
  return element;
}

/** @param {string} look */
function dressed(look) {
  const id = `look-${look}`;
  if (document.getElementById(id)) return undefined;
  const link = make("link", { rel: "stylesheet", href: `/web/look/${look}.css`, id });
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

/** @param {string} id */
async function showPage(id) {
  const page = PAGES.find((one) => one.id === id) ?? PAGES[0];
  current = page.id;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.getAttribute("href") === `#${page.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${page.title} · Eidophone`;
  const element = await ensure(page);
  if (current !== page.id) return; // another was asked for meanwhile
  useUndo(common);
  for (const [other, one] of shown) one.hidden = other !== page.id;
  element.dispatchEvent(new Event("shown"));
}

const showKeys = async () => (await import("./parts/help.js")).showKeys();

function fillRail() {
  const skip = one(document, ".skip");
  skip.onclick = (event) => {
    event.preventDefault(); // the address is of pages
    one(document, "#stage").focus();
  };
  const links = PAGES.map((page) =>
    make(
      "li",
      {},
      make(
        "a",
        { href: `#${page.id}`, title: page.hint, onclick: (/** @type {Event} */ event) => (event.preventDefault(), goTo(page.id)) },
        make("e-icon", { name: page.icon }),
        make("span", {}, page.title),
      ),
    ),
  );
  one(document, "#pages").append(...links);
  const more = button("more", "More", () => {
    const dialog = showDialog({ kind: "small", label: "More", title: "More" }, make("div", { class: "choices" }, ...choices()));
    dialog.addEventListener("click", ({ target }) => target instanceof Element && target.closest(".button") && dialog.close());
  });
  more.classList.add("narrow");
  one(document, "#tools").append(button("keys", "Keys", showKeys, { keys: "?" }), ...choices(), more);
}

/** What belongs to the whole studio: beside its pages, and where there is no room for it, behind "More". */
function choices() {
  const theme = button("theme", isDark() ? "Light" : "Dark", flipTheme);
  theme.dataset.theme = "";
  theme.title = "Light or dark";
  return [theme, button("quit", "Quit", askToQuit)];
}

/** @param {string} id */
function goTo(id) {
  const name = get("item")?.name ?? "";
  history.pushState(null, "", `#${id}${name ? `/${encodeURIComponent(name)}` : ""}`);
  showPage(id);
}

/** Where all is that was made here. */
const folder = () => `the folder ${get("server")?.workspace ?? "Eidophone"}`;

function askToQuit() {
  /** @type {HTMLDialogElement} */
  const dialog = showDialog(
    { kind: "small", label: "Quit the studio?" },
    make("form", { method: "dialog", onsubmit: quit },
      make("h2", {}, "Quit the studio?"),
      make("p", {}, `All that you made stays in ${folder()}. What is still being made is stopped.`),
      make("div", { class: "row end" },
        button("close", "Stay", () => dialog.close()),
        make("button", { class: "button primary" }, "Quit"))),
  );
}

/** End the studio itself, not only this page. */
async function quit() {
  hangUp();
  await player.load(null);
  await post("quit").catch(() => undefined);
  const mark = one(document, ".mark img");
  document.body.replaceChildren(
    make("main", { class: "closed" },
      mark,
      make("h1", {}, "The studio is closed"),
      make("p", {}, `All that you made is in ${folder()}.`)),
  );
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function flipTheme() {
  const root = document.documentElement;
  const dark = isDark();
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  for (const picture of document.querySelectorAll("e-picture")) picture.redraw();
  one(document, "#tools [data-theme] span").textContent = dark ? "Dark" : "Light";
}

/** The first screen has a sound on it: the one of the address, the newest, or an example. */
async function openFirst() {
  const wanted = itemNamed(address().name) ?? get("items").find((item) => item.kind === "sound") ?? get("items")[0];
  if (wanted) return open(wanted);
  const [example] = await ask("examples");
  await refreshItems(); // another page may have been quicker
  if (!example || get("items").length) return open(get("items")[0] ?? null);
  const item = await post(`examples/${encodeURIComponent(example.name)}`);
  await refreshItems();
  return open(item.name);
}

function keys() {
  shortcut("?", "All keys", showKeys);
  shortcut(["Ctrl+z"], "Undo", async () => {
    const { next } = undoStack();
    if ((await undoStack().undo()) && undoStack() === common) say(`Undone: ${next}`);
  });
  shortcut(["Ctrl+Shift+z", "Ctrl+y"], "Do it again", () => undoStack().redo());
  PAGES.forEach((page, i) => shortcut(`Alt+${i + 1}`, `Go to ${page.title}`, () => goTo(page.id), { group: "Pages" }));
}

/** Play what is open, and have its original at hand. */
function follow() {
  subscribe("sound", async (sound) => {
    const fresh = await player.load(sound);
    if (player.item?.name !== sound?.name) return;
    const isGone = player.other && !itemNamed(player.other.name);
    if (fresh || isGone) await player.compare(originalOf(sound));
  });
}

/** Say that the studio is not there, for as long as that is so. */
function watch() {
  const words = make("p", { id: "lost", role: "alert", hidden: true });
  one(document, "#stage").append(words);
  events.addEventListener("refused", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.status) words.textContent = RESTARTED;
  });
  subscribe("connected", (connected) => {
    words.hidden = connected;
    words.textContent = connected ? "" : GONE;
    if (connected) unsay(GONE);
  });
}

/** The address says what is open, so that a reload or a bookmark comes back to it. */
function remember() {
  subscribe("item", (item) => {
    history.replaceState(null, "", `#${current}${item ? `/${encodeURIComponent(item.name)}` : ""}`);
  });
  addEventListener("hashchange", () => {
    const { id, name } = address();
    showPage(id);
    if (name && name !== get("item")?.name && itemNamed(name)) open(name);
  });
}

/** Say what failed, once, and how to go on. */
function tellFailures() {
  const told = new Set(get("jobs").map(({ id }) => id)); // what failed before was said before
  subscribe("jobs", (jobs) => {
    for (const job of jobs.filter(({ id, state }) => state === "failed" && !told.has(id))) {
      told.add(job.id);
      const act = () => document.dispatchEvent(new CustomEvent("make again", { detail: { name: job.of[0], made: job } }));
      say(job.error ?? "It failed.", { kind: "error", action: { label: "Try again, but…", act } });
    }
  });
}

/** What is refused is said, whoever asked. */
function sayRefusals() {
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Refused)) return;
    event.preventDefault();
    say(event.reason.message, { kind: "error" });
  });
}

async function start() {
  sayRefusals();
  fillRail();
  keys();
  showPage(address().id);
  document.addEventListener("make again", async (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    const page = PAGES.find(({ acts }) => acts.includes(detail.made?.act));
    if (page) await ensure(page);
    document.dispatchEvent(new CustomEvent("again", { detail }));
  });
  document.addEventListener("go", (event) => goTo(/** @type {CustomEvent} */ (event).detail));
  follow();
  watch();
  await begin();
  listen();
  await openFirst();
  import("./visual/telling.js"); // nobody waits for it
  remember();
  tellFailures();
}

start();
