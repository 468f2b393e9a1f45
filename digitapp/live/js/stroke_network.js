// The stroke reader of a packed network: it reads the pen's way, as path.js makes it.

import { stepOf } from "./layer_steps.js";
import { dispose, tensorsOf } from "./packed_weights.js";
import { CHANNELS, POINTS } from "./path.js";

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./layer_steps.js").Layer} Layer
 * @typedef {import("./layer_steps.js").Step} Step
 * @typedef {import("./combination.js").Combination} Combination
 */

/**
 * The second part of a network's description: the layers that read the path, whose weights follow
 * those of the first, and how the two answers become one.
 * @typedef {{layers: Layer[], combination: Combination}} StrokesDescription
 */

export class StrokeNetwork {
  /**
   * @param {TensorFlow} tf
   * @param {StrokesDescription} description
   * @param {Float32Array} weights of the whole network
   */
  constructor(tf, { layers, combination }, weights) {
    this.tf = tf;
    this.combination = combination;
    this.tensors = tensorsOf(tf, layers, weights);
    /** @type {Step[]} */
    this.steps = [];
    try {
      this.steps = layers.map((layer, n) => stepOf(tf, layer, (part) => this.tensors[n][part]));
      this.run(new Float32Array(POINTS * CHANNELS)); // the first run takes several times as long
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * Read one or more paths.
   * @param {Float32Array} paths n x 64 x 5 values
   * @returns {Float32Array} the probabilities of the classes, of one path after the other
   */
  run(paths) {
    const { tf, steps } = this;
    if (!steps.length) throw new Error("The stroke reader was disposed of.");
    let outputs = new Float32Array();
    tf.tidy(() => {
      const shape = [paths.length / (POINTS * CHANNELS), POINTS, CHANNELS];
      const given = tf.tensor(paths, shape, "float32");
      const last = steps.reduce((tensor, { forward }) => forward(tensor), given);
      outputs = last.dataSync();
    });
    return outputs;
  }

  /** Free its memory. */
  dispose() {
    dispose(this.tensors);
    this.tensors = [];
    this.steps = [];
  }
}
