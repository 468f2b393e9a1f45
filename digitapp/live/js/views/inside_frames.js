// Frames around the parts of a network's picture that a text may point at. The style sheet shows
// the one that the page's `data-highlight` names.

import { largestIn } from "../explaining/layer_values.js";
import { make } from "./elements.js";
import { boxOf } from "./inside_places.js";

/** @typedef {import("./inside_layout.js").Placed} Placed */
/** @typedef {import("./inside_places.js").Box} Box */
/** @typedef {import("./inside_shown.js").Shown} Shown */
/** @typedef {{column: number, unit: number}} Selected */

/** @param {HTMLElement} stage */
export function framesOn(stage) {
  const frame = (/** @type {string} */ part) => {
    const made = make("div", "live-inside-frame", stage);
    made.dataset.part = part;
    return made;
  };
  const [pixels, layer, node, answers] = ["pixels", "layer", "node", "answers"].map(frame);
  const frames = [pixels, layer, node, answers];
  let brightest = 0; // in the first layer, when the pen rested last

  /**
   * @param {{placed: Placed[], shown: Shown[]}} picture
   * @param {Selected | null} chosen
   */
  function place({ placed, shown }, chosen) {
    if (placed.length < 2) return;
    const example = chosen && chosen.column > 0 ? chosen : { column: 1, unit: brightest };
    put(pixels, wholeOf(placed[0]));
    put(layer, wholeOf(placed[example.column]));
    put(answers, wholeOf(placed[placed.length - 1]));
    const at = shown[example.column].places[example.unit] ?? -1;
    put(node, at < 0 ? null : boxOf(placed[example.column], at));
  }

  /**
   * While nothing is chosen, the node of the first layer with the largest activation is pointed at.
   * @param {Placed[]} placed
   * @param {{values: Float32Array}[]} activations
   */
  function rest(placed, activations) {
    const { column } = placed[1] || {};
    const found = column && activations[column.place];
    if (found) brightest = largestIn(found.values, 1, 0) % column.count;
  }

  /**
   * @param {string} part
   * @returns {HTMLElement | null} the frame around it, if the picture has that part
   */
  function around(part) {
    return frames.find((each) => each.dataset.part === part && !each.hidden) || null;
  }
  return { place, rest, around };
}

/**
 * @param {Placed} placed
 * @returns {Box}
 */
function wholeOf({ left, top, width, height }) {
  return { x: left, y: top, width, height };
}

/**
 * @param {HTMLElement} element
 * @param {Box | null} box
 */
function put(element, box) {
  element.hidden = !box;
  if (!box) return;
  element.style.transform = `translate(${box.x}px, ${box.y}px)`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height}px`;
}
