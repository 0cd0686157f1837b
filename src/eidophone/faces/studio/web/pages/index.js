// @ts-check
/** The pages of the studio: one line each. */

import { page as sound } from "./sound.js";

/** @type {import("../lib/types.js").Page[]} */
export const PAGES = [sound].sort((a, b) => a.order - b.order);
