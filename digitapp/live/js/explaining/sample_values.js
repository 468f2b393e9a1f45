// What a network makes of each image of a sample: computed a few images at a time, and kept.

import { NO_EDITS } from "../edits.js";
import { inputOf, PIXELS } from "./samples.js";

const AT_ONCE = 64; // images
const PIECE = 5; // milliseconds

/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("../views/layers.js").Column} Column */
/** @typedef {import("./samples.js").Images} Images */

/**
 * The last layer before the outputs: all its values, in a row.
 * @typedef {object} Hidden
 * @property {number} layer of the description, after its activation function; -1 for the pixels
 * @property {number} size how many values
 * @property {Column} column
 */

/**
 * @param {Column[]} columns
 * @returns {Hidden}
 */
export function lastHidden(columns) {
  const column = columns[Math.max(0, columns.length - 2)];
  const layer = column.kind === "pixels" ? -1 : column.place;
  return { layer, size: column.count * column.height * column.width, column };
}

/**
 * The values of the last hidden layer for one image.
 * @param {Hidden} hidden
 * @param {Float32Array} image
 * @param {{values: Float32Array}[]} activations of each layer
 */
export function hiddenValues({ layer }, image, activations) {
  return layer < 0 ? image : activations[layer].values;
}

export class SampleValues {
  /**
   * @param {Network} network run as it is: without any changes
   * @param {Column[]} columns
   * @param {Images} images
   */
  constructor(network, columns, images) {
    this.network = network;
    this.columns = columns;
    this.images = images;
    this.hidden = lastHidden(columns);
    const { count } = images;
    this.done = 0; // images
    /** Of the last hidden layer: count x size. */
    this.vectors = new Float32Array(count * this.hidden.size);
    /** The probabilities of the classes: count x classes. */
    this.outputs = new Float32Array(count * columns[columns.length - 1].count);
    /**
     * By column, how much an image excites each node: its value; of a map, the largest of its
     * values; of an output, its score before the softmax. Count x nodes; the pixels have none.
     */
    this.excitement = columns.map((column) =>
      column.kind === "pixels" ? new Float32Array() : new Float32Array(count * column.count),
    );
    this.milliseconds = Infinity; // that an image takes
    this.problem = ""; // why it cannot go on
  }

  get finished() {
    return this.done === this.images.count;
  }

  /**
   * Read those that are left, as many at once as take a few milliseconds; for `inSlices`.
   * @returns {Generator<void, void, void>}
   */
  *reading() {
    while (!this.finished) {
      const room = Math.max(1, Math.min(AT_ONCE, Math.floor(PIECE / this.milliseconds)));
      const to = Math.min(this.images.count, this.done + room);
      const began = performance.now();
      this.read(this.done, to);
      this.milliseconds = Math.max(0.01, (performance.now() - began) / (to - this.done));
      this.done = to;
      yield;
    }
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  read(from, to) {
    const { network, columns, hidden } = this;
    const { tf, description } = network;
    const input = inputOf(this.images, from, to);
    if (hidden.layer < 0) this.vectors.set(input, from * PIXELS);
    tf.tidy(() => {
      network.forward(network.input(input), NO_EDITS, description.layers.length, (tensor, layer) => {
        if (layer === hidden.layer) this.vectors.set(tensor.dataSync(), from * hidden.size);
        columns.forEach((column, n) => {
          const scored = column.kind === "outputs" ? column.layer : column.place;
          if (layer !== scored || column.kind === "pixels") return;
          const values = column.kind === "maps" ? tf.max(tensor, [1, 2]) : tensor;
          this.excitement[n].set(values.dataSync(), from * column.count);
        });
        if (layer < description.layers.length - 1) return;
        this.outputs.set(tensor.dataSync(), from * columns[columns.length - 1].count);
      });
    }); // it would search all numbers of what it returned for tensors
  }

  /**
   * The images that excite a node most, beginning with the most.
   * @param {number} column
   * @param {number} unit
   * @param {number} most how many
   * @returns {{ image: number, value: number }[]}
   */
  exciting(column, unit, most) {
    const { count } = this.columns[column];
    const values = this.excitement[column];
    const found = Array.from({ length: this.done }, (_, image) => image);
    const valueOf = (/** @type {number} */ image) => values[image * count + unit];
    found.sort((one, other) => valueOf(other) - valueOf(one) || one - other);
    return found.slice(0, most).map((image) => ({ image, value: valueOf(image) }));
  }

  /**
   * What the network gives for one of the images.
   * @param {number} image
   */
  outputsOf(image) {
    const { count } = this.columns[this.columns.length - 1];
    return this.outputs.slice(image * count, (image + 1) * count);
  }
}
