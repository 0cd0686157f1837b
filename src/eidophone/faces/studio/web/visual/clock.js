// @ts-check
/** Where the studio plays, told from page to page, and by way of the server to other programs. */

import { asked } from "./asking.js";

/** @typedef {{item: string | null, seconds: number, speed: number}} Place */

const CHANNEL = "eidophone-transport";

/** A page of the same browser tells so often; the server is asked so often. */
const TELL_MS = 100;
const ASK_MS = 500;

/** Jumps shorter than this are no jumps, but clocks: they are caught up with little by little. */
const JUMP_SECONDS = 0.25;

/** The page that plays tells where it is. */
export class Teller {
  #channel = new BroadcastChannel(CHANNEL);
  #said = "";
  #at = 0;

  /**
   * @param {() => Place} place
   * @param {(place: Place) => unknown} tellServer
   */
  constructor(place, tellServer) {
    this.place = place;
    this.tellServer = tellServer;
    setInterval(() => this.tell(), TELL_MS);
  }

  /** Say it now, if it is new. */
  tell() {
    const place = this.place();
    const said = JSON.stringify([place.item, place.speed, place.speed ? 0 : place.seconds]);
    const news = said !== this.#said;
    if (news || place.speed) this.#channel.postMessage(place); // who stands still leaves the word to others
    if (!news && !(place.speed && performance.now() - this.#at > 1000)) return;
    this.#said = said;
    this.#at = performance.now();
    this.tellServer(place);
  }
}

/** The page that follows. */
export class Follower {
  /** @type {Place} */
  #place = { item: null, seconds: 0, speed: 0 };
  #at = 0;
  #near = 0;

  constructor() {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }) => {
      this.#near = performance.now();
      this.#take(data);
    };
    setInterval(() => this.#ask(), ASK_MS);
    this.#ask();
  }

  get item() {
    return this.#place.item;
  }

  /** Where it plays now, in seconds. */
  get seconds() {
    return Math.max(0, this.#place.seconds + (this.#place.speed * (performance.now() - this.#at)) / 1000);
  }

  async #ask() {
    if (performance.now() - this.#near < 2 * ASK_MS) return;
    try {
      const { age, ...place } = await (await asked("transport")).json();
      this.#take({ ...place, seconds: place.seconds + place.speed * age });
    } catch {
      // it is asked again
    }
  }

  /** @param {Place} place */
  #take(place) {
    const off = place.seconds - this.seconds;
    const same = place.item === this.#place.item && place.speed === this.#place.speed;
    const seconds = same && place.speed && Math.abs(off) < JUMP_SECONDS ? this.seconds + off / 8 : place.seconds;
    this.#place = { ...place, seconds };
    this.#at = performance.now();
  }
}
