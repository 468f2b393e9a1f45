// A packed network (digitapp/live/packing.py), run by TensorFlow.js.

import { runtime } from "./runtime.js";

export { runtime };

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {{shape: number[], offset: number}} Place Of an array within the weights, in values.
 * @typedef {{kind: "Reshape"} | {kind: "Flatten"}
 *   | {kind: "Convolution", stride: number, same: boolean, kernel: Place, bias: Place}
 *   | {kind: "Pooling", side: number, average: boolean}
 *   | {kind: "Dense", kernel: Place, bias: Place}
 *   | {kind: "Activation", name: string}} Layer
 * @typedef {{box: number, by_mass: boolean, pen: number}} Preparation
 * @typedef {{format: number, class_names: string[], preparation: Preparation, layers: Layer[],
 *   weights: string}} Description
 * @typedef {{kind: string, name: string, shape: number[], values: Float32Array}} LayerOutput
 *   `shape` is that of one image, channels last; `name` is an activation function's, or empty.
 * @typedef {{outputs: Float32Array, activations: LayerOutput[]}} Outputs
 *   The probabilities of the classes, and what each layer of the description gives, if asked for;
 *   of several images one after the other.
 * @typedef {(input: any) => any} Step From one tensor to the next, both with a batch dimension.
 */

const FORMAT = 1;
const SIDE = 28; // pixels of an image
const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "softmax"]; // operations of the same name

/**
 * Fetch a network, and build it; it is fetched while the runtime may still be starting.
 * @param {TensorFlow | Promise<TensorFlow>} tf
 * @param {string | URL} address Of its description; its weights are beside it.
 * @returns {Promise<Network>}
 */
export async function network(tf, address) {
  const [ready, parts] = await Promise.all([tf, fetchedParts(new URL(address, document.baseURI))]);
  return new Network(ready, ...parts);
}

/**
 * @param {URL} address
 * @returns {Promise<[Description, Float32Array]>}
 */
async function fetchedParts(address) {
  const description = await (await fetched(address)).json();
  const weights = await (await fetched(new URL(description.weights, address))).arrayBuffer();
  return [description, new Float32Array(weights)];
}

/**
 * @param {URL} address
 * @returns {Promise<Response>}
 */
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The network cannot be loaded: ${await response.text()}`);
  return response;
}

/** A network whose weights lie in WebAssembly's memory until it is disposed of. */
export class Network {
  /**
   * @param {TensorFlow} tf
   * @param {Description} description
   * @param {Float32Array} weights
   */
  constructor(tf, description, weights) {
    if (description.format !== FORMAT) {
      throw new Error(`The network has format ${description.format}; only ${FORMAT} can be read.`);
    }
    this.description = description;
    this.tf = tf;
    /** @type {any[]} */
    this.tensors = [];
    try {
      this.steps = description.layers.map((layer) => this.step(layer, weights));
      this.run(new Float32Array(SIDE * SIDE)); // the first run takes several times as long
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * Read one or more images.
   * @param {Float32Array} images n x 784 values, 0 paper to 1 ink.
   * @param {{activations?: boolean, edits?: import("./inside/edits.js").Edits}} [options]
   * @returns {Outputs}
   */
  run(images, { activations = false } = {}) {
    const { tf } = this;
    if (!this.steps.length) throw new Error("The network was disposed of.");
    /** @type {Outputs} */
    const found = { outputs: new Float32Array(), activations: [] };
    tf.tidy(() => {
      let values = tf.tensor(images, [images.length / (SIDE * SIDE), SIDE, SIDE], "float32");
      this.steps.forEach((step, number) => {
        values = step(values);
        if (!activations) return;
        found.activations.push(layerOutput(this.description.layers[number], values));
      });
      found.outputs = values.dataSync();
    }); // it would search all numbers of what it returned for tensors: 25 ms
    return found;
  }

  /** Free its memory. */
  dispose() {
    this.tensors.forEach((tensor) => tensor.dispose());
    this.tensors = [];
    this.steps = [];
  }

  /**
   * @param {Layer} layer
   * @param {Float32Array} weights
   * @returns {Step}
   */
  step(layer, weights) {
    const { tf } = this;
    switch (layer.kind) {
      case "Reshape":
        return (x) => tf.expandDims(x, -1);
      case "Flatten":
        return (x) => tf.reshape(x, [x.shape[0], -1]);
      case "Convolution": {
        const filter = this.tensor(layer.kernel, weights);
        const bias = this.tensor(layer.bias, weights);
        const [strides, pad] = [layer.stride, layer.same ? "same" : "valid"];
        return (x) => tf.fused.conv2d({ x, filter, strides, pad, bias });
      }
      case "Pooling": {
        const pool = layer.average ? tf.avgPool : tf.maxPool;
        return (x) => pool(x, layer.side, layer.side, "valid");
      }
      case "Dense": {
        const b = this.tensor(layer.kernel, weights);
        const bias = this.tensor(layer.bias, weights);
        return (a) => tf.fused.matMul({ a, b, bias });
      }
      case "Activation":
        if (layer.name === "gelu") return (x) => gelu(tf, x);
        if (ACTIVATIONS.includes(layer.name)) return tf[layer.name];
    }
    throw new Error(`The network has a layer of an unknown kind: ${JSON.stringify(layer)}`);
  }

  /**
   * @param {Place} place
   * @param {Float32Array} weights
   */
  tensor({ shape, offset }, weights) {
    const end = offset + shape.reduce((product, side) => product * side, 1);
    if (end > weights.length) throw new Error("The network's weights are cut short.");
    const made = this.tf.tensor(weights.slice(offset, end), shape, "float32");
    this.tensors.push(made);
    return made;
  }
}

/**
 * @param {Layer} layer
 * @param {any} tensor
 * @returns {LayerOutput}
 */
function layerOutput(layer, tensor) {
  const name = layer.kind === "Activation" ? layer.name : "";
  return { kind: layer.kind, name, shape: tensor.shape.slice(1), values: tensor.dataSync() };
}

/**
 * The exact one, as in Keras: not the approximation by tanh.
 * @param {TensorFlow} tf
 * @param {any} x
 */
function gelu(tf, x) {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
