// What each layer of a network does to a tensor, by TensorFlow.js, and how gradients go back
// through it.

import { ACTIVATIONS } from "./activations.js";
import { convolution } from "./convolution.js";
import { averagePooling, maxPooling } from "./pooling.js";

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {{shape: number[], offset: number}} Place Of an array within the weights, in values.
 * @typedef {{kind: "Reshape"} | {kind: "Flatten"}
 *   | {kind: "Convolution", stride: number, same: boolean, kernel: Place, bias: Place}
 *   | {kind: "Pooling", side: number, average: boolean}
 *   | {kind: "Dense", kernel: Place, bias: Place}
 *   | {kind: "Activation", name: string}} Layer
 * @typedef {import("./edits.js").Part} Part
 *
 * One layer. All tensors have a batch dimension.
 * @typedef {object} Step
 * @property {(x: any) => any} forward
 * @property {(dy: any, x: any, y: any) => any} backward From the derivatives by its output, `y`, to
 *   those by its input, `x`: the vendored TensorFlow.js has no gradients of its operations.
 */

const NO_SCORE = -1e30; // e to the power of it is 0

/**
 * @param {TensorFlow} tf
 * @param {Layer} layer
 * @param {(part: Part) => any} weights The tensor of a part of its weights, if it has any.
 * @returns {Step}
 */
export function stepOf(tf, layer, weights) {
  switch (layer.kind) {
    case "Reshape":
      return { forward: (x) => tf.expandDims(x, -1), backward: (dy) => tf.squeeze(dy, [-1]) };
    case "Flatten":
      return {
        forward: (x) => tf.reshape(x, [x.shape[0], -1]),
        backward: (dy, x) => tf.reshape(dy, x.shape),
      };
    case "Convolution":
      return convolution(tf, layer, weights("kernel"), weights("bias"));
    case "Pooling":
      return (layer.average ? averagePooling : maxPooling)(tf, layer.side);
    case "Dense": {
      const [b, bias] = [weights("kernel"), weights("bias")];
      return {
        forward: (a) => tf.fused.matMul({ a, b, bias }),
        backward: (dy) => tf.matMul(dy, b, false, true),
      };
    }
    case "Activation":
      if (layer.name in ACTIVATIONS) return ACTIVATIONS[layer.name](tf);
  }
  throw new Error(`The network has a layer of an unknown kind: ${JSON.stringify(layer)}`);
}

/**
 * The same step with some of its nodes or maps switched off: their values are 0. Of the answers,
 * the softmax then shares the whole among the others.
 * @param {TensorFlow} tf
 * @param {Layer} layer
 * @param {Step} step
 * @param {any} mask 1 for each node or map that is on, 0 for those that are off.
 * @returns {Step}
 */
export function masked(tf, layer, step, mask) {
  const shares = layer.kind === "Activation" && layer.name === "softmax";
  return {
    forward(x) {
      const given = shares ? tf.add(x, tf.mul(tf.sub(1, mask), NO_SCORE)) : x;
      return tf.mul(step.forward(given), mask);
    },
    backward: (dy, x, y) => step.backward(tf.mul(dy, mask), x, y),
  };
}
