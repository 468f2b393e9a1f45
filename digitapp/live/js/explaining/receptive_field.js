// The part of the image that one value of a map depends on.

import { padding } from "./window_sums.js";

/** @typedef {import("../network.js").Description} Description */
/** @typedef {import("../views/layers.js").Column} Column */

/** @typedef {{ first: number, last: number }} Span of pixels along one side, both included */

/**
 * @param {Description} description
 * @param {Column[]} columns
 * @param {number} n a column of maps
 * @param {number} row of the value on its map
 * @param {number} column
 * @returns {{ rows: Span, columns: Span }} within the image
 */
export function receptiveField(description, columns, n, row, column) {
  let rows = { first: row, last: row };
  let across = { first: column, last: column };
  for (let at = n; at > 0; at -= 1) {
    const layer = description.layers[columns[at].layer];
    const [from, to] = [columns[at - 1], columns[at]];
    rows = before(layer, 0, rows, from.height, to.height);
    across = before(layer, 1, across, from.width, to.width);
  }
  return { rows, columns: across };
}

/**
 * The inputs that some outputs of a layer depend on, along one side.
 * @param {import("../network.js").Layer} layer
 * @param {0 | 1} side
 * @param {Span} span
 * @param {number} from length of the input
 * @param {number} to length of the output
 * @returns {Span}
 */
function before(layer, side, { first, last }, from, to) {
  if (layer.kind === "Pooling") {
    return { first: first * layer.side, last: last * layer.side + layer.side - 1 };
  }
  if (layer.kind !== "Convolution") throw new TypeError(`A layer of kind ${layer.kind} has no maps.`);
  const { stride } = layer;
  const length = layer.kernel.shape[side];
  const start = padding(from, to, length, layer);
  return {
    first: Math.max(0, first * stride - start),
    last: Math.min(from - 1, last * stride - start + length - 1),
  };
}
