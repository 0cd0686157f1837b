// @ts-check
/** What lies over the painting: the brush and its partials, what is chosen, where the voice is. */

import { edgesAt } from "./dragging.js";
import { partials, snapper } from "./tools.js";

/** @typedef {import("./tools.js").Touch} Touch */

const LIGHT = "#ffffff";
const DARK = "rgb(0 0 0 / 65%)";
const LINE = "#ffb454";

/**
 * @param {CanvasRenderingContext2D} context  in pixels of the page
 * @param {Geometry} geometry
 * @param {{easel: Easel, tool: Tool, options: Options, touch: Touch | null}} what
 */
export function drawCursor(context, geometry, { easel, tool, options, touch }) {
  const { painting, selection, voice } = easel;
  if (!painting) return;
  if (selection) drawSelection(context, geometry, selection, tool.id === "move");
  if (voice.sounding && voice.at !== null) drawPlace(context, geometry, voice);
  if (!touch || !tool.options.includes("size")) return;
  const place = snapper(painting, options)(touch);
  const x = geometry.xOfColumn(place.x);
  const rows = tool.id === "harmonics" ? partials(painting, options, place.y) : [{ y: place.y }];
  rows.forEach(({ y }, k) => ring(context, x, geometry.yOfRow(y), options.size / 2, k ? 0.45 : 1));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} alpha
 */
function ring(context, x, y, radius, alpha) {
  context.globalAlpha = alpha;
  for (const [colour, width] of /** @type {const} */ ([[DARK, 3], [LIGHT, 1.25]])) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, Math.max(1.5, radius), 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {import("./selection.js").Selection} selection
 * @param {boolean} handles
 */
function drawSelection(context, geometry, { outline, rect }, handles) {
  context.beginPath();
  outline.forEach(({ x, y }, i) => context[i ? "lineTo" : "moveTo"](geometry.xOfColumn(x), geometry.yOfRow(y)));
  context.closePath();
  context.lineWidth = 1.25;
  context.setLineDash([]);
  context.strokeStyle = DARK;
  context.stroke();
  context.setLineDash([5, 4]);
  context.strokeStyle = LIGHT;
  context.stroke();
  context.setLineDash([]);
  if (!handles) return;
  const [x0, x1] = [geometry.xOfColumn(rect.x), geometry.xOfColumn(rect.x + rect.w)];
  const [y0, y1] = [geometry.yOfRow(rect.y), geometry.yOfRow(rect.y + rect.h)];
  for (const [x, y] of [[x0, (y0 + y1) / 2], [x1, (y0 + y1) / 2], [(x0 + x1) / 2, y0], [(x0 + x1) / 2, y1]]) {
    context.fillStyle = DARK;
    context.fillRect(x - 5, y - 5, 10, 10);
    context.fillStyle = LINE;
    context.fillRect(x - 4, y - 4, 8, 8);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {import("../audio/voice.js").Voice} voice
 */
function drawPlace(context, geometry, { at, span, playing }) {
  if (at === null) return;
  context.fillStyle = LINE;
  context.fillRect(geometry.xOfColumn(at) - 1, 0, 2, geometry.height);
  if (!playing) return;
  context.fillStyle = "rgb(255 180 84 / 45%)";
  const [x0, x1] = [geometry.xOfColumn(span.first), geometry.xOfColumn(span.first + span.count)];
  context.fillRect(x0, geometry.height - 4, x1 - x0, 4);
}

/**
 * The shape of the pointer.
 *
 * @param {Tool} tool
 * @param {Easel} easel
 * @param {Touch | null} touch
 */
export function pointerFor(tool, { selection }, touch) {
  if (tool.options.includes("size")) return "none";
  if (tool.id !== "move") return "crosshair";
  if (!selection || !touch) return "default";
  const { left, right, top, bottom } = edgesAt(selection, touch);
  if (left || right) return "ew-resize";
  if (top || bottom) return "ns-resize";
  return selection.has(touch.place) ? "move" : "default";
}
