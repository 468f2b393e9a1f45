// The weight of a node that is looked at, and may be changed.

import { denseWeight, filterWeight, originOf } from "../explaining/rule.js";
import { nameOfUnit } from "../views/layers.js";

/**
 * @typedef {import("../explaining/rule.js").Rule} Rule
 * @typedef {import("../explaining/rule.js").DenseRule} DenseRule
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 * @typedef {import("../views/layers.js").Column} Column
 * @typedef {import("../edits.js").Part} Part
 */

/**
 * The bias, or a weight: that of an input of a dense node, or that of a place in a filter.
 * @typedef {{part: "bias"} | {part: "kernel", input: number}
 *   | {part: "kernel", map: number, place: number}} Choice
 */

/** @type {Choice} */
export const BIAS = { part: "bias" };

/**
 * Where it lies in its layer.
 * @param {DenseRule | ConvolutionRule} rule
 * @param {Choice} choice
 * @returns {{layer: number, part: Part, index: number}}
 */
export function weightAt(rule, choice) {
  const { layer } = rule.column;
  if (choice.part === "bias") return { layer, part: "bias", index: rule.unit };
  if (rule.kind === "dense") {
    const input = "input" in choice ? choice.input : 0;
    return { layer, part: "kernel", index: denseWeight(rule, input) };
  }
  const { map, place } = "map" in choice ? choice : { map: 0, place: 0 };
  return { layer, part: "kernel", index: filterWeight(rule, map, place) };
}

/**
 * The choice that a changed weight is, and whose: the other way round.
 * @param {Column[]} columns
 * @param {{layer: number, part: Part, index: number}} weight
 * @returns {{column: number, unit: number, choice: Choice}}
 */
export function choiceOf(columns, { layer, part, index }) {
  const column = columns.findIndex((each) => each.layer === layer);
  const [{ count, kind }, from] = [columns[column], columns[column - 1]];
  const unit = index % count;
  if (part === "bias") return { column, unit, choice: BIAS };
  const input = (index - unit) / count;
  if (kind !== "maps") return { column, unit, choice: { part, input } };
  const map = input % from.count;
  return { column, unit, choice: { part, map, place: (input - map) / from.count } };
}

/**
 * The name of an input of a dense layer, such as "node 3 of layer 1".
 * @param {Column[]} columns
 * @param {number} column of the dense layer
 * @param {number} input
 */
export function inputName(columns, column, input) {
  const from = columns[column - 1];
  if (from.kind === "pixels") return nameOfUnit(columns, [], { column: column - 1, unit: input });
  const { unit, row, column: across } = originOf(from, input);
  if (from.kind !== "maps") return `node ${unit + 1}`;
  return `map ${unit + 1}, row ${row + 1}, column ${across + 1}`;
}

/**
 * What is chosen, in words.
 * @param {Column[]} columns
 * @param {number} column
 * @param {Choice} choice
 * @param {number} width of the filter
 */
export function choiceName(columns, column, choice, width) {
  if (choice.part === "bias") return "bias";
  if ("input" in choice) {
    const article = columns[column - 1].kind === "pixels" ? "the " : "";
    return `weight of ${article}${inputName(columns, column, choice.input)}`;
  }
  const { map, place } = choice;
  const where = `row ${Math.floor(place / width) + 1}, column ${(place % width) + 1}`;
  const of = columns[column - 1].count > 1 ? ` for map ${map + 1}` : "";
  return `weight in ${where} of the filter${of}`;
}
