// @ts-check
/** How an item was made, and what it is, in words. */

import { get as ask, itemPath } from "../lib/api.js";
import { button, make } from "../lib/dom.js";
import { get, isDrawn, isNotes, open } from "../lib/store.js";
import { sentence } from "../lib/words.js";
import { closeBeside, showDialog } from "./dialog.js";
import { labelOf } from "./form.js";
import { wordsOf } from "./job.js";

/** @param {Item} item */
export async function showMade(item) {
  const list = make("dl");
  const made = item.made;
  if (made) {
    const act = wordsOf({ id: "", name: null, state: "done", done: 1, seconds_left: null, stage: {}, items: [], error: null, revision: 0, ...made });
    add(list, "Made by", act);
    const options = get("forms")[made.act] ?? [];
    for (const [name, value] of Object.entries(made.settings ?? {})) {
      const option = options.find((one) => one.name === name);
      add(list, option ? labelOf(option) : name.replaceAll("_", " "), valueOf(value, option));
    }
    for (const note of made.notes ?? []) add(list, "Note", sentence(note));
  }
  const { action } = useOf(item);
  const dialog = showDialog(
    { kind: "wide", label: item.name, title: item.name },
    list,
    action &&
      make("div", { class: "row end" }, button("style", action.label, () => {
        dialog.close();
        action.act();
      }, { kind: "primary" })),
  );
  closeBeside(dialog);
  const info = await ask(itemPath(item.name, "info")).catch(() => []);
  for (const [name, words] of info) add(list, name, words);
}

/** What is no sound and no picture, but makes others of them. @type {Record<string, {words: string, way: string, field: string}>} */
const USES = {
  network: { words: "is a network: it alters sounds, on the page Style.", way: "network", field: "network" },
  workflow: { words: "is a workflow: ComfyUI alters sounds by it, on the page Style.", way: "comfyui", field: "workflow" },
};

/**
 * Where an item is that is a page made of a model; empty for all others.
 *
 * @param {Item} item
 */
export const pageOf = ({ name, made }) => (["explore", "report", "fundamentals"].includes(made?.act ?? "") ? `/api/learn/pages/${encodeURIComponent(name)}` : "");

/**
 * What an item is that can be neither seen nor heard, and what it is for.
 *
 * @param {Item} item
 * @returns {{words: string, action?: {label: string, act: () => void}}}
 */
export function useOf(item) {
  if (item.kind === "zip") return { words: "Squares are heard together: press Play." };
  if (item.kind === "film" && !isDrawn(item)) return { words: "This film has no sound: press Play to hear its pictures." };
  if (item.kind === "model") return { words: `${item.name} has learnt of sounds: it is used on the page Learn.`, action: { label: "Use it on the Learn page", act: () => useInLearn(item) } };
  if (isNotes(item)) return { words: `${item.name} has notes: they are seen and heard on the page Notes.`, action: { label: "Open it on the Notes page", act: () => openNotes(item) } };
  if (item.kind === "tradition") return { words: `${item.name} has learnt of tunes: it composes, on the page Notes.`, action: { label: "Compose on the Notes page", act: () => useInNotes(item) } };
  if (item.kind === "soundfont") return { words: `${item.name} is a SoundFont: it plays notes, on the page Notes.` };
  const page = pageOf(item);
  if (page) return { words: `${item.name} is a page.`, action: { label: "Open it beside", act: () => window.open(page, "_blank", "noopener") } };
  const use = USES[item.kind];
  if (!use) return { words: item.problem || `${item.name} cannot be shown.` };
  return { words: `${item.name} ${use.words}`, action: { label: "Use it on the Style page", act: () => useInStyle(item) } };
}

/** @param {Item} item */
function useInNotes({ name }) {
  document.dispatchEvent(new CustomEvent("make again", { detail: { name, made: { act: "tradition" } } }));
}

/** Open notes on their page. @param {Item} item */
export async function openNotes({ name }) {
  document.dispatchEvent(new CustomEvent("go", { detail: "notes" }));
  await open(name);
}

/** @param {Item} item */
function useInLearn({ name }) {
  document.dispatchEvent(new CustomEvent("make again", { detail: { name, made: { act: "learn" } } }));
}

/** @param {Item} item */
function useInStyle({ kind, name }) {
  const { way, field } = USES[kind];
  const made = { act: "style", settings: { way, [field]: name } };
  const sound = get("sound") ?? get("items").find((item) => item.kind === "sound");
  document.dispatchEvent(new CustomEvent("make again", { detail: { name: sound?.name ?? null, made } }));
}

/**
 * What was said when something was made: rows of a list.
 *
 * @param {Made | null | undefined} made
 */
export function notesOf(made) {
  return (made?.notes ?? []).map((note) => make("li", {}, make("e-icon", { name: "note" }), make("p", {}, sentence(note))));
}

/**
 * What was chosen, as a form shows it.
 *
 * @param {unknown} value
 * @param {Option} [option]
 */
function valueOf(value, option) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  const words = Array.isArray(value) ? value.join(", ") : String(value);
  return typeof value === "number" && option?.unit ? `${words} ${option.unit}` : words;
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} words
 */
function add(list, name, words) {
  list.append(make("dt", {}, name.charAt(0).toUpperCase() + name.slice(1)), make("dd", {}, words));
}
