// @ts-check
/** Hear only what is chosen: its times and its frequencies, round and round. */

import { LOUDEST } from "../audio/matching.js";
import { player } from "../audio/player.js";
import { peakOf, planar } from "../audio/chunks.js";
import { bytes } from "../lib/api.js";

/** Seconds over which it comes and goes. */
const FADE_SECONDS = 0.01;

/** Events: `state`. */
export class Solo extends EventTarget {
  /** @type {{source: AudioBufferSourceNode, gain: GainNode} | null} */
  #playing = null;
  #ticket = 0;
  #coming = false;

  /** Whether it plays, or is about to. */
  get playing() {
    return !!this.#playing || this.#coming;
  }

  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection} selection
   */
  async play(painting, selection) {
    this.#coming = true;
    try {
      await this.#start(painting, selection, ++this.#ticket);
    } finally {
      this.#coming = false;
      this.dispatchEvent(new Event("state"));
    }
  }

  /**
   * @param {Painting} painting
   * @param {import("./selection.js").Selection} selection
   * @param {number} ticket
   */
  async #start(painting, selection, ticket) {
    const { x, w } = selection.rect;
    await painting.need(x, w);
    const { buffer, headers } = await bytes(`views/${painting.view.id}/part?first=${x}&quality=standard&alone=true`, {
      method: "POST", body: /** @type {BodyInit} */ (only(painting, selection)),
    });
    const { data } = planar(buffer, headers);
    const context = await player.output();
    if (ticket !== this.#ticket) return;
    this.stop();
    player.pause();
    const sound = context.createBuffer(data.length, data[0].length, painting.view.rate);
    data.forEach((samples, channel) => sound.copyToChannel(/** @type {Float32Array<ArrayBuffer>} */ (samples), channel));
    const source = new AudioBufferSourceNode(context, { buffer: sound, loop: true });
    const gain = new GainNode(context, { gain: 0 });
    const loud = Math.min(1, LOUDEST / Math.max(peakOf(data), 1e-9)) * player.volume;
    gain.gain.linearRampToValueAtTime(loud, context.currentTime + FADE_SECONDS);
    source.connect(gain).connect(context.destination);
    source.start();
    this.#playing = { source, gain };
  }

  stop() {
    this.#ticket++;
    this.#coming = false;
    const now = this.#playing;
    if (!now) return;
    this.#playing = null;
    const end = now.source.context.currentTime + FADE_SECONDS;
    now.gain.gain.cancelScheduledValues(0);
    now.gain.gain.setValueAtTime(now.gain.gain.value, now.source.context.currentTime);
    now.gain.gain.linearRampToValueAtTime(0, end);
    now.source.stop(end);
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * The columns of what is chosen, and nothing else on them.
 *
 * @param {Painting} painting
 * @param {import("./selection.js").Selection} selection
 */
function only(painting, selection) {
  const rect = { x: selection.rect.x, y: 0, w: selection.rect.w, h: painting.rows };
  const pixels = painting.seen(rect);
  const cover = selection.cover(rect);
  for (let at = 0; at < pixels.length; at++) pixels[at] = Math.round((pixels[at] * cover[Math.floor(at / 3)]) / 255);
  return pixels;
}
