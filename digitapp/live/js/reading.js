// What a network's outputs mean: `Prediction` of digitapp/reading/prediction.py, in the same
// arithmetic, and the words in which pages say it.

import { noneOf, nothingClose, refusalOf, withArticle } from "./class_words.js";

export const NOT_A_DIGIT = "not a digit";
export const NONE_OF_THESE = "none of these";
const DOUBT = "The network is not sure about this one. ";
export const UNREAD = "?";
const CLOSE = 0.6; // the two highest probabilities differ by less than this
const REFUSED_FROM = 0.5;
const WORTH_NAMING = Math.fround(0.03); // NumPy compares float32 values with a float32
const STANDS_OUT = 0.5;
const TINY = Math.fround(1e-30); // keeps the shares from all being zero

/**
 * The fields of Python's `Prediction`, and after them the words of `ui.shared.verdicts.verdict`.
 * @typedef {object} Prediction
 * @property {string[]} classNames Without `NOT_A_DIGIT`.
 * @property {Float32Array} probabilities Of each class, given that it is one of them.
 * @property {number} other The probability that it is none of them; 0 from a network without that.
 * @property {boolean} refuses Whether the network can say that it is none of them.
 * @property {Float32Array} shares The probability of each of the `choices`.
 * @property {string[]} choices The classes and, if it refuses, "none of these".
 * @property {number} choice The index of its decision in `choices`.
 * @property {number[]} order The indices of the classes, most probable first.
 * @property {number} label The index of the most probable class.
 * @property {string} name The name of the most probable class.
 * @property {string} sign The same; a question mark if it is refused.
 * @property {number} confidence The probability of the most probable class, given a class.
 * @property {number} sure The same, allowing for none of them.
 * @property {boolean} refused Whether it is probably none of the classes.
 * @property {string} refusal Says that it is refused.
 * @property {string} none The same in short.
 * @property {boolean} unsure Whether the two highest probabilities are close.
 * @property {string[]} runnersUp The names of up to two other likely classes.
 * @property {string} sentence On the other likely classes; if refused, on the most similar class.
 * @property {boolean} doubtful Whether it is unsure or refused.
 * @property {string} headline How sure it is, or that it refuses.
 * @property {string} explanation The sentence; if unsure, after one that says so.
 */

/**
 * Interpret what a network gives for one image.
 * @param {Float32Array} outputs A probability for each class.
 * @param {string[]} names Of the classes; `NOT_A_DIGIT` anywhere among them, or not at all.
 * @returns {Prediction}
 */
export function interpret(outputs, names) {
  const { probabilities, other } = splitOutputs(outputs, names);
  const refuses = names.includes(NOT_A_DIGIT);
  const classNames = names.filter((name) => name !== NOT_A_DIGIT);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [label, second] = order;
  const [name, confidence] = [classNames[label], probabilities[label]];
  const refused = other >= REFUSED_FROM;
  const unsure = order.length > 1 && confidence - probabilities[second] < CLOSE;
  const likely = order.slice(1, 3).filter((each) => probabilities[each] >= WORTH_NAMING);
  const named = unsure && !likely.length ? [second] : likely;
  const runnersUp = named.map((each) => classNames[each]);
  const sure = confidence * (1 - other);
  const standsOut = confidence >= STANDS_OUT;
  const sentence = sentenceOn({ name, runnersUp, refused, standsOut, classNames });
  const refusal = refusalOf(classNames);
  return {
    classNames,
    probabilities,
    other,
    refuses,
    shares: sharesOf(probabilities, other, refuses),
    choices: refuses ? [...classNames, NONE_OF_THESE] : classNames,
    choice: refused && refuses ? classNames.length : label,
    order,
    label,
    name,
    sign: refused ? UNREAD : name,
    confidence,
    sure,
    refused,
    refusal,
    none: noneOf(classNames),
    unsure,
    runnersUp,
    sentence,
    ...inWords({ sure, refused, refusal, unsure, sentence }),
  };
}

/**
 * The words of a reading, and whether they are of doubt; also of the server's own reading.
 * @param {Pick<Prediction, "sure" | "refused" | "refusal" | "unsure" | "sentence">} reading
 */
export function inWords({ sure, refused, refusal, unsure, sentence }) {
  return {
    doubtful: unsure || refused,
    headline: refused ? refusal : `${percent(sure)} sure`,
    explanation: (unsure && !refused ? DOUBT : "") + sentence,
  };
}

/**
 * Format a probability from 0 to 1 as a percentage, such as `97.2 %`: never rounded up to 100.
 * @param {number} share
 * @param {number} [decimals] By default one, and two from 99 % on.
 */
export function percent(share, decimals) {
  const places = decimals ?? (share < 0.99 ? 1 : 2);
  return `${fixed(Math.min(share * 100, 100 - Number(`1e-${places}`)), places)} %`;
}

/**
 * Like toFixed, with halves rounded to even digits as in Python.
 * @param {number} value
 * @param {number} places
 */
function fixed(value, places) {
  const scaled = value * 10 ** places;
  // A half in decimals is exact in binary, with one binary place more; so is its product then.
  const half = Number.isInteger(value * 2 ** (places + 1)) && scaled % 1 === 0.5;
  if (!half) return value.toFixed(places);
  const below = Math.floor(scaled);
  return ((below + (below % 2)) / 10 ** places).toFixed(places);
}

/**
 * @param {Float32Array} outputs
 * @param {string[]} names
 */
function splitOutputs(outputs, names) {
  const place = names.indexOf(NOT_A_DIGIT);
  if (place < 0) return { probabilities: outputs, other: 0 };
  const shares = outputs.filter((_, each) => each !== place).map((each) => Math.max(each, TINY));
  const sum = sumOf(shares);
  return { probabilities: shares.map((each) => each / sum), other: outputs[place] };
}

/**
 * Sum float32 values in float32, in NumPy's order: eight sums from eight values on. Up to 128
 * values; networks have fewer classes.
 * @param {Float32Array} values
 */
function sumOf(values) {
  const lanes = values.length < 8 ? 1 : 8;
  const whole = values.length - (values.length % lanes);
  const sums = new Float32Array(lanes);
  for (let each = 0; each < whole; each++) sums[each % lanes] += values[each];
  for (let step = 1; step < lanes; step *= 2) {
    for (let each = 0; each < lanes; each += 2 * step) sums[each] += sums[each + step];
  }
  for (let each = whole; each < values.length; each++) sums[0] += values[each];
  return sums[0];
}

/**
 * @param {Float32Array} probabilities
 * @param {number} other
 * @param {boolean} refuses
 */
function sharesOf(probabilities, other, refuses) {
  const rest = Math.fround(1 - other);
  const shares = probabilities.map((each) => each * rest);
  return refuses ? Float32Array.of(...shares, other) : shares;
}

/**
 * @param {Pick<Prediction, "name" | "runnersUp" | "refused" | "classNames"> & {standsOut: boolean}} of
 *   `standsOut`: whether this class is as probable as all others together, or more
 */
function sentenceOn({ name, runnersUp, refused, standsOut, classNames }) {
  if (refused && !standsOut) return nothingClose(classNames);
  if (refused) return `What comes closest is ${withArticle(name)}.`;
  if (!runnersUp.length) return "Nothing else comes close.";
  return `It could also be ${runnersUp.map(withArticle).join(" or ")}.`;
}
