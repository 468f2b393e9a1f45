// Choosing a unit of a network's picture by mouse, by finger, or by keys.

import { boxOf, nearestTo, stepFrom } from "./inside_places.js";

/** @typedef {import("./inside_layout.js").Placed} Placed */
/** @typedef {{column: number, place: number}} Spot of a unit in the picture */

const REACH = 24; // CSS pixels from a pointer to what it means
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown"];

/**
 * @typedef {object} Listeners
 * @property {() => Placed[]} placed
 * @property {(spot: Spot | null, byKey: boolean) => void} point at a unit
 * @property {(spot: Spot, at: {row: number, column: number} | null, byKey: boolean) => void} choose
 *   a unit; `at` is the value of a map that was pressed
 * @property {() => void} leave the chosen unit
 */

/**
 * @param {HTMLElement} stage
 * @param {Listeners} listeners
 */
export function followPointer(stage, { placed, point, choose, leave }) {
  /** @type {Spot | null} */
  let spot = null;

  /**
   * @param {Spot | null} found
   * @param {boolean} byKey
   */
  function move(found, byKey) {
    if (found?.column === spot?.column && found?.place === spot?.place) return;
    spot = found;
    point(spot, byKey);
  }

  /** @param {MouseEvent} event */
  function under({ clientX, clientY }) {
    const { left, top } = stage.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    return { found: nearestTo(placed(), x, y, REACH), x, y };
  }

  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") move(under(event).found, false);
  });
  stage.addEventListener("pointerleave", () => move(null, false));
  stage.addEventListener("blur", () => move(null, false));

  stage.addEventListener("click", (event) => {
    const { found, x, y } = under(event);
    if (!found) leave();
    else choose(found, valueAt(placed()[found.column], found.place, x, y), false);
  });

  stage.addEventListener("keydown", (event) => {
    const all = placed();
    if (!all.length || event.ctrlKey || event.altKey || event.metaKey) return;
    if (ARROWS.includes(event.key)) {
      move(spot ? stepFrom(all, spot, event.key) : { column: Math.min(1, all.length - 1), place: 0 }, true);
    } else if (spot && (event.key === "Enter" || event.key === " ")) choose(spot, null, true);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });

  return {
    /** Forget what is pointed at: the picture is another one. */
    reset: () => move(null, false),
  };
}

/**
 * @param {Placed} placed
 * @param {number} place
 * @param {number} x
 * @param {number} y
 * @returns {{row: number, column: number} | null} of the value of a map that is under a point
 */
function valueAt(placed, place, x, y) {
  const { kind, height, width } = placed.column;
  if (kind !== "maps") return null;
  const box = boxOf(placed, place);
  const within = (/** @type {number} */ share, /** @type {number} */ count) =>
    Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  return {
    row: within((y - box.y) / box.height, height),
    column: within((x - box.x) / box.width, width),
  };
}
