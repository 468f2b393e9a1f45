// What each node or map of a layer adds to one of the next layer: its weight times its activation.
// Over all inputs, and with the bias, this is what the activation function gets. Of a map, all
// values are summed: so the contributions to a map sum up to the sum of its values.

import { unitsOf } from "../views/layers.js";
import { windowSums } from "./window_sums.js";

/** @typedef {import("../network.js").Layer} Layer */
/** @typedef {import("../views/layers.js").Column} Column */

/**
 * One image on its way through a network.
 * @typedef {object} Passage
 * @property {Layer[]} layers of the network's description
 * @property {Column[]} columns
 * @property {{values: Float32Array}[]} activations of each layer
 * @property {(layer: number) => Float32Array} kernelOf the weights of a layer, as they are packed
 */

/**
 * @typedef {object} Contributions
 * @property {(column: number, unit: number) => Float32Array} into what each unit of the column
 *   before adds to a unit. Pixels are units for a dense layer, and one map for a convolution.
 * @property {(column: number, unit: number) => Float32Array} outOf what a unit adds to each unit of
 *   the next column; also of a single pixel
 */

/**
 * The contributions between the columns of a network, each computed when it is asked for.
 * @param {Passage} passage
 * @returns {Contributions}
 */
export function contributionsOf({ layers, columns, activations, kernelOf }) {
  /** @type {Map<number, Float64Array>} by column */
  const known = new Map();
  const valuesOf = (/** @type {number} */ n) => activations[columns[n].place].values;

  /**
   * The sums of a convolution's input, for each weight of a filter.
   * @param {number} n column
   */
  function sums(n) {
    const found = known.get(n) || windowSums(valuesOf(n - 1), convolved(n));
    known.set(n, found);
    return found;
  }

  /** @param {number} n column */
  function convolved(n) {
    const layer = layers[columns[n].layer];
    if (layer.kind !== "Convolution") throw new TypeError(`Column ${n} is not a convolution.`);
    const { shape } = layer.kernel;
    return { from: columns[n - 1], to: columns[n], shape, ...layer };
  }

  /**
   * @param {number} n
   * @param {number} unit
   */
  function into(n, unit) {
    const [from, to] = [columns[n - 1], columns[n]];
    switch (layers[to.layer].kind) {
      case "Dense":
        return denseInto(valuesOf(n - 1), kernelOf(to.layer), { from, to, unit });
      case "Convolution":
        return filterInto(sums(n), kernelOf(to.layer), { from, to, unit });
      default:
        return pooled(valuesOf(n), to.count, unit);
    }
  }

  /**
   * @param {number} n
   * @param {number} unit
   */
  function outOf(n, unit) {
    const [from, to] = [columns[n], columns[n + 1]];
    switch (layers[to.layer].kind) {
      case "Dense":
        return denseOutOf(valuesOf(n), kernelOf(to.layer), { from, to, unit });
      case "Convolution": {
        const single = from.kind === "pixels" ? onlyPixel(valuesOf(n), unit) : null;
        const given = single ? windowSums(single, convolved(n + 1)) : sums(n + 1);
        return filterOutOf(given, kernelOf(to.layer), { from, to, unit: single ? 0 : unit });
      }
      default:
        if (from.kind === "pixels") throw new RangeError("Pixels are not pooled.");
        return pooled(valuesOf(n + 1), to.count, unit);
    }
  }
  return { into, outOf };
}

/** @typedef {{from: Column, to: Column, unit: number}} Between columns; `unit` of one of them */

/**
 * @param {Float32Array} values
 * @param {Float32Array} kernel (inputs, nodes)
 * @param {Between} between
 */
function denseInto(values, kernel, { from, to, unit }) {
  const count = unitsOf(from);
  const found = new Float32Array(count);
  for (let start = 0; start < values.length; start += count) {
    for (let each = 0; each < count; each += 1) {
      const at = start + each;
      found[each] += values[at] * kernel[at * to.count + unit];
    }
  }
  return found;
}

/**
 * @param {Float32Array} values
 * @param {Float32Array} kernel
 * @param {Between} between
 */
function denseOutOf(values, kernel, { from, to, unit }) {
  const found = new Float32Array(to.count);
  for (let at = unit; at < values.length; at += unitsOf(from)) {
    const value = values[at];
    if (!value) continue;
    for (let node = 0; node < to.count; node += 1) {
      found[node] += value * kernel[at * to.count + node];
    }
  }
  return found;
}

/**
 * @param {Float64Array} sums (height, width, input maps)
 * @param {Float32Array} kernel (height, width, input maps, maps)
 * @param {Between} between
 */
function filterInto(sums, kernel, { from, to, unit }) {
  const found = new Float32Array(from.count);
  for (let at = 0; at < sums.length; at += 1) {
    found[at % from.count] += sums[at] * kernel[at * to.count + unit];
  }
  return found;
}

/**
 * @param {Float64Array} sums
 * @param {Float32Array} kernel
 * @param {Between} between
 */
function filterOutOf(sums, kernel, { from, to, unit }) {
  const found = new Float32Array(to.count);
  for (let at = unit; at < sums.length; at += from.count) {
    for (let map = 0; map < to.count; map += 1) {
      found[map] += sums[at] * kernel[at * to.count + map];
    }
  }
  return found;
}

/**
 * A pooled map has its values from one map only.
 * @param {Float32Array} values of all pooled maps
 * @param {number} count of maps
 * @param {number} map
 */
function pooled(values, count, map) {
  const found = new Float32Array(count);
  for (let at = map; at < values.length; at += count) found[map] += values[at];
  return found;
}

/**
 * @param {Float32Array} values
 * @param {number} pixel
 */
function onlyPixel(values, pixel) {
  const found = new Float32Array(values.length);
  found[pixel] = values[pixel];
  return found;
}
