// Where each unit of a network's picture is, and which one is at a point, or next to another one.

import { gapOf, IMAGE_SIDE } from "./inside_grids.js";

/** @typedef {import("./inside_layout.js").Placed} Placed */
/** @typedef {{x: number, y: number, width: number, height: number}} Box in CSS pixels */

/** @param {Placed} placed */
export function placesIn({ column, shown }) {
  return column.kind === "pixels" ? IMAGE_SIDE * IMAGE_SIDE : shown;
}

/**
 * @param {Placed} placed
 * @param {number} place
 * @returns {Box}
 */
export function boxOf({ column, left, top, side, pitch, across, shown, width }, place) {
  const grid = (/** @type {number} */ n, /** @type {number} */ step, /** @type {number} */ down) => ({
    x: left + (place % n) * step,
    y: top + Math.floor(place / n) * down,
  });
  switch (column.kind) {
    case "pixels": {
      const zoom = side / IMAGE_SIDE;
      return { ...grid(IMAGE_SIDE, zoom, zoom), width: zoom, height: zoom };
    }
    case "outputs": {
      const rows = Math.ceil(shown / across);
      const x = left + (Math.floor(place / rows) * width) / across;
      const y = Math.round(top + (place % rows) * pitch + (pitch - side) / 2);
      return { x, y, width: side, height: side };
    }
    case "units":
      return { ...grid(across, pitch, pitch), width: side, height: side };
    default: {
      const zoom = side / column.width;
      const down = (column.height + gapOf(zoom)) * zoom;
      return { ...grid(across, pitch, down), width: side, height: column.height * zoom };
    }
  }
}

/**
 * The place that is nearest to a point, and no further from it than `reach`.
 * @param {Placed[]} all
 * @param {number} x
 * @param {number} y
 * @param {number} reach in CSS pixels
 * @returns {{column: number, place: number} | null}
 */
export function nearestTo(all, x, y, reach) {
  let found = null;
  let least = reach;
  for (let column = 0; column < all.length; column += 1) {
    const placed = all[column];
    const beyond = Math.max(placed.left - x, x - placed.left - placed.width, 0);
    if (beyond > least) continue;
    for (let place = 0; place < placesIn(placed); place += 1) {
      const box = boxOf(placed, place);
      const wide = placed.column.kind === "outputs" ? placed.width / placed.across : box.width;
      const across = Math.max(box.x - x, x - box.x - wide, 0); // an answer's name is part of it
      const away = Math.hypot(across, Math.max(box.y - y, y - box.y - box.height, 0));
      if (away < least || (!found && away <= least)) {
        found = { column, place };
        least = away;
      }
    }
  }
  return found;
}

/**
 * The place that an arrow key leads to: in the same column or, beyond its edge, in the next one.
 * @param {Placed[]} all
 * @param {{column: number, place: number}} from
 * @param {string} key an arrow key, or PageUp or PageDown for the column before or after
 * @returns {{column: number, place: number}}
 */
export function stepFrom(all, from, key) {
  const here = boxOf(all[from.column], from.place);
  const level = key === "ArrowUp" || key === "ArrowDown";
  const sign = key === "ArrowUp" || key === "ArrowLeft" || key === "PageUp" ? -1 : 1;
  if (!key.startsWith("Page")) {
    const next = alongRow(all[from.column], here, level, sign);
    if (next >= 0) return { column: from.column, place: next };
    if (level) return from;
  }
  const column = from.column + sign;
  if (!all[column]) return from;
  const x = sign > 0 ? all[column].left : all[column].left + all[column].width;
  const y = here.y + here.height / 2;
  const found = nearestTo([all[column]], x, y, Infinity);
  return found ? { column, place: found.place } : from;
}

/**
 * The next place in the same row or, upright, in the same line of places.
 * @param {Placed} placed
 * @param {Box} here
 * @param {boolean} upright
 * @param {number} sign
 */
function alongRow(placed, here, upright, sign) {
  let found = -1;
  let least = Infinity;
  for (let place = 0; place < placesIn(placed); place += 1) {
    const box = boxOf(placed, place);
    const [off, ahead] = upright
      ? [box.x - here.x, (box.y - here.y) * sign]
      : [box.y - here.y, (box.x - here.x) * sign];
    if (Math.abs(off) > 1 || ahead < 1 || ahead >= least) continue;
    found = place;
    least = ahead;
  }
  return found;
}
