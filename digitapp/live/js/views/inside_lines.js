// Paints lines of a network's picture: blue speaks for, orange against; the stronger, the thicker.

import { WHOLE } from "../explaining/trace.js";
import { css } from "./elements.js";
import { boxOf } from "./inside_places.js";

/**
 * @typedef {import("../explaining/trace.js").Line} Line
 * @typedef {import("./inside_layout.js").Placed} Placed
 * @typedef {import("./inside_paint.js").Colours} Colours
 * @typedef {import("./inside_shown.js").Shown} Shown
 */

const THINNEST = 0.75; // CSS pixels
const THICKER = 2.5; // at most, than the thinnest
const FAINTEST = 0.3;
const BEND = 0.45; // of the way across, a line is level

/**
 * @param {CanvasRenderingContext2D} on
 * @param {Line[]} lines
 * @param {{placed: Placed[], shown: Shown[], colours: Colours, scale: number}} how `scale` of the
 *   lines' width
 */
export function paintLines(on, lines, { placed, shown, colours, scale }) {
  const [positive, negative] = [css(colours.accent), css(colours.doubtful)];
  for (const { column, from, to, value, size, visible } of lines) {
    const start = startOf(placed[column - 1], from === WHOLE ? from : shown[column - 1].places[from]);
    const end = boxOf(placed[column], shown[column].places[to]);
    const [x, y] = [end.x, end.y + end.height / 2];
    const bend = (x - start.x) * BEND;
    on.globalAlpha = visible * (FAINTEST + (1 - FAINTEST) * size);
    on.lineWidth = scale * (THINNEST + THICKER * size);
    on.strokeStyle = value < 0 ? negative : positive;
    on.beginPath();
    on.moveTo(start.x, start.y);
    on.bezierCurveTo(start.x + bend, start.y, x - bend, y, x, y);
    on.stroke();
  }
  on.globalAlpha = 1;
}

/**
 * Where a line begins: at the right of a node or a map, in the middle of a pixel.
 * @param {Placed} placed
 * @param {number} place or `WHOLE`
 */
function startOf(placed, place) {
  const { left, top, width: wide, height: tall } = placed;
  if (place === WHOLE) return { x: left + wide, y: top + tall / 2 };
  const { x, y, width, height } = boxOf(placed, place);
  return { x: placed.column.kind === "pixels" ? x + width / 2 : x + width, y: y + height / 2 };
}
