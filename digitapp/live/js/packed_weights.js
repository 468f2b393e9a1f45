// The weights of packed layers, as they lie one array after the other, and as tensors.

import { freed } from "./convolution.js";

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./edits.js").Part} Part
 * @typedef {import("./layer_steps.js").Place} Place
 * @typedef {import("./layer_steps.js").Layer} Layer
 * @typedef {Record<Part, any>} Parts the tensors of a layer; null of one without weights
 */

/**
 * The values of an array within the weights: not to be written to.
 * @param {Float32Array} weights
 * @param {Place} place
 */
export function valuesAt(weights, { shape, offset }) {
  const end = offset + shape.reduce((product, side) => product * side, 1);
  if (end > weights.length) throw new Error("The network's weights are cut short.");
  return weights.subarray(offset, end);
}

/**
 * Copy the weights of layers into the runtime's memory; `dispose` of them in the end.
 * @param {TensorFlow} tf
 * @param {readonly Layer[]} layers
 * @param {Float32Array} weights
 * @returns {Parts[]} by layer
 */
export function tensorsOf(tf, layers, weights) {
  /** @type {Parts[]} */
  const found = [];
  const tensor = (/** @type {Place} */ place) =>
    tf.tensor(valuesAt(weights, place), place.shape, "float32");
  try {
    for (const layer of layers) {
      /** @type {Parts} */
      const parts = { kernel: null, bias: null };
      found.push(parts);
      if (!("kernel" in layer)) continue;
      parts.kernel = tensor(layer.kernel);
      parts.bias = tensor(layer.bias);
    }
  } catch (error) {
    dispose(found);
    throw error;
  }
  return found;
}

/** @param {readonly Parts[]} tensors */
export function dispose(tensors) {
  for (const parts of tensors) Object.values(parts).forEach(freed);
}
