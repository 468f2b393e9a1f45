// The eraser, as in digitapp/drawing/strokes.py: only the centre line of a stroke counts, and it is
// gone where the eraser's edge reached it.

import { ROUNDING, densified, extent } from "./points.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const SPACING = 2; // units between the points of which a line consists when it is cut
const ROW = 65_536; // more cells than lie side by side within the farthest points

/**
 * Return what an eraser stroke leaves of strokes.
 * @param {readonly Stroke[]} strokes
 * @param {Stroke} eraser
 * @returns {Stroke[]}
 */
export function erased(strokes, eraser) {
  const reach = eraser.width / 2 - ROUNDING;
  const [left, top, right, bottom] = extent(eraser.points);
  /** @type {Reached | null} */
  let reached = null;
  /** @type {Stroke[]} */
  const kept = [];
  for (const stroke of strokes) {
    const [from, above, to, below] = extent(stroke.points);
    const across = from < right + reach && to > left - reach;
    if (across && above < bottom + reach && below > top - reach) {
      reached ??= reachedBy(densified(eraser.points, SPACING), reach);
      kept.push(...cut(stroke, reached));
    } else kept.push(stroke);
  }
  return kept;
}

/**
 * Return the pieces of a stroke that lie out of the eraser's reach, or the stroke itself.
 * @param {Stroke} stroke
 * @param {Reached} reached
 * @returns {Stroke[]}
 */
function cut(stroke, reached) {
  const points = densified(stroke.points, SPACING);
  /** @type {Stroke[]} */
  const pieces = [];
  let first = 0;
  let whole = true;
  for (let at = 0; at < points.length; at += 2) {
    if (!reached(points[at], points[at + 1])) continue;
    if (at > first) pieces.push({ ...stroke, points: points.slice(first, at) });
    first = at + 2;
    whole = false;
  }
  if (whole) return [stroke];
  if (first < points.length) pieces.push({ ...stroke, points: points.slice(first) });
  return pieces;
}

/** @typedef {(x: number, y: number) => boolean} Reached */

/**
 * Return a test whether a place is nearer than `reach` to any of the points. The points are sorted
 * into square cells, so that it looks at the nine around the place only.
 * @param {Float64Array} points
 * @param {number} reach
 * @returns {Reached}
 */
function reachedBy(points, reach) {
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  const side = Math.max(reach, 1);
  for (let at = 0; at < points.length; at += 2) {
    const cell = Math.floor(points[at] / side) + ROW * Math.floor(points[at + 1] / side);
    const there = cells.get(cell);
    if (there) there.push(at);
    else cells.set(cell, [at]);
  }
  return (x, y) => {
    const middle = Math.floor(x / side) + ROW * Math.floor(y / side);
    for (let row = -ROW; row <= ROW; row += ROW) {
      for (let column = -1; column <= 1; column++) {
        for (const at of cells.get(middle + row + column) ?? []) {
          const [right, down] = [points[at] - x, points[at + 1] - y];
          if (right * right + down * down < reach * reach) return true;
        }
      }
    }
    return false;
  };
}
