// What the node part knows of the chosen node: the passage of the drawing, or of an empty page,
// which of its weights may be changed, and where the patch is on a map.

import { largestIn } from "../explaining/layer_values.js";
import { NO_EDITS } from "../edits.js";
import { BIAS, choiceOf, weightAt } from "./node_choice.js";

/**
 * @typedef {import("../explaining/rule.js").DenseRule} DenseRule
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 * @typedef {import("../explaining/rule.js").Passage} Passage
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../views/layers.js").Column} Column
 * @typedef {import("./node_choice.js").Choice} Choice
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {{column: number, unit: number}} Selected
 */

const BLANK = new Float32Array(784);

/** An empty page on its way through the network, kept as long as that stays the same. */
export class EmptyPage {
  constructor() {
    /** @type {Passage | null} */
    this.passage = null;
  }

  /**
   * @param {Scene} scene
   * @returns {Passage}
   */
  of({ network, columns, inspection: { edits } }) {
    const { passage } = this;
    if (passage && passage.network === network && passage.edits === edits) return passage;
    const { activations } = network.run(BLANK, { activations: true, edits });
    this.passage = { network, columns, image: BLANK, activations, edits };
    return this.passage;
  }
}

/**
 * The drawing on its way through the network, or an empty page.
 * @param {Scene} scene
 * @param {EmptyPage} empty
 * @returns {Passage}
 */
export function passageOf(scene, empty) {
  const { network, columns, image, activations, inspection } = scene;
  if (!image || !activations.length) return empty.of(scene);
  return { network, columns, image, activations, edits: inspection.edits };
}

/**
 * The weight that is looked at first: the one of this node that was changed last, or the bias.
 * @param {Scene} scene
 * @param {Selected} selected
 * @returns {Choice}
 */
export function firstChoice({ columns, inspection }, { column, unit }) {
  const found = [...inspection.edits.weights].reverse().map((each) => choiceOf(columns, each));
  const own = found.find((each) => each.column === column && each.unit === unit);
  return own ? own.choice : BIAS;
}

/**
 * The largest of a node's weights, whatever its sign, as they were learned.
 * @param {Network} network
 * @param {DenseRule | ConvolutionRule} rule
 */
export function largestWeight(network, { column, unit }) {
  const kernel = network.values(column.layer, "kernel");
  let found = 1e-6;
  for (let at = unit; at < kernel.length; at += column.count) {
    found = Math.max(found, Math.abs(kernel[at]));
  }
  return found;
}

/**
 * @param {Network} network
 * @param {DenseRule | ConvolutionRule} rule
 * @param {Choice} choice
 * @param {import("../edits.js").Edits} edits
 */
export function chosenWeight(network, rule, choice, edits = NO_EDITS) {
  const { layer, part, index } = weightAt(rule, choice);
  return network.values(layer, part, edits)[index];
}

/**
 * Where to begin on a map: where the patch was on the map before, or else where this one is
 * strongest.
 * @param {Float32Array} values of all maps
 * @param {{ column: Column, unit: number }} map
 * @param {{ column: Column, position: {row: number, column: number} } | null} before
 */
export function startOn(values, { column, unit }, before) {
  if (before) {
    const scaled = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ to) =>
      Math.max(0, Math.min(to - 1, Math.floor(((at + 0.5) / from) * to)));
    const { row, column: across } = before.position;
    return {
      row: scaled(row, before.column.height, column.height),
      column: scaled(across, before.column.width, column.width),
    };
  }
  const place = Math.floor(largestIn(values, column.count, unit) / column.count);
  return { row: Math.floor(place / column.width), column: place % column.width };
}
