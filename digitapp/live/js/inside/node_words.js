// What one node does, in one sentence.

import { NO_INK } from "../views/inside_words.js";
import { nameOfUnit } from "../views/layers.js";
import { counted, numeral, ordinal, sharePercent } from "../numbers.js";

/**
 * @typedef {import("../explaining/rule.js").Rule} Rule
 * @typedef {import("../explaining/rule.js").DenseRule} DenseRule
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 * @typedef {import("../explaining/rule.js").PoolingRule} PoolingRule
 * @typedef {import("../views/layers.js").Column} Column
 */

/** @type {Record<string, (z: number) => string>} */
const FUNCTIONS = {
  relu: (z) => (z > 0 ? "ReLU leaves positive numbers as they are" : "ReLU turns negative numbers into 0"),
  tanh: () => "Tanh squeezes all numbers into the range from −1 to 1",
  sigmoid: () => "The sigmoid squeezes all numbers into the range from 0 to 1",
  elu: (z) =>
    z > 0 ? "ELU leaves positive numbers as they are" : "ELU squeezes negative numbers into −1 to 0",
  gelu: (z) =>
    z > 0 ? "GELU leaves large numbers nearly as they are" : "GELU turns negative numbers into nearly 0",
  "": () => "There is no activation function",
};

const TITLES = /** @type {Record<string, string>} */ ({
  relu: "ReLU",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
  elu: "ELU",
  gelu: "GELU",
  softmax: "Softmax",
});

/** @param {string} activation */
export function functionName(activation) {
  return TITLES[activation] || "no activation function";
}

/**
 * The name of a unit at the beginning of a sentence, and its layer, such as "Node 17 of layer 1".
 * @param {Column[]} columns
 * @param {string[]} names of the outputs
 * @param {{column: number, unit: number}} selected
 */
export function titleOf(columns, names, { column, unit }) {
  const { kind } = columns[column];
  const name = nameOfUnit(columns, names, { column, unit });
  if (kind === "pixels") return name[0].toUpperCase() + name.slice(1);
  if (kind === "outputs") return `The answer “${name}”`;
  return `${kind === "maps" ? "Map" : "Node"} ${unit + 1} of layer ${column}`;
}

/**
 * @param {Rule} rule
 * @param {string} name of the unit, to begin the sentence with
 * @param {Column} [next] the column after it
 */
export function sentenceOn(rule, name, next) {
  switch (rule.kind) {
    case "pixel":
      if (!rule.value) return `${name}. ${NO_INK} ${onwards(next)}`;
      return `${name} is ${numeral(rule.value)}: 0 is paper, 1 is ink. ${onwards(next)}`;
    case "pooling":
      return onPooling(rule, name);
    case "convolution":
      return onFilter(rule, name);
    default:
      return rule.softmax ? onAnswer(rule, name) : onNode(rule, name);
  }
}

/** @param {Column} [next] */
function onwards(next) {
  if (!next) return "";
  if (next.kind === "maps") return "The filters of the next layer move over it.";
  return "Every node of the next layer gets this number, and multiplies it by a weight of its own.";
}

/** @param {DenseRule} rule */
function summed({ from, inputs }) {
  const lit = inputs.reduce((found, each) => found + (each ? 1 : 0), 0);
  if (from.kind === "pixels") return lit === 1 ? "one pixel × its weight" : `${lit} pixels × weights`;
  return `${inputs.length.toLocaleString("en")} inputs × weights`;
}

/** @param {{sum: number, bias: number, z: number}} numbers */
function added({ sum, bias, z }) {
  return `to ${numeral(sum)}, adds its bias ${numeral(bias)}, and gets ${numeral(z)}`;
}

/**
 * @param {DenseRule} rule
 * @param {string} name
 */
function onNode(rule, name) {
  const { off, value, activation, z, rank, column } = rule;
  const first = `${name} adds up ${summed(rule)} ${added(rule)}.`;
  if (off) return `${first} But it is switched off: whatever it gets, it hands on 0.`;
  const place = rank === 1 ? "the most" : `the ${ordinal(rank)} most`;
  const among = value > 0 ? `, ${place} of ${column.count}` : "";
  return `${first} ${FUNCTIONS[activation](z)}: it hands on ${numeral(value)}${among}.`;
}

/**
 * @param {DenseRule} rule
 * @param {string} name
 */
function onAnswer(rule, name) {
  const { off, value, rank, column } = rule;
  const score = `${name} adds up ${summed(rule)} ${added(rule)}: its score.`;
  if (off) return `${score} But it is switched off: it gets no share, and the others share the 100 %.`;
  const place = rank === 1 ? "the most" : `the ${ordinal(rank)} most`;
  const share = `it gets ${sharePercent(value)}, ${place} of ${column.count}`;
  return `${score} Softmax makes shares of 100 % out of all scores: ${share}.`;
}

/**
 * @param {ConvolutionRule} rule
 * @param {string} name
 */
function onFilter(rule, name) {
  const { from, patch, off, value, activation, z, position } = rule;
  const numbers = counted(patch.height * patch.width);
  const places =
    from.kind === "pixels"
      ? `these ${numbers} pixels times these ${numbers} weights`
      : `${patch.height * patch.width} numbers times weights in each of ${from.count} maps`;
  const first = `${name} sums ${places} up ${added(rule)}.`;
  if (off) return `${first} But the map is switched off: it is 0 everywhere.`;
  const place = `row ${position.row + 1}, column ${position.column + 1}`;
  return `${first} ${FUNCTIONS[activation](z)}: ${numeral(value)} stands in ${place} of the map.`;
}

/**
 * @param {PoolingRule} rule
 * @param {string} name
 */
function onPooling({ average, patch, off, position }, name) {
  const numbers = counted(patch.inputs.length);
  const first = average
    ? `${name} replaces these ${numbers} numbers by their average, ${numeral(patch.result)}`
    : `${name} keeps the largest of these ${numbers} numbers, ${numeral(patch.result)}`;
  if (off) return `${first}. But the map is switched off: it is 0 everywhere.`;
  const place = `row ${position.row + 1}, column ${position.column + 1}`;
  return `${first}: it stands in ${place} of the smaller map.`;
}
