// What tsc cannot know by itself: our types by their names alone, elements by their tags, and the world of an audio worklet.
import type { EDrop } from "./parts/drop.js";
import type { EForm } from "./parts/form.js";
import type { EIcon } from "./parts/icon.js";
import type { EJob } from "./parts/job.js";
import type { EPicture } from "./parts/picture.js";
import type { EShelf } from "./parts/shelf.js";
import type { ETransport } from "./parts/transport.js";

declare global {
  // what travels, and what most of the pages speak of
  type Item = import("./lib/types.js").Item;
  type View = import("./lib/types.js").View;
  type Job = import("./lib/types.js").Job;
  type Made = import("./lib/types.js").Made;
  type Span = import("./lib/types.js").Span;
  type Drawing = import("./lib/types.js").Drawing;
  type Page = import("./lib/types.js").Page;
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
