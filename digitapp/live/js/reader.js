// What a network makes of a drawing: of its picture and, where it reads the pen's way, too, of both.

import { combined } from "./combination.js";
import { interpret } from "./reading.js";

/** @typedef {import("./edits.js").Edits} Edits */
/** @typedef {import("./network.js").LayerOutput} LayerOutput */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./reading.js").Prediction} Prediction */

/**
 * What each of the two readers says, what they say together, and how much the movement counted for
 * that: from 0, not at all, to 1.
 * @typedef {object} Parts
 * @property {Prediction} picture
 * @property {Prediction} movement
 * @property {Prediction} together
 * @property {number} weight
 */

/**
 * @typedef {object} Read
 * @property {Prediction} prediction
 * @property {Parts | null} parts null where the picture alone was read
 * @property {LayerOutput[]} activations of the network that reads the picture, if asked for
 */

/**
 * Read a drawing.
 * @param {Network} network
 * @param {{ image: Float32Array, path: Float32Array | null }} seen what `preparing` or `distorting`
 *   of looking.js makes of it
 * @param {{ activations?: boolean, edits?: Edits }} [options]
 * @returns {Read}
 */
export function read(network, seen, options) {
  const { class_names: names } = network.description;
  const { outputs, activations } = network.run(seen.image, options);
  const picture = interpret(outputs, names);
  const { strokes } = network;
  const path = strokes && seen.path;
  if (!strokes || !path) return { prediction: picture, parts: null, activations };
  const moved = strokes.run(path);
  const { outputs: both, weight } = combined(outputs, moved, strokes.combination);
  const [movement, together] = [moved, both].map((each) => interpret(each, names));
  return { prediction: together, parts: { picture, movement, together, weight }, activations };
}
