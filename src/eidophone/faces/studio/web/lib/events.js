// @ts-check
/**
 * What the server tells by itself. Browsers hold six connections to a place, all pages together: so
 * one page of them listens and hands on what it hears, and when it closes, another one listens.
 */

import { get } from "./api.js";

const RETRY_MS = 2000;

/** `job`, `items`, `view`, `preview` of the server; `open`, `lost`, `refused` ({status}) of the line to it. */
export const events = new EventTarget();

const others = new BroadcastChannel("eidophone-events");
others.onmessage = ({ data: { kind, detail } }) => hear(kind, detail);

/** @type {EventSource | null} */
let source = null;
let over = false;
/** Lets another page listen. */
let release = () => {};

/**
 * @param {string} kind
 * @param {unknown} [detail]
 */
function hear(kind, detail) {
  if (!over) events.dispatchEvent(new CustomEvent(kind, { detail }));
}

/**
 * Hear it, and let the other pages hear it.
 *
 * @param {string} kind
 * @param {unknown} [detail]
 */
function tell(kind, detail) {
  others.postMessage({ kind, detail });
  hear(kind, detail);
}

/** Listen no more; another page may. */
export function hangUp() {
  over = true;
  source?.close();
  release();
}

/** Listen, or let the page hear that does, until this one closes or hangs up. */
export function listen() {
  if (!navigator.locks) return connect(); // not at an address like this: each page for itself
  navigator.locks.request("eidophone-events", () => !over && new Promise((resolve) => {
    release = () => resolve(null);
    connect();
  }));
}

function connect() {
  if (over) return;
  source = new EventSource("/api/events");
  source.onopen = () => tell("open");
  source.onerror = () => {
    tell("lost");
    if (source?.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, RETRY_MS);
    get("state").catch(({ status }) => tell("refused", { status }));
  };
  for (const kind of ["job", "items", "view", "preview"]) {
    source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data || "{}")));
  }
}
