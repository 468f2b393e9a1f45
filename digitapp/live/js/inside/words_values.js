// The values in the texts: numbers and names of the reader's own drawing in this network. Their
// names, and what they mean, are in digitapp/explaining/vocabulary.py.

import { largestIn } from "../explaining/layer_values.js";
import { NONE_OF_THESE, NOT_A_DIGIT } from "../reading.js";
import { decimalsOf, numeral, sharePercent, signed, weightNumeral } from "../numbers.js";
import { nodeOf, ruleOfNode, strongestOf } from "./words_node.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../views/layers.js").Column} Column */
/** @typedef {Record<string, { name: string, rule: string }>} Functions by their names */
/** @typedef {Record<string, string>} Values by the names of placeholders */

const LEAST = 1e-7; // of a probability in the loss, as in Keras

/**
 * @param {Scene} scene
 * @returns {Set<string>} what holds now, as in `when` of a variant
 */
export function conditionsOf(scene) {
  const found = new Set();
  const { columns, activations, description } = scene;
  if (activations.length) found.add("drawing");
  if (columns[1].kind === "maps") found.add("convolutional");
  if (columns.length === 2) found.add("one_layer");
  if (description.layers.some(({ kind }) => kind === "Pooling")) found.add("pooling");
  if (activations.length && columns[nodeOf(scene).column].kind === "maps") found.add("in_a_map");
  if (activations.length && columns[nodeOf(scene).column].kind === "outputs") found.add("an_answer");
  if (scene.facts.test_accuracy !== null) found.add("tested");
  return found;
}

/**
 * @param {Scene} scene
 * @param {{functions: Functions, meant: string}} options `meant`: the class that the reader
 *   pressed; empty before
 * @returns {Values}
 */
export function valuesOf(scene, { functions, meant }) {
  const { columns, activations, facts } = scene;
  const first = columns[1];
  /** @type {Values} */
  const found = {
    layers: whole(columns.length - 1),
    nodes_in_layer: whole(first.count * first.height * first.width),
    answers: whole(columns[columns.length - 1].count),
    ...inWords("first_function", first, functions),
  };
  if (first.kind === "maps") found.maps = whole(first.count);
  const { test_accuracy: right } = facts; // which may be 100 %; a probability never is
  if (right !== null) found.test_accuracy = right === 1 ? "100\u00a0%" : part(right);
  if (!activations.length) return found;
  return Object.assign(
    found,
    drawingIn(scene),
    nodeIn(scene, functions),
    answersIn(scene),
    lossIn(scene, meant),
  );
}

/**
 * @param {Scene} scene
 * @returns {Values}
 */
function drawingIn({ columns, image, activations }) {
  const [, first] = columns;
  const values = activations[first.place].values;
  const at = largestIn(values, 1, 0);
  const above = (/** @type {Float32Array | null} */ of) => of?.filter((value) => value > 0).length;
  return {
    ink_pixels: whole(above(image) || 0),
    active_nodes: whole(above(values) || 0),
    brightest: whole((at % first.count) + 1),
    brightest_value: numeral(values[at]),
  };
}

/**
 * @param {Scene} scene
 * @param {Functions} functions
 * @returns {Values}
 */
function nodeIn(scene, functions) {
  const { column: layer, unit } = nodeOf(scene);
  const rule = ruleOfNode(scene);
  const { input, weight, product } = strongestOf(rule);
  const at = rule.kind === "convolution" ? rule.position : null;
  return {
    ...(at ? { row: whole(at.row + 1), column: whole(at.column + 1) } : {}),
    ...(rule.column.kind === "outputs"
      ? { output: said(scene.description.class_names[unit]), node_share: part(rule.value) }
      : {}),
    node: whole(unit + 1),
    layer: whole(layer),
    node_sum: numeral(rule.z),
    node_value: numeral(rule.value),
    bias: signed(rule.bias),
    strongest_input: numeral(input),
    strongest_weight: weighted(weight),
    strongest_product: weighted(product),
    ...inWords("function", rule.column, functions),
  };
}

/**
 * @param {Scene} scene
 * @returns {Values}
 */
function answersIn({ prediction }) {
  if (!prediction) return {};
  const { choices, choice, shares } = prediction;
  const others = [...choices.keys()].filter((each) => each !== choice);
  const second = others.reduce((a, b) => (shares[b] > shares[a] ? b : a), others[0] ?? choice);
  return {
    answer: choices[choice],
    confidence: part(shares[choice]),
    second: choices[second],
    second_share: part(shares[second]),
  };
}

/**
 * @param {Scene} scene
 * @param {string} meant
 * @returns {Values}
 */
function lossIn({ description, activations, prediction }, meant) {
  const names = description.class_names;
  const outputs = activations[activations.length - 1].values;
  const read = prediction ? prediction.choices[prediction.choice] : "";
  const known = names.indexOf(meant);
  const place = known < 0 ? names.findIndex((name) => said(name) === read) : known;
  const share = Math.max(outputs[place], LEAST);
  return {
    meant: said(names[place]),
    meant_share: part(share),
    meant_number: fraction(share),
    loss: small(-Math.log(share)),
  };
}

/** @param {string} name of a class */
function said(name) {
  return name === NOT_A_DIGIT ? NONE_OF_THESE : name;
}

/**
 * @param {string} name of the placeholder
 * @param {Column} column
 * @param {Functions} functions
 * @returns {Values}
 */
function inWords(name, { activation }, functions) {
  const found = functions[activation || "linear"];
  return { [name]: found.name, [`${name}_rule`]: found.rule };
}

/** @param {number} share */
function part(share) {
  return sharePercent(share).replace(" ", "\u00a0");
}

/** @param {number} value */
function whole(value) {
  return value.toLocaleString("en");
}

/**
 * A weight or a product, with its sign.
 * @param {number} value
 */
function weighted(value) {
  const shown = weightNumeral(value);
  return value > 0 && Number(shown) ? `+${shown}` : shown;
}

/**
 * A number from 0 on with three decimals, or with as many as its first digit needs: seven at most.
 * @param {number} value
 */
function small(value) {
  return value.toFixed(decimalsOf(value));
}

/**
 * A share with as many decimals as it takes to tell it from 1, and for its logarithm to be right.
 * @param {number} share
 */
function fraction(share) {
  const figures = Math.ceil(-Math.log10(share)) + 2;
  return share.toFixed(Math.max(3, figures, decimalsOf(1 - share)));
}
