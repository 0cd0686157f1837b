// @ts-check
/** What the visualiser asks of the studio, be it by a key of its own. */

/** @type {(path: string) => Promise<Response>} */
let fetched = (path) => fetch(path, { credentials: "same-origin" });

/**
 * How the studio is asked from here: pages with a key of their own say it.
 *
 * @param {(path: string) => Promise<Response>} how
 */
export function askBy(how) {
  fetched = how;
}

/** @param {string} path  below /api/visual/ */
export async function asked(path) {
  const response = await fetched(`/api/visual/${path}`);
  if (!response.ok) throw new Error(`the studio said ${response.status}`);
  return response;
}
