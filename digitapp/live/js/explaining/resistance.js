// How far a network is from another decision.

import { interpret, NOT_A_DIGIT } from "../reading.js";

const TINY = 1e-38; // in place of a probability of 0

/**
 * The logarithm of how many times as probable `holder` is as `rival`; both are outputs. At 0 the
 * decision changes.
 * @typedef {{ margin: number, holder: number, rival: number }} Resistance
 */

/**
 * The output of each choice of a network, in the order of its choices.
 * @param {string[]} names of its classes
 */
export function outputsOf(names) {
  const places = names.map((_, place) => place);
  const digits = places.filter((place) => names[place] !== NOT_A_DIGIT);
  return [...digits, ...places.filter((place) => names[place] === NOT_A_DIGIT)];
}

/**
 * @param {Float32Array} outputs of one image
 * @param {string[]} names of the classes
 * @param {number} choice by its place among the choices
 * @returns {Resistance} against becoming this choice; negative if it is the decision
 */
export function resistanceTo(outputs, names, choice) {
  const order = outputsOf(names);
  const none = names.indexOf(NOT_A_DIGIT);
  const digits = order.filter((output) => output !== none);
  const log = (/** @type {number} */ share) => Math.log(Math.max(share, TINY));
  const whole = digits.reduce((sum, output) => sum + outputs[output], 0);
  const likeliest = (/** @type {number[]} */ among) =>
    among.reduce((best, each) => (outputs[each] > outputs[best] ? each : best), among[0]);
  const rival = order[choice];
  if (rival === none) {
    return { margin: log(whole) - log(outputs[none]), holder: likeliest(digits), rival };
  }
  const others = digits.filter((output) => output !== rival);
  /** @type {Resistance[]} */
  const against = [];
  if (others.length) {
    const holder = likeliest(others);
    against.push({ margin: log(outputs[holder]) - log(outputs[rival]), holder, rival });
  }
  if (none >= 0) against.push({ margin: log(outputs[none]) - log(whole), holder: none, rival });
  return against.reduce((most, each) => (each.margin > most.margin ? each : most), {
    margin: -Infinity,
    holder: rival,
    rival,
  });
}

/**
 * The decision, by its place among the choices.
 * @param {Float32Array} outputs of one image
 * @param {string[]} names of the classes
 */
export function decision(outputs, names) {
  return interpret(outputs, names).choice;
}
