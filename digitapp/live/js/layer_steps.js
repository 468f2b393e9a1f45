// What each layer of a network does to a tensor, by TensorFlow.js.

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {{shape: number[], offset: number}} Place Of an array within the weights, in values.
 * @typedef {{kind: "Reshape"} | {kind: "Flatten"}
 *   | {kind: "Convolution", stride: number, same: boolean, kernel: Place, bias: Place}
 *   | {kind: "Pooling", side: number, average: boolean}
 *   | {kind: "Dense", kernel: Place, bias: Place}
 *   | {kind: "Activation", name: string}} Layer
 * @typedef {import("./inside/edits.js").Part} Part
 * @typedef {(input: any) => any} Step From one tensor to the next, both with a batch dimension.
 */

const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "softmax"]; // operations of the same name
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
      return (x) => tf.expandDims(x, -1);
    case "Flatten":
      return (x) => tf.reshape(x, [x.shape[0], -1]);
    case "Convolution": {
      const [filter, bias] = [weights("kernel"), weights("bias")];
      const [strides, pad] = [layer.stride, layer.same ? "same" : "valid"];
      return (x) => tf.fused.conv2d({ x, filter, strides, pad, bias });
    }
    case "Pooling": {
      const pool = layer.average ? tf.avgPool : tf.maxPool;
      return (x) => pool(x, layer.side, layer.side, "valid");
    }
    case "Dense": {
      const [b, bias] = [weights("kernel"), weights("bias")];
      return (a) => tf.fused.matMul({ a, b, bias });
    }
    case "Activation":
      if (layer.name === "gelu") return (x) => gelu(tf, x);
      if (ACTIVATIONS.includes(layer.name)) return tf[layer.name];
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
  if (layer.kind !== "Activation" || layer.name !== "softmax") return (x) => tf.mul(step(x), mask);
  return (x) => tf.mul(tf.softmax(tf.add(x, tf.mul(tf.sub(1, mask), NO_SCORE))), mask);
}

/**
 * The exact one, as in Keras: not the approximation by tanh.
 * @param {TensorFlow} tf
 * @param {any} x
 */
function gelu(tf, x) {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
