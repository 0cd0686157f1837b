// What tsc cannot know by itself: our types by their names alone, elements by their tags, and the world of an audio worklet.
import type { EDrop } from "./parts/drop.js";
import type { EForm } from "./parts/form.js";
import type { EIcon } from "./parts/icon.js";
import type { EJob } from "./parts/job.js";
import type { EPicture } from "./parts/picture.js";
import type { EShelf } from "./parts/shelf.js";
import type { ETransport } from "./parts/transport.js";

declare global {
  // what travels between the server and the pages

  /** A file of the workspace; its name is its identity. */
  interface Item {
    name: string;
    kind: "sound" | "picture" | "film" | "midi" | "soundfont" | "zip" | "network" | "workflow" | "model" | "tradition" | "other";
    bytes: number;
    modified: number;
    seconds: number | null;
    rate: number | null;
    channels: number | null;
    width: number | null;
    height: number | null;
    /** whether a picture says that it shows notes */
    has_notes: boolean;
    made: Made | null;
    /** how it is read, where that is not plain */
    notes: string[];
    /** why it cannot be used; empty if it can */
    problem: string;
  }

  /** How an item was made. */
  interface Made {
    act: string;
    of: string[];
    settings: Record<string, unknown>;
    notes: string[];
    /** of each note, the fields that settle what was guessed */
    settles: string[][];
    when?: number;
  }

  /** An item as a picture that can be looked at in tiles. */
  interface View {
    id: string;
    item: string;
    rate: number;
    channels: number;
    sample_count: number;
    columns: number;
    rows: number;
    hop_seconds: number;
    axis: "mel" | "octaves" | "linear";
    min_hz: number;
    max_hz: number;
    /** the centre of each row, top row first */
    row_hz: number[];
    top_db: number;
    range_db: number;
    gamma: number;
    exposure_db: number;
    /** columns that one pixel of a tile can stand for */
    levels: number[];
    tile_columns: number;
    /** columns that tiles are there of; what is after them is blank. All, where it is not said */
    drawn?: number;
    /** 0 to 1: how much of the overview is made */
    done: number;
  }

  interface Job {
    id: string;
    act: string;
    of: string[];
    settings: Record<string, unknown>;
    name: string | null;
    state: "waiting" | "running" | "done" | "failed" | "cancelled";
    /** 0 to 1 */
    done: number;
    seconds_left: number | null;
    /** how it goes besides */
    stage: Record<string, any>;
    items: string[];
    notes: string[];
    settles: string[][];
    error: string | null;
    /** how often it was told of: more is newer */
    revision: number;
  }

  /** One choice of a form, as the library describes it. */
  interface Option {
    name: string;
    label?: string;
    type: string;
    many: boolean;
    default: any;
    help: string;
    usual: string;
    unit: string;
    low: number | null;
    high: number | null;
    choices: string[];
    plain: string[];
    words: string[];
    most: number | null;
  }

  type Forms = Record<string, Option[]>;

  type Example = {name: string, title: string};

  interface ServerState {
    version: string;
    workspace: string;
    extras: Record<string, boolean>;
    limits: {upload_bytes: number};
    formats: Record<string, string[]>;
    presets: string[];
  }

  /** samples; the last is not part of it */
  type Span = {first: number, last: number};

  type Drawing = {recipe: string, exposure: number | string};

  interface Page {
    id: string;
    title: string;
    icon: string;
    hint: string;
    /** the tag of its custom element */
    element: string;
    /** what it makes again */
    acts: string[];
    /** its stylesheets, in look/ */
    look: string;
    /** its module */
    load: () => Promise<unknown>;
  }

  // what most of the pages speak of
  type Rect = import("./paint/sheet.js").Rect;
  type Painting = import("./paint/painting.js").Painting;
  type Layer = import("./paint/painting.js").Layer;
  type LayerFacts = import("./paint/painting.js").LayerFacts;
  type Easel = import("./paint/easel.js").Easel;
  type Tool = import("./paint/tools.js").Tool;
  type Options = import("./paint/tools.js").Options;
  type Hand = import("./paint/tools.js").Hand;
  type Geometry = import("./parts/geometry.js").Geometry;
  type Place = import("./paint/strokes.js").Place;
  type Way = import("./paint/moving.js").Way;
  type Note = import("./notes/piece.js").Note;
  type Piece = import("./notes/piece.js").Piece;
  type Part = import("./notes/piece.js").Part;

  interface HTMLElementTagNameMap {
    "e-drop": EDrop;
    "e-form": EForm;
    "e-icon": EIcon;
    "e-job": EJob;
    "e-picture": EPicture;
    "e-shelf": EShelf;
    "e-transport": ETransport;
    [ours: `p-${string}`]: HTMLElement;
  }

  const currentFrame: number;
  const sampleRate: number;
  class AudioWorkletProcessor {
    readonly port: MessagePort;
    constructor(options?: AudioWorkletNodeOptions);
  }
  function registerProcessor(name: string, processor: unknown): void;
}
