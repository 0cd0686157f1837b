// @ts-check
/**
 * The easel: the painting that is open, and all that happens when something is painted: it is
 * remembered, kept by the server, heard.
 */

import { player } from "../audio/player.js";
import { Voice } from "../audio/voice.js";
import { bytes, get, post } from "../lib/api.js";
import { say } from "../lib/say.js";
import { common } from "../lib/undo.js";
import { Hearing } from "./hearing.js";
import { History } from "./history.js";
import { Keeper } from "./keeping.js";
import { Painting } from "./painting.js";
import { TILE } from "./sheet.js";

/** @typedef {import("./history.js").Change} Change */
/** @typedef {import("./selection.js").Selection} Selection */
/** @typedef {{id: string, revision: number, recipe: {window_seconds: number, hop_seconds: number}, layers: any[]}} Description */

/** Columns of old paint that are made to be heard when a painting is opened: two minutes. */
const HEARD_AT_FIRST = 20 * TILE;

/** @typedef {{keeper: Keeper, history: History}} Kept */

/** Whether the history of paintings that are gone was removed. */
let swept = false;

/** Events: `close`, `open` (another painting), `selection`, `state` (saved, layers), `heard` (see Hearing). */
export class Easel extends EventTarget {
  /** @type {Item | null} */
  item = null;
  /** @type {View | null} */
  view = null;
  /** @type {Painting | null} */
  painting = null;
  /** @type {Hearing | null} */
  hearing = null;
  /** @type {Keeper | null} */
  keeper = null;
  /** @type {History | null} */
  history = null;
  voice = new Voice();
  /** @type {Selection | null} */
  #selection = null;
  /** @type {Promise<Kept> | null} the painting on the server */
  #kept = null;
  #ticket = 0;
  /** @type {{recipe: string, exposure: number | string}} */
  #drawing = { recipe: "standard", exposure: 0 };

  /** What Ctrl-Z means here, once all that was done is remembered. @type {import("../lib/undo.js").Stack} */
  undo = {
    undo: async () => (await this.#remembered()).undo(),
    redo: async () => (await this.#remembered()).redo(),
    next: "",
  };

  async #remembered() {
    await this.#kept?.catch(() => undefined); // of the first stroke
    return this.history ?? common;
  }

  /** What is chosen. */
  get selection() {
    return this.#selection;
  }

  set selection(selection) {
    this.#selection = selection;
    this.dispatchEvent(new Event("selection"));
  }

  /**
   * Open the painting on a sound, or an empty one.
   *
   * @param {Item | null} item
   * @param {{recipe: string, exposure: number | string}} drawing
   */
  async open(item, drawing) {
    const ticket = ++this.#ticket;
    this.close();
    this.item = item;
    this.#drawing = drawing;
    if (!item || item.kind !== "sound") return this.#opened();
    const [known] = await get(`paintings?item=${encodeURIComponent(item.name)}`);
    const how = known ? { recipe: known.recipe, exposure: 0 } : drawing;
    const view = await post("views", { item: item.name, ...how });
    if (ticket !== this.#ticket) return undefined;
    this.view = view;
    this.painting = new Painting(view, known?.layers ?? [first()], this.#source(view, known?.id), reachOf(known));
    this.painting.isKept = () => !!this.keeper?.done && !this.history?.busy;
    this.hearing = new Hearing(this.painting, (at, data) => this.#shown && player.patch(at, data), () => post("views", { item: item.name, ...how }));
    this.hearing.addEventListener("heard", (event) => this.dispatchEvent(new CustomEvent("heard", { detail: /** @type {CustomEvent} */ (event).detail })));
    this.voice.painting = this.painting;
    this.painting.addEventListener("painted", (event) => this.voice.painted(/** @type {CustomEvent} */ (event).detail));
    this.painting.addEventListener("came", (event) => this.voice.painted({ x: /** @type {CustomEvent} */ (event).detail * TILE, w: TILE }));
    if (known) await (this.#kept = this.#follow(known, ticket));
    if (ticket !== this.#ticket) return undefined;
    return this.#opened();
  }

  #shown = true;

  /** Whether it is looked at: other pages play the sound as it was. @param {boolean} shown */
  set shown(shown) {
    this.#shown = shown;
    if (shown) this.hearing?.again();
    else if (this.painting) player.unpatch();
  }

  /** Whether somebody else changed the painting: another page, of another tab. */
  async isStale() {
    const { keeper } = this;
    if (!keeper?.done) return false;
    const now = await get(keeper.path);
    return keeper === this.keeper && keeper.done && now.revision !== keeper.revision;
  }

  /** Leave what is open. */
  close() {
    this.dispatchEvent(new Event("close"));
    this.voice.painting = null;
    this.hearing?.close();
    if (this.painting) player.unpatch();
    Object.assign(this, { view: null, painting: null, hearing: null, keeper: null, history: null });
    this.#kept = null;
    this.#selection = null;
  }

  /**
   * Something was painted: remember it, send it, hear it.
   *
   * @param {string} words  what was done
   * @param {{rect: Rect, before: Uint8Array, after: Uint8Array} | null} change
   * @param {Layer} layer
   * @param {number} [wished]  when the hand was lifted
   */
  async did(words, change, layer, wished = performance.now()) {
    if (!change) return;
    const { rect, before, after } = change;
    const { painting } = this;
    const columns = { first: rect.x, last: rect.x + rect.w };
    this.hearing?.changed(columns, wished);
    try {
      await this.#keep({ words, changes: [{ layer: layer.id, ...change }] }, (keeper) => keeper.paint(layer.id, rect, after));
    } catch (error) {
      painting?.paint(layer, rect, before); // what cannot be kept is not shown, either
      this.hearing?.changed(columns);
      throw error;
    }
  }

  /**
   * Have other layers.
   *
   * @param {string} words
   * @param {LayerFacts[]} layers
   */
  async arrange(words, layers) {
    const { painting } = this;
    if (!painting) return;
    const before = painting.facts;
    this.#arranged(layers);
    await this.#keep({ words, layers: { before, after: layers } }, (keeper) => keeper.layers(layers));
  }

  /**
   * Remember what was done, and send it.
   *
   * @param {import("./history.js").Deed} deed
   * @param {(keeper: Keeper) => Promise<unknown>} send
   */
  async #keep(deed, send) {
    const { keeper, history } = await this.#ready();
    const sent = send(keeper);
    const n = await history.add(deed);
    sent.then(() => history.confirm(n));
  }

  /** The painting on the server, made if it is not there. */
  #ready() {
    this.#kept ??= this.#make().catch((error) => {
      this.#kept = null; // the next stroke tries again
      throw error;
    });
    return this.#kept;
  }

  async #make() {
    const ticket = this.#ticket;
    const made = await post("paintings", { item: this.item?.name, ...this.#drawing });
    const kept = await this.#follow(made, ticket);
    if (ticket === this.#ticket) this.dispatchEvent(new Event("open"));
    return kept;
  }

  /**
   * @param {Description} description
   * @param {number} ticket  of what is open: it may be closed meanwhile
   */
  async #follow(description, ticket) {
    const keeper = new Keeper(description.id, description.revision);
    const history = new History(description.id, async (changes, layers) => (ticket === this.#ticket ? this.#apply(changes, layers, keeper) : null));
    const tell = () => this.dispatchEvent(new Event("state"));
    keeper.addEventListener("state", tell);
    keeper.addEventListener("failed", (event) => say(/** @type {CustomEvent} */ (event).detail, { kind: "error" }));
    history.addEventListener("change", tell);
    history.addEventListener("full", () => say("The browser has no room to remember what you do: from here on it can be undone until this page is closed."));
    if (ticket === this.#ticket) Object.assign(this, { keeper, history });
    await history.open();
    await history.resend();
    if (!swept) get("paintings").then((all) => history.steps.sweep(all.map((/** @type {Description} */ { id }) => id))).catch(() => undefined);
    swept = true;
    return { keeper, history };
  }

  /**
   * Undo, redo, and do again what never arrived.
   *
   * @param {Change[]} changes
   * @param {LayerFacts[] | null} layers
   * @param {Keeper} keeper
   */
  async #apply(changes, layers, keeper) {
    const { painting } = this;
    if (!painting) return null;
    /** @type {Promise<unknown>[]} */
    const sent = [];
    this.selection = null;
    if (layers) {
      this.#arranged(layers);
      sent.push(keeper.layers(layers));
    }
    for (const { layer: id, rect, after } of changes) {
      const layer = painting.layers.find((one) => one.id === id);
      if (!layer) continue;
      await painting.need(rect.x, rect.w);
      painting.paint(layer, rect, after);
      sent.push(keeper.paint(id, rect, after));
      this.hearing?.changed({ first: rect.x, last: rect.x + rect.w });
    }
    return { arrived: Promise.all(sent) };
  }

  /** @param {LayerFacts[]} layers */
  #arranged(layers) {
    const { painting } = this;
    if (!painting) return;
    painting.describe(layers);
    this.dispatchEvent(new Event("state"));
    this.hearAll();
  }

  /** Let all that is painted be seen in the whole, and heard: the first two minutes of it. */
  async hearAll() {
    const { painting, hearing } = this;
    if (!painting || !hearing) return;
    const ticket = ++this.#hearing;
    let left = HEARD_AT_FIRST;
    for (const index of [...painting.painted].sort((a, b) => a - b)) {
      const first = index * TILE;
      const count = Math.min(TILE, painting.columns - first);
      await painting.need(first, count);
      if (ticket !== this.#hearing || this.hearing !== hearing) return;
      if ((left -= count) >= 0) for (const run of painting.runs(first, count)) hearing.later(run);
    }
  }

  #hearing = 0;

  #opened() {
    this.dispatchEvent(new Event("open"));
    if (this.painting?.painted.size) this.hearAll();
  }

  /**
   * @param {View} view
   * @param {string} [id]
   * @returns {import("./painting.js").Source}
   */
  #source(view, id) {
    return {
      ground: async (index) => {
        const { buffer, headers } = await bytes(`views/${view.id}/tiles/1/${index}`);
        return { columns: Number(headers.get("X-Columns")), pixels: new Uint8Array(buffer) };
      },
      paint: async (layer, index) => {
        const { buffer } = await bytes(`paintings/${id}/layers/${layer}/tiles/${index}`);
        return new Uint8Array(buffer);
      },
    };
  }
}

/** The layer that every painting begins with. */
function first() {
  return { id: 1, name: "Layer 1", visible: true, opacity: 255, tiles: [] };
}

/** @param {Description | undefined} description */
function reachOf(description) {
  if (!description) return undefined;
  const { window_seconds: window, hop_seconds: hop } = description.recipe;
  return Math.max(4, Math.ceil(window / hop));
}
