// A network with some of its weights changed and some of its nodes switched off: the steps and the
// weights that differ from those of the network itself.

import { freed } from "./convolution.js";
import { masked, stepOf } from "./layer_steps.js";

/**
 * @typedef {import("./edits.js").Edits} Edits
 * @typedef {import("./edits.js").Part} Part
 * @typedef {import("./layer_steps.js").Layer} Layer
 * @typedef {import("./layer_steps.js").Step} Step
 * @typedef {import("./network.js").Network} Network
 */

export class EditedNetwork {
  /**
   * @param {Network} network
   * @param {Edits} edits
   */
  constructor(network, edits) {
    this.network = network;
    this.edits = edits;
    /** @type {Map<string, Float32Array>} the parts with changed weights */
    this.changed = new Map();
    /** @type {any[]} */
    this.tensors = [];
    const { layers } = network.description;
    for (const { layer } of edits.off) {
      if (!(layer in layers)) throw new RangeError(`The network has no layer ${layer}.`);
    }
    edits.weights.forEach((each) => this.change(each));
    try {
      this.steps = layers.map((layer, number) => this.step(layer, number));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Free its memory. */
  dispose() {
    this.tensors.forEach(freed);
    this.tensors = [];
  }

  /**
   * @param {number} layer
   * @param {Part} part
   */
  values(layer, part) {
    return this.changed.get(`${layer} ${part}`);
  }

  /** @param {import("./edits.js").Weight} weight */
  change({ layer, part, index, value }) {
    const values = this.values(layer, part) || this.network.values(layer, part).slice();
    if (!(index in values)) {
      throw new RangeError(`Layer ${layer} has ${values.length} values as ${part}, no ${index}.`);
    }
    values[index] = value;
    this.changed.set(`${layer} ${part}`, values);
  }

  /**
   * @param {Layer} layer
   * @param {number} number
   * @returns {Step}
   */
  step(layer, number) {
    const { tf, tensors, steps } = this.network;
    const isChanged = this.values(number, "kernel") || this.values(number, "bias");
    const step = isChanged
      ? stepOf(tf, layer, (part) => {
          const { shape } = tensors[number][part];
          const values = this.values(number, part);
          return values ? this.tensor(values, shape) : tensors[number][part];
        })
      : steps[number];
    const off = this.edits.off.filter((each) => each.layer === number);
    if (!off.length) return step;
    const on = new Float32Array(this.network.units[number]).fill(1);
    for (const { unit } of off) {
      if (!(unit in on)) throw new RangeError(`Layer ${number} has ${on.length} nodes, no ${unit}.`);
      on[unit] = 0;
    }
    return masked(tf, layer, step, this.tensor(on, [on.length]));
  }

  /**
   * @param {Float32Array} values
   * @param {number[]} shape
   */
  tensor(values, shape) {
    const { tf } = this.network;
    const made = tf.keep(tf.tensor(values, shape, "float32")); // outlives what asked for it
    this.tensors.push(made);
    return made;
  }
}
