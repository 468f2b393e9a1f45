// What a convolution or a pooling does at one position: the patch of its input that it looks at, in
// numbers.

import { padding, windowSums } from "./window_sums.js";

/**
 * @typedef {{row: number, column: number}} Position
 * @typedef {{height: number, width: number, count: number}} Maps channels last
 */

/**
 * Where a patch lies on its input.
 * @typedef {object} Frame
 * @property {number} top row of its first value; negative where it begins above the input
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {boolean[]} outside of each place, row by row: outside the input, where all is 0
 */

/**
 * One input map's part of a filter.
 * @typedef {object} MapPatch
 * @property {number} map
 * @property {Float32Array} inputs row by row; 0 outside
 * @property {Float32Array} weights
 * @property {Float32Array} products
 * @property {number} sum of the products
 */

/**
 * @typedef {Frame & {maps: MapPatch[], order: number[], sum: number}} Convolved
 *   `order` has the input maps, the largest sums first, whatever their sign.
 * @typedef {Frame & {inputs: Float32Array, best: number, result: number}} Pooled
 *   `best` is the place of the maximum, the first of several; `result` the maximum or the average.
 */

/**
 * @param {Position} position on the output
 * @param {{from: Maps, to: Maps, size: [number, number], stride: number, same: boolean}} how
 * @returns {Frame}
 */
export function frameOf(position, { from, to, size: [height, width], stride, same }) {
  const shape = [height, width, from.count, to.count];
  const how = { from, to, shape, stride, same };
  const above = padding(from.height, to.height, height, how);
  const before = padding(from.width, to.width, width, how);
  const top = position.row * stride - above;
  const left = position.column * stride - before;
  const outside = Array.from({ length: height * width }, (_, place) => {
    const [row, column] = [top + Math.floor(place / width), left + (place % width)];
    return row < 0 || column < 0 || row >= from.height || column >= from.width;
  });
  return { top, left, height, width, outside };
}

/**
 * @param {Float32Array} values of the input, channels last
 * @param {Maps} from
 * @param {Frame} frame
 * @param {number} map
 */
function valuesIn(values, from, { top, left, width, outside }, map) {
  return Float32Array.from(outside, (isOutside, place) => {
    const [row, column] = [top + Math.floor(place / width), left + (place % width)];
    return isOutside ? 0 : values[(row * from.width + column) * from.count + map];
  });
}

/**
 * Work out one value of a filter, before its bias.
 * @param {Float32Array} values of the input
 * @param {Float32Array} kernel (height, width, input maps, filters)
 * @param {{from: Maps, to: Maps, filter: number}} between
 * @param {Frame} frame
 * @returns {Convolved}
 */
export function convolvedAt(values, kernel, { from, to, filter }, frame) {
  let sum = 0;
  const maps = Array.from({ length: from.count }, (_, map) => {
    const inputs = valuesIn(values, from, frame, map);
    const weights = inputs.map((_, place) => kernel[(place * from.count + map) * to.count + filter]);
    const products = inputs.map((input, place) => input * weights[place]);
    const own = inputs.reduce((total, input, place) => total + input * weights[place], 0);
    sum += own;
    return { map, inputs, weights, products, sum: own };
  });
  const order = [...maps.keys()].sort((a, b) => Math.abs(maps[b].sum) - Math.abs(maps[a].sum));
  return { ...frame, maps, order, sum };
}

/**
 * Work out one value of a pooled map.
 * @param {Float32Array} values of the input
 * @param {Maps} from
 * @param {number} map
 * @param {boolean} average instead of the maximum
 * @param {Frame} frame
 * @returns {Pooled}
 */
export function pooledAt(values, from, map, average, frame) {
  const inputs = valuesIn(values, from, frame, map);
  const best = inputs.indexOf(Math.max(...inputs));
  const mean = inputs.reduce((total, input) => total + input, 0) / inputs.length;
  return { ...frame, inputs, best, result: average ? mean : inputs[best] };
}

/**
 * What meets one pixel while the filters of the first layer move over the image.
 * @param {number} pixel
 * @param {Float32Array} kernel (height, width, 1, filters)
 * @param {{from: Maps, to: Maps, shape: number[], stride: number, same: boolean}} how
 * @returns {{places: number, weights: Float32Array}} in how many places each filter looks at it,
 *   and the sum of the weights that it meets there, of each filter
 */
export function filtersOn(pixel, kernel, how) {
  const { from, to } = how;
  const only = new Float32Array(from.height * from.width);
  only[pixel] = 1;
  const met = windowSums(only, how); // how often, by each weight
  const weights = new Float32Array(to.count);
  met.forEach((times, weight) => {
    for (let filter = 0; times && filter < to.count; filter += 1) {
      weights[filter] += times * kernel[weight * to.count + filter];
    }
  });
  return { places: met.reduce((sum, times) => sum + times, 0), weights };
}
