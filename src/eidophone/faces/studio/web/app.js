// @ts-check
/** The frame: rail, stage, and what belongs to every page. */

import { player } from "./audio/player.js";
import { Refused, get as ask, listen, post } from "./lib/api.js";
import { button, make, one } from "./lib/dom.js";
import { shortcut } from "./lib/keys.js";
import { originalOf } from "./lib/original.js";
import { say } from "./lib/say.js";
import { begin, get, itemNamed, open, refreshItems, subscribe } from "./lib/store.js";
import { common, undoStack, useUndo } from "./lib/undo.js";
import { PAGES } from "./pages/index.js";
import "./parts/drop.js";
import "./parts/form.js";
import "./parts/icon.js";
import "./parts/job.js";
import { showKeys } from "./parts/help.js";
import "./parts/picture.js";
import "./parts/shelf.js";
import "./parts/transport.js";

/** @type {Map<string, HTMLElement>} */
const shown = new Map();

/** What the address says: `#page/item`. */
function address() {
  const [id, name = ""] = location.hash.slice(1).split("/");
  return { id, name: decodeURIComponent(name) };
}

/** @param {string} id */
function showPage(id) {
  const page = PAGES.find((one) => one.id === id) ?? PAGES[0];
  useUndo(common);
  for (const [other, element] of shown) element.hidden = other !== page.id;
  let element = shown.get(page.id);
  if (!element) {
    element = /** @type {HTMLElement} */ (document.createElement(page.element));
    element.classList.add("page");
    shown.set(page.id, element);
    one(document, "#stage").append(element);
  }
  element.dispatchEvent(new Event("shown"));
  document.title = `${page.title} · Eidophone`;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.getAttribute("href") === `#${page.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function fillRail() {
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
  const theme = button("theme", isDark() ? "Light" : "Dark", flipTheme);
  theme.id = "theme";
  theme.title = "Light or dark";
  one(document, "#tools").append(
    button("keys", "Keys", showKeys, { keys: "?" }),
    theme,
    button("quit", "Quit", quit),
  );
}

/** @param {string} id */
function goTo(id) {
  const name = get("item")?.name ?? "";
  history.pushState(null, "", `#${id}${name ? `/${encodeURIComponent(name)}` : ""}`);
  showPage(id);
}

/** End the studio itself, not only this page. */
async function quit() {
  player.pause();
  await post("quit").catch(() => undefined);
  document.body.replaceChildren(
    make("main", { class: "closed" },
      make("img", { src: "/web/look/icon.svg", alt: "", width: 64, height: 64 }),
      make("h1", {}, "The studio is closed"),
      make("p", {}, `All that you made is in the folder ${get("server")?.workspace ?? "Eidophone"}.`)),
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
  one(document, "#theme span").textContent = dark ? "Dark" : "Light";
}

/** The first screen has a sound on it: the one of the address, the newest, or an example. */
async function openFirst() {
  const wanted = itemNamed(address().name) ?? get("items").find((item) => item.kind === "sound") ?? get("items")[0];
  if (wanted) return open(wanted);
  const [example] = await ask("examples");
  if (!example) return undefined;
  const item = await post(`examples/${encodeURIComponent(example.name)}`);
  await refreshItems();
  return open(item.name);
}

function keys() {
  shortcut("?", "All keys", showKeys);
  shortcut(["Ctrl+z"], "Undo", () => undoStack().undo());
  shortcut(["Ctrl+Shift+z", "Ctrl+y"], "Do it again", () => undoStack().redo());
  PAGES.forEach((page, i) => shortcut(`Alt+${i + 1}`, `Go to ${page.title}`, () => goTo(page.id), { group: "Pages" }));
}

/** Play what is open, and have its original at hand. */
function follow() {
  subscribe("sound", async (sound) => {
    try {
      await player.load(sound);
      if (player.item === sound) await player.compare(originalOf(sound));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, { kind: "error" });
    }
  });
  subscribe("connected", (connected) => document.documentElement.classList.toggle("lost", !connected));
}

/** The address says what is open, so that a reload or a bookmark comes back to it. */
function remember() {
  subscribe("item", (item) => {
    const id = PAGES.find((page) => shown.get(page.id)?.hidden === false)?.id ?? PAGES[0].id;
    history.replaceState(null, "", `#${id}${item ? `/${encodeURIComponent(item.name)}` : ""}`);
  });
  addEventListener("popstate", () => {
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
      const act = () => document.dispatchEvent(new CustomEvent("again", { detail: { name: job.of[0], made: job } }));
      say(job.error ?? "It failed.", { kind: "error", action: { label: "Try again, but…", act } });
    }
  });
}

async function start() {
  fillRail();
  keys();
  showPage(address().id);
  document.addEventListener("go", (event) => goTo(/** @type {CustomEvent} */ (event).detail));
  follow();
  try {
    await begin();
    listen();
    await openFirst();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, { kind: "error" });
    return;
  }
  remember();
  tellFailures();
}

start();
