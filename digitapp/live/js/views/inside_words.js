// What a network's picture shows, in words: of one unit, and of the whole.

import { strongest } from "../explaining/trace.js";
import { percent } from "../reading.js";
import { nameOfUnit } from "./layers.js";

/** @typedef {import("../explaining/contributions.js").Contributions} Contributions */
/** @typedef {import("../reading.js").Prediction} Prediction */
/** @typedef {import("./layers.js").Column} Column */

const NAMED = 3; // nodes in the sentence on all
export const NO_INK = "No ink here: 0. It adds nothing to any node.";
const PLAIN = "Nothing is drawn: all nodes are dark. The stronger its colour, the larger a node is for its layer.";

/**
 * A network with a drawing in it.
 * @typedef {object} Scenery
 * @property {Column[]} columns
 * @property {string[]} names of the outputs
 * @property {number[]} order the output of each choice
 * @property {{values: Float32Array}[]} activations none without ink
 * @property {Prediction | null} prediction
 * @property {Contributions | null} contributions
 * @property {(column: number, unit: number) => boolean} isOff
 */

/**
 * @param {Scenery} scenery
 * @param {{column: number, unit: number}} selected
 */
export function textOnUnit(scenery, { column, unit }) {
  const { columns, names, order, activations, prediction, contributions } = scenery;
  const { kind, place, count } = columns[column];
  const name = nameOfUnit(columns, names, { column, unit });
  const title = name[0].toUpperCase() + name.slice(1);
  if (!activations.length || !prediction) return `${title}.`;
  if (scenery.isOff(column, unit)) return `${title}: switched off, hands on 0.`;
  const { values } = activations[place];
  if (kind === "pixels") return values[unit] ? `${title}: ${values[unit].toFixed(2)}.` : `${title}. ${NO_INK}`;
  if (kind === "outputs") {
    const share = percent(prediction.shares[order.indexOf(unit)]);
    return `Answer ${name}: ${share}.${contributions ? inward(columns, contributions, column, unit) : ""}`;
  }
  const told = kind === "maps" ? rangeOf(values, count, unit) : numeral(values[unit]);
  return `${title}: ${told}.${contributions ? onward(scenery, contributions, column, unit) : ""}`;
}

/**
 * @param {Scenery} scenery
 * @param {Contributions} contributions
 * @param {number} column
 * @param {number} unit
 */
function onward({ columns, names }, contributions, column, unit) {
  const [most] = strongest(contributions.outOf(column, unit), 1);
  if (!most) return " It hands nothing on.";
  const name = nameOfUnit(columns, names, { column: column + 1, unit: most.unit });
  const last = columns[column + 1].kind === "outputs";
  if (!last) return ` It hands most on to ${name}: ${signed(most.value)}.`;
  return ` It speaks most ${most.value < 0 ? "against" : "for"} ${name}: ${signed(most.value)}.`;
}

/**
 * @param {Column[]} columns
 * @param {Contributions} contributions
 * @param {number} column
 * @param {number} unit
 */
function inward(columns, contributions, column, unit) {
  const given = contributions.into(column, unit);
  const told = [1, -1].flatMap((sign) => {
    const [most] = strongest(given.map((each) => Math.max(0, sign * each)), 1);
    const way = sign < 0 ? "against" : "for";
    return most ? [`${way} it: ${inputOf(columns, column - 1, most.unit)}, ${signed(sign * most.value)}`] : [];
  });
  return told.length ? ` What speaks most ${told.join("; ")}.` : "";
}

/**
 * @param {Column[]} columns
 * @param {number} column
 * @param {number} unit
 */
function inputOf(columns, column, unit) {
  const { kind } = columns[column];
  if (kind === "pixels") return `the ${nameOfUnit(columns, [], { column, unit })}`;
  return `${kind === "maps" ? "map" : "node"} ${unit + 1}`;
}

/**
 * @param {Float32Array} values
 * @param {number} count
 * @param {number} map
 */
function rangeOf(values, count, map) {
  let [low, high] = [Infinity, -Infinity];
  for (let at = map; at < values.length; at += count) {
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
  }
  return `values from ${numeral(low)} to ${numeral(high)}`;
}

/**
 * What the whole picture shows: the most active nodes of the last hidden layer, and which of them
 * decide.
 * @param {Scenery} scenery
 */
export function textOnAll({ columns, order, activations, prediction, contributions }) {
  if (!activations.length || !prediction) return PLAIN;
  const last = columns.length - 1;
  const before = columns[last - 1];
  if (before.kind !== "units") return "";
  const active = strongest(activations[before.place].values, NAMED);
  const said = `Strongest in layer ${last - 1}: ${nodes(active)}.`;
  if (!contributions) return said;
  const given = contributions.into(last, order[prediction.choice]);
  const speaks = (/** @type {number} */ sign) =>
    nodes(strongest(given.map((each) => Math.max(0, sign * each)), NAMED));
  const choice = prediction.choices[prediction.choice];
  return `${said} What speaks most for ${choice}: ${speaks(1)}; against it: ${speaks(-1)}.`;
}

/** @param {{unit: number, size: number}[]} found */
function nodes(found) {
  const numbers = [...found].sort((a, b) => b.size - a.size).map(({ unit }) => String(unit + 1));
  if (!numbers.length) return "none";
  if (numbers.length === 1) return `node ${numbers[0]}`;
  return `nodes ${numbers.slice(0, -1).join(", ")} and ${numbers[numbers.length - 1]}`;
}

/** @param {number} value */
function numeral(value) {
  return `${value < -0.005 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

/** @param {number} value */
function signed(value) {
  return `${value < -0.005 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
