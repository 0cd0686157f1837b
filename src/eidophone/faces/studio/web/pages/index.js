// @ts-check
/** The pages of the studio: one line each. */

import { page as paint } from "./paint.js";
import { page as sound } from "./sound.js";
import { page as style } from "./style.js";

/** @type {import("../lib/types.js").Page[]} */
export const PAGES = [paint, sound, style].sort((a, b) => a.order - b.order);
