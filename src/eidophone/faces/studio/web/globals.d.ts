// What tsc cannot know by itself: our elements by their tags, and the world of an audio worklet.
import type { EDrop } from "./parts/drop.js";
import type { EForm } from "./parts/form.js";
import type { EIcon } from "./parts/icon.js";
import type { EJob } from "./parts/job.js";
import type { EPicture } from "./parts/picture.js";
import type { EShelf } from "./parts/shelf.js";
import type { ETransport } from "./parts/transport.js";

declare global {
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
