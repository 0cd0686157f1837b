// @ts-check
/** The keys of the page Notes: all that the mouse does, and some more. */

import { shortcut } from "../lib/keys.js";
import { worded } from "./roll.js";
import { noteWords } from "../pages/notes/chosen.js";

/** How much a key makes louder. */
const LOUDER = 6;

/** What was copied: notes, and when the first of them starts. @type {Note[]} */
let copied = [];

/** @param {import("../pages/notes.js").PNotes} page */
export function keys(page) {
  const group = "Notes";
  const there = () => !page.hidden;
  const some = () => there() && !!page.piece?.chosen.size;
  /** @param {string | string[]} names @param {string} words @param {() => unknown} act @param {() => boolean} [when] */
  const add = (names, words, act, when = there) => shortcut(names, words, act, { group, when });
  const grid = () => page.roll.step || 0.125;

  /** @param {-1 | 1} way */
  const slide = (way) => shift(page, way, 0, grid());
  add("Space", "Play, pause", () => page.toggle());
  add(["Ctrl+s"], "Keep it, as another file", () => page.keep());
  add("n", "Choose the next note", () => next(page, 1));
  add("Shift+n", "Choose the note before", () => next(page, -1));
  add("Ctrl+a", "Choose all", () => page.piece?.choose(page.piece.notes.keys()));
  add("Escape", "Choose nothing", () => (page.roll.working ? page.roll.cancel() : page.piece?.choose([])));
  add("ArrowUp", "Higher", () => shift(page, 0, 1, 0), some);
  add("ArrowDown", "Lower", () => shift(page, 0, -1, 0), some);
  add("Shift+ArrowUp", "An octave higher", () => shift(page, 0, 12, 0), some);
  add("Shift+ArrowDown", "An octave lower", () => shift(page, 0, -12, 0), some);
  add("ArrowLeft", "Earlier", () => slide(-1), some);
  add("ArrowRight", "Later", () => slide(1), some);
  add("Shift+ArrowLeft", "Shorter", () => stretch(page, -1, grid()), some);
  add("Shift+ArrowRight", "Longer", () => stretch(page, 1, grid()), some);
  add("[", "Quieter", () => louder(page, -LOUDER), some);
  add("]", "Louder", () => louder(page, LOUDER), some);
  add("q", "Put starts onto the grid", () => quantise(page), some);
  add(["Delete", "Backspace"], "Delete what is chosen", () => page.piece?.remove(), some);
  add("i", "Add a note at the line", () => insert(page));
  add("Ctrl+c", "Copy", () => (copied = page.piece?.picked ?? []), some);
  add("Ctrl+x", "Cut", () => ((copied = page.piece?.picked ?? []), page.piece?.remove()), some);
  add("Ctrl+v", "Paste at the line", () => paste(page), () => there() && copied.length > 0);
  add("v", "Choose", () => page.use("choose"));
  add("d", "Draw", () => page.use("draw"));
  add("e", "Erase", () => page.use("erase"));
  // The picture scrolls by its arrows unless notes are chosen: then they are ours.
  page.picture.addEventListener("keydown", (event) => {
    if (!some() || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
    const far = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const way = event.key === "ArrowLeft" || event.key === "ArrowDown" ? -1 : 1;
    if (!far) shift(page, 0, way * (event.shiftKey ? 12 : 1), 0);
    else if (event.shiftKey) stretch(page, way, grid());
    else slide(way);
  }, true);
}

/** @typedef {import("../pages/notes.js").PNotes} Page */

/** @param {Page} page @param {number} way @param {number} up @param {number} step  in beats */
function shift(page, way, up, step) {
  const { piece } = page;
  const notes = piece?.picked ?? [];
  if (!piece || !notes.length) return;
  const first = notes[0].start;
  const by = way ? Math.max(-first, way > 0 ? piece.stepAt(first, step) : piece.secondsAt(piece.beatsAt(first) - step) - first) : 0;
  piece.alter(worded(up ? "Transpose" : "Move", notes), (note) => ({ ...note, start: note.start + by, end: note.end + by, pitch: note.pitch + up }));
  said(page, up !== 0);
}

/** @param {Page} page @param {-1 | 1} way @param {number} step */
function stretch(page, way, step) {
  const { piece } = page;
  const notes = piece?.picked ?? [];
  piece?.alter(worded("Stretch", notes), (note) => ({ ...note, end: note.end + way * (piece.stepAt(note.end, step)) }));
  said(page, false);
}

/** @param {Page} page @param {number} by */
function louder(page, by) {
  page.piece?.alter(worded("Velocity of", page.piece.picked), (note) => ({ ...note, velocity: note.velocity + by }));
  said(page, true);
}

/** @param {Page} page */
function quantise(page) {
  const { piece, roll } = page;
  if (!piece || !roll.step) return;
  piece.alter(worded("Put onto the grid", piece.picked), (note) => {
    const start = piece.snapped(note.start, roll.step);
    return { ...note, start, end: start + note.end - note.start };
  });
}

/** @param {Page} page */
function insert({ piece, roll }) {
  if (!piece) return;
  const before = piece.picked[0];
  const start = piece.snapped(roll.place, roll.step);
  const seconds = roll.step ? piece.stepAt(start, roll.step) : 0.25;
  piece.add("Add a note", [{ start, end: start + seconds, pitch: before?.pitch ?? 60, velocity: before?.velocity ?? roll.velocity, part: before?.part ?? roll.part }]);
}

/** @param {Page} page */
function paste({ piece, roll }) {
  if (!piece || !copied.length) return;
  const by = roll.place - Math.min(...copied.map(({ start }) => start));
  piece.add(worded("Paste", copied), copied.map(({ id: _, of: __, ...note }) => ({
    ...note, start: note.start + by, end: note.end + by, part: Math.min(note.part, piece.parts.length - 1),
  })));
}

/** Choose the next note, see it and hear it. @param {Page} page @param {-1 | 1} way */
function next(page, way) {
  const { piece, roll } = page;
  const all = piece?.ordered ?? [];
  if (!piece || !all.length) return;
  const chosen = piece.picked;
  const from = chosen.length ? all.indexOf(chosen[way > 0 ? chosen.length - 1 : 0]) : -1;
  const at = from >= 0 ? from + way : way > 0 ? Math.max(0, all.findIndex(({ start }) => start >= roll.place)) : all.length - 1;
  const note = all[(at + all.length) % all.length];
  piece.choose([note.id]);
  roll.reveal(note.start);
  said(page, true);
}

/** What is chosen is heard, if it may be, and said to those who do not see it. @param {Page} page @param {boolean} aloud */
function said(page, aloud) {
  const notes = page.piece?.picked ?? [];
  if (aloud) page.hearOne(notes[0]);
  page.tell(notes.length === 1 ? noteWords(notes[0]) : `${notes.length} notes`);
}
