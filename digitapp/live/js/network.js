// A packed network (digitapp/live/packing.py), run by TensorFlow.js.

import { EditedNetwork } from "./edited_network.js";
import { count, NO_EDITS } from "./edits.js";
import { stepOf } from "./layer_steps.js";
import { dispose, tensorsOf, valuesAt } from "./packed_weights.js";
import { runtime } from "./runtime.js";
import { StrokeNetwork } from "./stroke_network.js";

export { runtime };

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./edits.js").Edits} Edits
 * @typedef {import("./edits.js").Part} Part
 * @typedef {import("./layer_steps.js").Layer} Layer
 * @typedef {import("./layer_steps.js").Step} Step
 * @typedef {import("./packed_weights.js").Parts} Parts
 * @typedef {import("./stroke_network.js").StrokesDescription} StrokesDescription
 * @typedef {{box: number, by_mass: boolean, pen: number}} Preparation
 * @typedef {{format: number, class_names: string[], preparation: Preparation, layers: Layer[],
 *   strokes?: StrokesDescription | null, weights: string}} Description
 * @typedef {{kind: string, name: string, shape: number[], values: Float32Array}} LayerOutput
 *   `shape` is that of one image, channels last; `name` is an activation function's, or empty.
 * @typedef {{outputs: Float32Array, activations: LayerOutput[]}} Outputs
 *   The probabilities of the classes, and what each layer of the description gives, if asked for;
 *   of several images one after the other.
 */

const FORMAT = 2;
const SIDE = 28; // pixels of an image

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

/**
 * A network that reads images, whose weights lie in WebAssembly's memory, too, until it is disposed
 * of; `strokes` is what reads the pen's way beside it, if anything does.
 */
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
    this.weights = weights;
    /** @type {Parts[]} by layer */
    this.tensors = [];
    /** @type {Step[]} */
    this.steps = [];
    /** @type {number[]} how many nodes, or maps, each layer's output has */
    this.units = [];
    /** @type {EditedNetwork | null} with the edits that were given last */
    this.edited = null;
    /** @type {StrokeNetwork | null} */
    this.strokes = null;
    try {
      this.build();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  build() {
    const { tf } = this;
    const { layers } = this.description;
    this.tensors = tensorsOf(tf, layers, this.weights);
    this.steps = layers.map((layer, n) => stepOf(tf, layer, (part) => this.tensors[n][part]));
    const blank = new Float32Array(SIDE * SIDE); // the first run takes several times as long
    this.units = this.run(blank, { activations: true }).activations.map(({ shape }) =>
      Number(shape.at(-1)),
    );
    const { strokes } = this.description;
    if (strokes) this.strokes = new StrokeNetwork(tf, strokes, this.weights);
  }

  /**
   * Read one or more images.
   * @param {Float32Array} images n x 784 values, 0 paper to 1 ink.
   * @param {{activations?: boolean, edits?: Edits}} [options]
   * @returns {Outputs}
   */
  run(images, { activations = false, edits = NO_EDITS } = {}) {
    const { layers } = this.description;
    /** @type {Outputs} */
    const found = { outputs: new Float32Array(), activations: [] };
    this.tf.tidy(() => {
      const last = this.forward(this.input(images), edits, layers.length, (tensor, number) => {
        if (activations) found.activations.push(layerOutput(layers[number], tensor));
      });
      found.outputs = last.dataSync();
    }); // it would search all numbers of what it returned for tensors: 25 ms
    return found;
  }

  /**
   * What the answers get before the softmax makes probabilities of it.
   * @param {Float32Array} images as for `run`
   * @param {{edits?: Edits}} [options]
   * @returns {Float32Array}
   */
  scores(images, { edits = NO_EDITS } = {}) {
    let found = new Float32Array();
    this.tf.tidy(() => {
      found = this.forward(this.input(images), edits, this.scored).dataSync();
    });
    return found;
  }

  /**
   * How fast an answer's score rises with the ink in each pixel: of each image the 784 derivatives
   * of one of the `scores`, computed layer by layer from the last one back to the pixels.
   * @param {Float32Array} images as for `run`
   * @param {number} output index of the answer
   * @param {{edits?: Edits, rival?: number | null}} [options] `rival`: an answer whose score is
   *   taken away first
   * @returns {Float32Array}
   */
  gradient(images, output, { edits = NO_EDITS, rival = null } = {}) {
    const { tf, scored } = this;
    let found = new Float32Array();
    tf.tidy(() => {
      const values = [this.input(images)];
      const last = this.forward(values[0], edits, scored, (tensor) => values.push(tensor));
      const [count, answers] = last.shape;
      const unit = (/** @type {number} */ answer) => {
        if (!(answer < answers)) throw new RangeError(`There are ${answers} answers, no ${answer}.`);
        return tf.cast(tf.oneHot(tf.fill([count], answer, "int32"), answers), "float32");
      };
      const one = rival === null ? unit(output) : tf.sub(unit(output), unit(rival));
      const steps = this.stepsWith(edits).slice(0, scored);
      const back = (/** @type {any} */ dy, /** @type {Step} */ step, /** @type {number} */ layer) =>
        step.backward(dy, values[layer], values[layer + 1]);
      found = steps.reduceRight(back, one).dataSync();
    });
    return found;
  }

  /** How many of its layers give the scores: all but the softmax. */
  get scored() {
    const { layers } = this.description;
    const last = layers[layers.length - 1];
    const shares = last && last.kind === "Activation" && last.name === "softmax";
    return layers.length - (shares ? 1 : 0);
  }

  /**
   * Images as a tensor, for `forward`.
   * @param {Float32Array} images n x 784
   */
  input(images) {
    return this.tf.tensor(images, [images.length / (SIDE * SIDE), SIDE, SIDE], "float32");
  }

  /**
   * Pass a tensor through the first layers, inside the caller's `tidy`.
   * @param {any} tensor (n, 28, 28)
   * @param {Edits} edits
   * @param {number} upTo how many layers
   * @param {(tensor: any, layer: number) => void} [seen] called with the output of each
   */
  forward(tensor, edits, upTo, seen = () => undefined) {
    const steps = this.stepsWith(edits).slice(0, upTo);
    return steps.reduce((input, step, layer) => {
      const output = step.forward(input);
      seen(output, layer);
      return output;
    }, tensor);
  }

  /**
   * The weights of a layer that are in force, in the order in which they are packed: not to be
   * written to.
   * @param {number} layer a convolution or a dense layer
   * @param {Part} part
   * @param {Edits} [edits]
   * @returns {Float32Array}
   */
  values(layer, part, edits = NO_EDITS) {
    const found = count(edits) ? this.with(edits).values(layer, part) : null;
    if (found) return found;
    const of = this.description.layers[layer];
    if (!of || !("kernel" in of)) throw new RangeError(`Layer ${layer} has no weights.`);
    return valuesAt(this.weights, of[part]);
  }

  /** @param {Edits} edits */
  stepsWith(edits) {
    if (!this.steps.length) throw new Error("The network was disposed of.");
    return count(edits) ? this.with(edits).steps : this.steps;
  }

  /**
   * @param {Edits} edits
   * @returns {EditedNetwork}
   */
  with(edits) {
    if (this.edited && this.edited.edits === edits) return this.edited;
    this.edited?.dispose();
    this.edited = null; // in case that the next cannot be had
    this.edited = new EditedNetwork(this, edits);
    return this.edited;
  }

  /** Free its memory. */
  dispose() {
    this.edited?.dispose();
    this.strokes?.dispose();
    dispose(this.tensors);
    this.edited = null;
    this.strokes = null;
    this.tensors = [];
    this.steps = [];
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
