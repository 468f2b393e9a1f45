// What one node does, in numbers: its inputs times its weights, the sum, the bias, and what its
// activation function makes of them.

import { isOff } from "../edits.js";
import { convolvedAt, frameOf, pooledAt } from "./patch.js";
import { softmaxOf } from "./softmax.js";

/**
 * @typedef {import("../edits.js").Edits} Edits
 * @typedef {import("../network.js").LayerOutput} LayerOutput
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../views/layers.js").Column} Column
 * @typedef {import("./patch.js").Position} Position
 */

/**
 * An image on its way through a network.
 * @typedef {object} Passage
 * @property {Network} network
 * @property {Column[]} columns
 * @property {Float32Array} image 784 values
 * @property {LayerOutput[]} activations with the edits
 * @property {Edits} edits
 */

/**
 * @typedef {object} Common to all rules
 * @property {Column} column
 * @property {Column} from the column before
 * @property {number} unit
 * @property {boolean} off whether it is switched off: then its value is 0
 * @property {number} value what it hands on
 */

/**
 * @typedef {object} Weighted
 * @property {number} sum of the inputs times their weights
 * @property {number} bias
 * @property {number} z sum and bias together
 * @property {string} activation the function's name; "softmax" for an answer
 */

/**
 * @typedef {Common & Weighted & {kind: "dense", inputs: Float32Array, weights: Float32Array,
 *   products: Float32Array, rank: number, softmax: import("./softmax.js").Softmax | null}} DenseRule
 *   `rank` is 1 for the node of its layer that hands on most.
 * @typedef {Common & Weighted & {kind: "convolution", position: Position,
 *   patch: import("./patch.js").Convolved}} ConvolutionRule
 * @typedef {Common & {kind: "pooling", position: Position, average: boolean,
 *   patch: import("./patch.js").Pooled}} PoolingRule
 * @typedef {Common & {kind: "pixel"}} PixelRule
 * @typedef {DenseRule | ConvolutionRule | PoolingRule | PixelRule} Rule
 */

/**
 * @typedef {object} Asked
 * @property {Common} common
 * @property {Float32Array} inputs of the layer
 * @property {Float32Array} values of the layer, after its activation function
 * @property {Position} at on the layer's maps
 */

/**
 * @param {Passage} passage
 * @param {{column: number, unit: number}} selected
 * @param {Position} position on a map; the nearest one that there is
 * @returns {Rule}
 */
export function ruleOf(passage, { column: number, unit }, position) {
  const { network, columns, image, activations, edits } = passage;
  const [from, column] = [columns[Math.max(0, number - 1)], columns[number]];
  const off = isOff(edits, column.place, unit);
  if (column.kind === "pixels") return { column, from, unit, off, value: image[unit], kind: "pixel" };
  const inputs = from.kind === "pixels" ? image : activations[from.place].values;
  const { values } = activations[column.place];
  const at = { row: within(position.row, column.height), column: within(position.column, column.width) };
  const value = values[(at.row * column.width + at.column) * column.count + unit];
  const asked = { common: { column, from, unit, off, value }, inputs, values, at };
  switch (network.description.layers[column.layer].kind) {
    case "Pooling":
      return poolingRule(passage, asked);
    case "Convolution":
      return convolutionRule(passage, asked);
    default:
      return denseRule(passage, asked);
  }
}

/**
 * @param {Passage} passage
 * @param {Asked} asked
 * @returns {PoolingRule}
 */
function poolingRule({ network }, { common, inputs, at }) {
  const { column, from, unit } = common;
  const layer = network.description.layers[column.layer];
  if (layer.kind !== "Pooling") throw new TypeError("This layer does not pool.");
  const { side, average } = layer;
  const frame = frameOf(at, { from, to: column, size: [side, side], stride: side, same: false });
  const patch = pooledAt(inputs, from, unit, average, frame);
  return { ...common, kind: "pooling", position: at, average, patch };
}

/**
 * @param {Passage} passage
 * @param {Asked} asked
 * @returns {ConvolutionRule}
 */
function convolutionRule({ network, edits }, { common, inputs, at }) {
  const { column, from, unit } = common;
  const layer = network.description.layers[column.layer];
  if (layer.kind !== "Convolution") throw new TypeError("This layer has no filters.");
  const { kernel, stride, same } = layer;
  const [height, width] = kernel.shape;
  const frame = frameOf(at, { from, to: column, size: [height, width], stride, same });
  const weights = network.values(column.layer, "kernel", edits);
  const patch = convolvedAt(inputs, weights, { from, to: column, filter: unit }, frame);
  const bias = network.values(column.layer, "bias", edits)[unit];
  const own = { sum: patch.sum, bias, z: patch.sum + bias, activation: column.activation };
  return { ...common, ...own, kind: "convolution", position: at, patch };
}

/**
 * @param {Passage} passage
 * @param {Asked} asked
 * @returns {DenseRule}
 */
function denseRule({ network, activations, edits }, { common, inputs, values }) {
  const { column, unit, value } = common;
  const { activation, layer, place } = column;
  const kernel = network.values(layer, "kernel", edits);
  const bias = network.values(layer, "bias", edits)[unit];
  const weights = inputs.map((_, each) => kernel[each * column.count + unit]);
  const products = inputs.map((input, each) => input * weights[each]);
  const sum = inputs.reduce((total, input, each) => total + input * weights[each], 0);
  const rank = 1 + values.reduce((more, each) => more + (each > value ? 1 : 0), 0);
  const scores = activation === "softmax" ? activations[layer].values : null;
  const softmax = scores && softmaxOf(scores, (each) => isOff(edits, place, each));
  const own = { sum, bias, z: sum + bias, activation };
  return { ...common, ...own, kind: "dense", inputs, weights, products, rank, softmax };
}

/**
 * @param {number} at in rows or columns
 * @param {number} most
 */
function within(at, most) {
  return Math.max(0, Math.min(most - 1, at));
}

/**
 * Return the inputs whose products are largest, whatever their sign, largest first.
 * @param {Float32Array} products
 * @param {number} most
 */
export function largestProducts(products, most) {
  /** @type {number[]} */
  const found = [];
  for (let each = 0; each < products.length; each += 1) {
    const size = Math.abs(products[each]);
    if (found.length === most && size <= Math.abs(products[found[most - 1]])) continue;
    let place = Math.min(found.length, most - 1);
    for (; place > 0 && size > Math.abs(products[found[place - 1]]); place -= 1) {
      found[place] = found[place - 1];
    }
    found[place] = each;
  }
  return found;
}

/**
 * The unit that an input of a dense layer comes from; of a map, also the place on it.
 * @param {Column} from
 * @param {number} input
 */
export function originOf({ kind, width, count }, input) {
  if (kind !== "maps") return { unit: input, row: 0, column: 0 };
  const place = Math.floor(input / count);
  return { unit: input % count, row: Math.floor(place / width), column: place % width };
}

/**
 * Where a weight of a dense node lies in its layer's kernel.
 * @param {DenseRule} rule
 * @param {number} input
 */
export function denseWeight({ column, unit }, input) {
  return input * column.count + unit;
}

/**
 * Where a weight of a filter lies in its layer's kernel.
 * @param {ConvolutionRule} rule
 * @param {number} map of the input
 * @param {number} place in the patch, row by row
 */
export function filterWeight({ column, from, unit }, map, place) {
  return (place * from.count + map) * column.count + unit;
}
