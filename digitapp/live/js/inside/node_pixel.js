// A pixel, and the nodes or filters of the first layer to which it adds most.

import { filtersOn } from "../explaining/patch.js";
import { largestProducts } from "../explaining/rule.js";
import { make, setText } from "../views/elements.js";
import { numberRows, steady } from "./number_rows.js";
import { counted } from "../numbers.js";

/** @typedef {import("./scene.js").Scene} Scene */

const ROWS = 6;
const NODES = "Where it counts most: pixel × weight = product";

/**
 * @param {HTMLElement} parent
 * @param {(unit: number) => void} open called with a node or a map of the first layer
 */
export function pixelBody(parent, open) {
  const root = make("div", "live-node-inputs", parent);
  const line = make("p", "live-hint live-node-line", root);
  const rows = numberRows(root, ROWS, open, null);
  /** @type {number[]} */
  let shown = [];

  /**
   * @param {Scene} scene
   * @param {import("../explaining/rule.js").PixelRule} rule
   * @param {boolean} fresh
   */
  function update(scene, { unit, value }, fresh) {
    const { count, kind } = scene.columns[1];
    const { weights, told } = kind === "maps" ? ofFilters(scene, unit) : ofNodes(scene, unit);
    setText(line, told);
    const products = weights.map((weight) => weight * value);
    const wanted = largestProducts(value ? products : weights, Math.min(ROWS, count));
    shown = fresh || scene.resting ? wanted : steady(shown, wanted);
    const what = kind === "maps" ? "map" : "node";
    const items = shown.map((each) => ({
      key: each,
      name: `${kind === "maps" ? "Map" : "Node"} ${each + 1}`,
      help: `Look into ${what} ${each + 1} of layer 1`,
      input: value,
      weight: weights[each],
      product: products[each],
      chosen: false,
      changed: false,
    }));
    rows.update(items, fresh);
  }
  return { root, update };
}

/**
 * @param {Scene} scene
 * @param {number} pixel
 */
function ofNodes({ network, columns, inspection }, pixel) {
  const { layer, count } = columns[1];
  const kernel = network.values(layer, "kernel", inspection.edits);
  return { weights: kernel.subarray(pixel * count, (pixel + 1) * count), told: NODES };
}

/**
 * @param {Scene} scene
 * @param {number} pixel
 */
function ofFilters({ network, columns, description, inspection }, pixel) {
  const [from, to] = columns;
  const layer = description.layers[to.layer];
  if (layer.kind !== "Convolution") throw new TypeError("This layer has no filters.");
  const { stride, same, kernel } = layer;
  const values = network.values(to.layer, "kernel", inspection.edits);
  const { places, weights } = filtersOn(pixel, values, { from, to, shape: kernel.shape, stride, same });
  const where = places === 1 ? "in one place" : `in ${counted(places)} places`;
  const look = `All ${to.count} filters of layer 1 look at it, each ${where}.`;
  return { weights, told: `${look} Pixel × the sum of the weights that meet it there = what it adds to the map:` };
}
