// @ts-check
/** The server: questions, files on their way there, and what it tells by itself. */

/** An answer that is no: its message is words for people. */
export class Refused extends Error {
  /**
   * @param {string} words
   * @param {number} status  of HTTP; 0 where nobody answered
   * @param {string} [shows]  what a picture shows, where that is not what was wanted: notes
   */
  constructor(words, status, shows = "") {
    super(words);
    this.status = status;
    this.shows = shows;
  }
}

export const GONE = "The studio does not answer: is its window, or its terminal, closed? Start it again.";

export const RESTARTED = "The studio was started again: open it anew, from its window or the address that it printed.";

/**
 * @param {string} path  below /api/
 * @param {RequestInit} [how]
 * @returns {Promise<Response>}
 */
async function ask(path, how = {}) {
  let response;
  try {
    response = await fetch(`/api/${path}`, { ...how, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(GONE, 0);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** @param {Response} response */
async function refusal(response) {
  const answer = await response.json().catch(() => null);
  const { status } = response;
  if (typeof answer?.error === "string") return new Refused(answer.error, status, answer.shows);
  return new Refused(status === 401 || status === 403 ? RESTARTED : `The studio could not do it (${status}).`, status);
}

/**
 * @param {string} method
 * @param {unknown} body
 * @returns {RequestInit}
 */
function json(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @param {Response} response */
async function parsed(response) {
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function get(path) {
  return parsed(await ask(path));
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function post(path, body = {}) {
  return parsed(await ask(path, json("POST", body)));
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export async function patch(path, body) {
  return parsed(await ask(path, json("PATCH", body)));
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function remove(path) {
  return parsed(await ask(path, { method: "DELETE" }));
}

/**
 * Bytes, and the headers that say what they are.
 *
 * @param {string} path
 * @param {RequestInit} [how]
 * @returns {Promise<{buffer: ArrayBuffer, headers: Headers}>}
 */
export async function bytes(path, how = {}) {
  const response = await ask(path, how);
  return { buffer: await response.arrayBuffer(), headers: response.headers };
}

/**
 * Where something of an item is: `itemPath("a b.wav", "file")`.
 *
 * @param {string} name
 * @param {string} [part]
 */
export function itemPath(name, part = "") {
  return `items/${encodeURIComponent(name)}${part ? `/${part}` : ""}`;
}

/** Where the small picture of an item is, as it is now. @param {Item} item */
export const thumbnailOf = (item) => `/api/${itemPath(item.name, "thumbnail")}?${item.modified}`;

/**
 * Send a file as it is. XMLHttpRequest, for `fetch` does not tell how far it is.
 *
 * @param {Blob} file
 * @param {(done: number) => void} [onProgress]  0 to 1
 * @param {string} [name]
 * @param {string} [path]  where it goes
 * @returns {Promise<any>} what it has become
 */
export function upload(file, onProgress, name = file instanceof File ? file.name : "sound.wav", path = "items") {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/${path}?name=${encodeURIComponent(name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress?.(event.loaded / Math.max(1, event.total));
    request.onerror = () => reject(new Refused(GONE, 0));
    request.onload = () => {
      if (request.status < 300) resolve(request.response);
      else {
        const words = request.response?.error ?? `The file was refused (${request.status}).`;
        reject(new Refused(words, request.status));
      }
    };
    request.send(file);
  });
}
