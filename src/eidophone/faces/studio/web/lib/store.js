// @ts-check
/** The state that all pages share: what is on the shelf, what is being made, what is open. */

import { Refused, get as ask, post } from "./api.js";
import { events } from "./events.js";
import { keep, kept } from "./kept.js";
import { say } from "./say.js";

/**
 * @typedef {object} Shared
 * @property {Item[]} items  newest first
 * @property {Job[]} jobs
 * @property {Item | null} item  the one that is open
 * @property {View | null} view  its picture
 * @property {Item | null} sound  what is played: the item, or the sound that was made of it
 * @property {Span | null} selection  a part of it, in samples
 * @property {Drawing} drawing  how sounds are drawn
 * @property {ServerState | null} server
 * @property {Forms} forms
 * @property {boolean} connected
 * @property {boolean} opening  a picture is on its way
 */

/** @type {Shared} */
const shared = {
  items: [],
  jobs: [],
  item: null,
  view: null,
  sound: null,
  selection: null,
  drawing: { recipe: "standard", exposure: 0 },
  server: null,
  forms: {},
  connected: true,
  opening: false,
};

/** @type {Map<string, Set<(value: any) => void>>} */
const listeners = new Map();

/**
 * @template {keyof Shared} K
 * @param {K} key
 * @returns {Shared[K]}
 */
export function get(key) {
  return shared[key];
}

/**
 * @template {keyof Shared} K
 * @param {K} key
 * @param {Shared[K]} value
 */
export function set(key, value) {
  if (shared[key] === value) return;
  shared[key] = value;
  for (const listener of [...(listeners.get(key) ?? [])]) listener(value);
}

/**
 * Call `fn` with the value now, and whenever it is another; what comes back ends that.
 *
 * @template {keyof Shared} K
 * @param {K} key
 * @param {(value: Shared[K]) => void} fn
 * @returns {() => void}
 */
export function subscribe(key, fn) {
  const all = listeners.get(key) ?? new Set();
  listeners.set(key, all.add(fn));
  fn(shared[key]);
  return () => all.delete(fn);
}

/**
 * @param {string} name
 * @returns {Item | null}
 */
export function itemNamed(name) {
  return shared.items.find((item) => item.name === name) ?? null;
}

/** How often the shelf was asked for, and which of the answers is shown. */
let [asks, answer] = [0, 0];

/** Ask for the shelf again; where what was open is gone, something else is opened. */
export async function refreshItems() {
  const before = shared.item;
  const mine = ++asks;
  const items = await ask("items");
  if (mine < answer) return undefined; // a newer answer was quicker
  answer = mine;
  set("items", items);
  if (before && shared.item === before) {
    const now = itemNamed(before.name);
    if (!now) return open(shared.items.find(({ kind }) => kind === "sound") ?? shared.items[0] ?? null);
    set("item", now);
  }
  findSound();
  return undefined;
}

/**
 * Something has another name now; if it is open, it stays so.
 *
 * @param {string} before
 * @param {Item} now
 */
export function renamed(before, now) {
  set("items", shared.items.map((item) => (item.name === before ? now : item)));
  if (shared.item?.name !== before) return;
  set("item", now);
  findSound();
}

/** Pictures and sounds whose lengths are that much alike are equally long. */
const SAME = 0.01;

/** Play what is open: the sound itself, or the latest that was made of it. */
function findSound() {
  const item = shared.item;
  if (!item || item.kind === "sound") return set("sound", item);
  if (item.kind === "midi") return set("sound", soundOf(item));
  const made = shared.items.find(
    (one) => one.kind === "sound" && one.made?.act === "sound" && one.made.of.includes(item.name),
  );
  set("sound", made ?? null);
  const { view } = shared;
  if (view?.item === item.name) set("view", lasting(view));
}

/** Where the sounds are remembered that were chosen for notes. */
const BEHIND = "sounds of notes";

/**
 * The sound that goes with notes: the one that was chosen, the one that they were found in, or the latest that plays them.
 *
 * @param {Item} item
 * @returns {Item | null}
 */
export function soundOf(item) {
  /** @type {string | undefined} */
  const chosen = (kept(BEHIND) ?? {})[item.name];
  if (chosen === "") return null;
  const sounds = shared.items.filter(({ kind, problem }) => kind === "sound" && !problem);
  return sounds.find(({ name }) => name === chosen)
    ?? sounds.find(({ name }) => item.made?.of.includes(name))
    ?? sounds.find(({ made }) => made?.act === "play" && made.of[0] === item.name) ?? null;
}

/**
 * Let this sound go with notes from now on; an empty name: none.
 *
 * @param {Item} item
 * @param {string} name
 */
export function chooseSound(item, name) {
  keep(BEHIND, { ...kept(BEHIND), [item.name]: name });
  if (shared.item?.name === item.name) findSound();
}

/**
 * A view that lasts as long as the sound that was made of its picture.
 *
 * @param {View} view
 */
function lasting(view) {
  const { sound } = shared;
  const seconds = sound?.name === view.item ? null : sound?.seconds;
  if (!seconds) return view;
  const hop_seconds = seconds / view.columns;
  return Math.abs(hop_seconds / view.hop_seconds - 1) < SAME ? view : { ...view, hop_seconds };
}

/**
 * Whether an item can be seen or heard; others only say what they are.
 *
 * @param {Item} item
 */
export const isShown = (item) => ["sound", "picture", "film", "zip"].includes(item.kind) && !isNotes(item);

/** Pictures that were found to show notes when they were opened as sound. @type {Set<string>} */
const foundNotes = new Set();

/** @param {Item} item */
const asItIs = ({ name, modified }) => `${name}/${modified}`;

/**
 * Whether an item has or shows notes: it is seen and heard on their page.
 *
 * @param {Item} item
 */
export const isNotes = (item) => item.kind === "midi" || (item.kind === "picture" && (item.has_notes || foundNotes.has(asItIs(item))));

/**
 * Whether an item has a picture of its own; others show that of the sound that was made of them.
 *
 * @param {Item} item
 */
export const isDrawn = ({ kind, channels }) => kind !== "zip" && (kind !== "film" || !!channels);

/**
 * Whether this is something that must be made into a sound to be heard.
 *
 * @param {Item | null} item
 */
export const isHeard = (item) => !!item && item.kind !== "sound" && isShown(item);

/**
 * What is making an item into a sound, if anything is.
 *
 * @param {Item | null} item
 */
export function hearingOf(item) {
  return shared.jobs.find(({ act, of, state }) => act === "sound" && of[0] === item?.name && ["waiting", "running"].includes(state));
}

let ticket = 0;

/**
 * Open an item: show its picture, and play it.
 *
 * @param {Item | string | null} which
 */
export async function open(which) {
  const item = typeof which === "string" ? itemNamed(which) : which;
  set("selection", null);
  set("item", item);
  findSound();
  await draw();
}

/** Draw what is open, as `drawing` says; the latest wish wins. */
export async function draw() {
  const mine = ++ticket;
  const item = shared.item;
  const shown = item && !isDrawn(item) ? shared.sound : item;
  if (!shown || !isShown(shown)) {
    set("opening", false);
    return set("view", null);
  }
  set("opening", true);
  try {
    const how = shown.kind === "sound" ? shared.drawing : {}; // others are what they are
    const view = await post("views", { item: shown.name, ...how });
    if (mine === ticket) set("view", lasting(view));
  } catch (error) {
    if (mine !== ticket) return undefined;
    const shows = error instanceof Refused ? error.shows : "";
    if (shows === "notes") foundNotes.add(asItIs(shown)); // which the page says
    set("view", null);
    if (!(error instanceof Refused)) throw error;
    if (!shows) say(error.message, { kind: "error" });
  } finally {
    if (mine === ticket) set("opening", false);
  }
  return undefined;
}

/** What is being asked for: a double click asks once. @type {Set<string>} */
const asking = new Set();

/**
 * Ask for something to be made.
 *
 * @param {string} act
 * @param {string[]} of
 * @param {Record<string, unknown>} [settings]
 * @param {boolean} [later]  nobody asked for it: all that somebody asks for goes first
 * @returns {Promise<Job | null>}  null where it is being asked for already
 */
export async function startJob(act, of, settings = {}, later = false) {
  const wish = JSON.stringify([act, of, settings]);
  if (asking.has(wish)) return null;
  asking.add(wish);
  try {
    const job = await post("jobs", { act, of, settings, later });
    learn(job);
    return job;
  } finally {
    asking.delete(wish);
  }
}

/**
 * The job when it has ended, however it did; one that is not known any more was dismissed.
 *
 * @param {string} id
 * @returns {Promise<Job>}
 */
export function ended(id) {
  return new Promise((resolve) => {
    /** @type {Job | undefined} */
    let before;
    const stop = subscribe("jobs", (jobs) => {
      const job = jobs.find((one) => one.id === id);
      const last = job ?? (before && { ...before, state: "cancelled" });
      before = job;
      if (!last || last.state === "waiting" || last.state === "running") return;
      queueMicrotask(() => stop());
      resolve(last);
    });
  });
}

/** @param {Job} job  which may arrive after newer words of it */
function learn(job) {
  const before = shared.jobs.find((one) => one.id === job.id);
  if (!before) set("jobs", [job, ...shared.jobs]);
  else set("jobs", shared.jobs.map((one) => (one === before ? newer(one, job) : one)));
}

/**
 * @param {Job | undefined} known
 * @param {Job} job
 */
function newer(known, job) {
  return known && known.revision > job.revision ? known : job;
}

/** @param {string} id */
export function forgetJob(id) {
  set("jobs", shared.jobs.filter((one) => one.id !== id));
  post(`jobs/${id}/dismiss`).catch(() => undefined); // somebody else did
}

/** Learn of what happened while nobody listened. */
async function catchUp() {
  const before = new Set(shared.jobs.map(({ id }) => id));
  /** @type {Job[]} */
  const jobs = await ask("jobs");
  const begun = shared.jobs.filter(({ id }) => !before.has(id) && !jobs.some((job) => job.id === id));
  set("jobs", [...begun, ...jobs.map((job) => newer(shared.jobs.find(({ id }) => id === job.id), job))]);
  await refreshItems();
}

/** Learn what there is, and follow what the server tells. */
export async function begin() {
  events.addEventListener("job", (event) => learn(/** @type {CustomEvent} */ (event).detail));
  events.addEventListener("items", () => refreshItems().catch(() => undefined));
  events.addEventListener("lost", () => set("connected", false));
  events.addEventListener("open", async () => {
    set("connected", true);
    try {
      await catchUp();
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // it is lost again, which is said
    }
  });
  const [server, forms] = await Promise.all([ask("state"), ask("forms"), catchUp()]);
  set("server", server);
  set("forms", forms);
}
