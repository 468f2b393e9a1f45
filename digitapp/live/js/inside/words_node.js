// The node that the texts speak of, and its rule in numbers.

import { largestIn } from "../explaining/layer_values.js";
import { ruleOf, largestProducts } from "../explaining/rule.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../explaining/rule.js").DenseRule} DenseRule */
/** @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule */

/**
 * Return the chosen node; while none with weights is chosen, the node or map of the first layer
 * with the largest activation.
 * @param {Scene} scene
 * @returns {{column: number, unit: number}}
 */
export function nodeOf({ columns, activations, description, inspection: { selected } }) {
  const column = selected ? columns[selected.column] : null;
  const weighted = column && column.layer >= 0 && "kernel" in description.layers[column.layer];
  if (selected && weighted) return selected;
  const { place, count } = columns[1];
  return { column: 1, unit: largestIn(activations[place].values, 1, 0) % count };
}

/**
 * Return the rule of that node; of a map, at the chosen place.
 * @param {Scene} scene
 * @returns {DenseRule | ConvolutionRule}
 */
export function ruleOfNode(scene) {
  const { network, columns, activations, inspection } = scene;
  const { edits } = inspection;
  const image = scene.image || new Float32Array();
  const node = nodeOf(scene);
  const isChosen = node === inspection.selected;
  const position = isChosen ? inspection.position : brightestIn(scene, node);
  const rule = ruleOf({ network, columns, image, activations, edits }, node, position);
  if (rule.kind === "dense" || rule.kind === "convolution") return rule;
  throw new TypeError(`A node without weights: ${rule.kind}.`);
}

/**
 * @param {Scene} scene
 * @param {{column: number, unit: number}} node or map
 */
function brightestIn({ columns, activations }, { column, unit }) {
  const { place, count, width } = columns[column];
  const at = Math.floor(largestIn(activations[place].values, count, unit) / count);
  return { row: Math.floor(at / width), column: at % width };
}

/**
 * Return the input and the weight with the product of largest absolute value.
 * @param {DenseRule | ConvolutionRule} rule
 * @returns {{input: number, weight: number, product: number}}
 */
export function strongestOf(rule) {
  const parts = rule.kind === "dense" ? [rule] : rule.patch.maps;
  const found = parts.map(({ inputs, weights, products }) => {
    const [at] = largestProducts(products, 1);
    return { input: inputs[at], weight: weights[at], product: products[at] };
  });
  return found.reduce((a, b) => (Math.abs(b.product) > Math.abs(a.product) ? b : a));
}
