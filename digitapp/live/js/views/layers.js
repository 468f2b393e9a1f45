// The columns of a network's picture: which layers it shows, with their shapes and titles.

import { SIDE } from "../ink.js";
import { NONE_OF_THESE, NOT_A_DIGIT } from "../reading.js";

const IMAGE = { height: SIDE, width: SIDE, count: 1 };

/**
 * @typedef {{kind: string, stride?: number, same?: boolean, side?: number, average?: boolean,
 *   name?: string, kernel?: {shape: number[]}}} Layer
 * @typedef {{class_names: string[], layers: Layer[]}} Description
 */

/**
 * One column: a layer together with the activation function that follows it.
 *
 * @typedef {object} Column
 * @property {"pixels" | "maps" | "units" | "outputs"} kind
 * @property {string} title
 * @property {number} place the index of the layer whose values are shown
 * @property {number} layer the index of its operation (convolution, pooling or dense layer) among
 *   the description's layers; -1 for the pixels
 * @property {string} activation the name of the activation function that follows it, or ""
 * @property {number} height of a map, in pixels; 1 for units
 * @property {number} width
 * @property {number} count of maps or units
 */

/**
 * What the network chooses from, in the order of its prediction's shares.
 *
 * @param {Description} description
 */
export function choicesOf({ class_names: names }) {
  const readable = names.filter((name) => name !== NOT_A_DIGIT);
  return readable.length < names.length ? [...readable, NONE_OF_THESE] : readable;
}

/**
 * @param {Layer} layer
 * @param {number[]} shape of its input: [height, width, channels] or [units]
 * @returns {number[]} the shape of its output
 */
function shapeAfter(layer, shape) {
  const kernel = layer.kernel ? layer.kernel.shape : [];
  switch (layer.kind) {
    case "Convolution": {
      const stride = layer.stride || 1;
      const along = (/** @type {number} */ side, /** @type {number} */ size) =>
        layer.same ? Math.ceil(side / stride) : Math.floor((side - size) / stride) + 1;
      return [along(shape[0], kernel[0]), along(shape[1], kernel[1]), kernel[3]];
    }
    case "Pooling":
      return [...shape.slice(0, 2).map((side) => Math.floor(side / (layer.side || 1))), shape[2]];
    case "Dense":
      return [kernel[1]];
    case "Flatten":
      return [shape.reduce((all, side) => all * side, 1)];
    default:
      return shape;
  }
}

/** @param {Layer} layer */
function titleOf(layer) {
  if (layer.kind === "Convolution") return "Convolution";
  if (layer.kind === "Pooling") return layer.average ? "Average pooling" : "Max pooling";
  return "Dense layer";
}

/**
 * @param {Description} description
 * @returns {Column[]}
 */
export function columnsOf({ layers }) {
  /** @type {Column[]} */
  const found = [
    { kind: "pixels", title: "Pixels", place: 0, layer: -1, activation: "", ...IMAGE },
  ];
  let shape = [SIDE, SIDE, 1];
  layers.forEach((layer, place) => {
    shape = shapeAfter(layer, shape);
    const [height, width] = shape.length === 3 ? shape : [1, 1];
    const count = shape[shape.length - 1];
    if (layer.kind === "Activation") {
      const before = found[found.length - 1];
      if (before.kind === "pixels") return;
      before.place = place;
      before.activation = layer.name || "";
    } else if (["Convolution", "Pooling", "Dense"].includes(layer.kind)) {
      const kind = shape.length === 3 ? "maps" : "units";
      const about = { title: titleOf(layer), place, layer: place, activation: "" };
      found.push({ kind, ...about, height, width, count });
    }
  });
  const last = found[found.length - 1];
  if (last.kind === "units") Object.assign(last, { kind: "outputs", title: "Answers" });
  return found;
}

/**
 * What stands under a column's title.
 *
 * @param {Column} column
 * @param {number} shown how many of its maps or units fit
 */
export function detailOf({ kind, height, width, count }, shown) {
  if (kind === "pixels") return `${height}x${width}`;
  if (kind === "outputs") return `${count} choices`;
  const all = kind === "maps" ? `maps of ${height}x${width}` : "nodes";
  return shown < count ? `${shown} of ${count} ${all}` : `${count} ${all}`;
}

/**
 * How many pixels, nodes, maps or answers a column has.
 *
 * @param {Pick<Column, "kind" | "height" | "width" | "count">} column
 */
export function unitsOf({ kind, height, width, count }) {
  return kind === "pixels" ? height * width : count;
}

/**
 * The name of a pixel, a node, a map or an answer, as people count: from 1.
 *
 * @param {Column[]} columns
 * @param {string[]} names of the network's outputs
 * @param {{column: number, unit: number}} selected
 */
export function nameOfUnit(columns, names, { column, unit }) {
  const { kind, width } = columns[column];
  switch (kind) {
    case "pixels":
      return `pixel in row ${Math.floor(unit / width) + 1}, column ${(unit % width) + 1}`;
    case "outputs":
      return names[unit] === NOT_A_DIGIT ? NONE_OF_THESE : names[unit];
    default:
      return `layer ${column}, ${kind === "maps" ? "map" : "node"} ${unit + 1}`;
  }
}
