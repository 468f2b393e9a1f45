// What can be said of the pictures of "Why this digit?": where most speaks for an answer, or against it.

import { SIDE } from "../ink.js";

const MINUS = "\u2212";
const LEAST = 0.05; // what is less would be told as 0.0
const PARTS = [
  ["at the upper left", "at the top", "at the upper right"],
  ["on the left", "in the middle", "on the right"],
  ["at the lower left", "at the bottom", "at the lower right"],
];

/** @typedef {import("../explaining/attribution.js").Integrated} Integrated */

/**
 * @param {number} value
 * @param {number} [decimals]
 */
export function signed(value, decimals = 1) {
  const told = Math.abs(value).toFixed(decimals);
  return Number(told) === 0 ? told : `${value < 0 ? MINUS : "+"}${told}`;
}

/** @param {number} value */
export function plain(value) {
  return signed(value).replace("+", "");
}

/**
 * In which ninth of the drawing each pixel is: of the smallest box with all its ink.
 * @param {Float32Array} image
 * @returns {(pixel: number) => string} "at the top", for example
 */
function partsOf(image) {
  const [rows, columns] = [new Set(), new Set()];
  image.forEach((ink, pixel) => {
    if (!ink) return;
    rows.add(Math.floor(pixel / SIDE));
    columns.add(pixel % SIDE);
  });
  /**
   * @param {Set<number>} within
   * @param {number} at
   */
  function third(within, at) {
    const [first, last] = [Math.min(...within), Math.max(...within)];
    const size = Math.max(3, last - first + 1);
    const middle = (first + last + 1) / 2;
    return Math.max(0, Math.min(2, Math.floor((3 * (at + 0.5 - middle + size / 2)) / size)));
  }
  return (pixel) => PARTS[third(rows, Math.floor(pixel / SIDE))][third(columns, pixel % SIDE)];
}

/**
 * Where the ink adds most to a score, and where it takes most from it.
 * @param {Float32Array} image
 * @param {Float32Array} values what each pixel adds
 * @param {string} name of the answer
 * @param {string} [rival] with which it is compared
 */
export function mostInk(image, values, name, rival = "") {
  const partOf = partsOf(image);
  /** @type {Map<string, number>} */
  const sums = new Map();
  values.forEach((value, pixel) => {
    if (value) sums.set(partOf(pixel), (sums.get(partOf(pixel)) ?? 0) + value);
  });
  const ordered = [...sums].sort((one, other) => other[1] - one[1]);
  const [best, worst] = [ordered[0], ordered[ordered.length - 1]];
  const found = [];
  if (best && best[1] >= LEAST) {
    found.push(`The ink ${best[0]} speaks most for ${name} (${signed(best[1])}).`);
  }
  if (worst && worst[1] <= -LEAST) {
    const against = `against ${found.length ? "it" : name}`;
    const what = rival ? `for ${rival}` : against;
    found.push(`The ink ${worst[0]} speaks most ${what} (${signed(worst[1])}).`);
  }
  const either = rival ? `for ${rival}` : "against it";
  return found.join(" ") || `Hardly any ink speaks for ${name} or ${either}.`;
}

/**
 * Where covering the drawing matters most.
 * @param {Float32Array} image
 * @param {Float32Array} falls of the score, for each place that is covered
 * @param {string} name of the answer
 * @param {string} [rival] with which it is compared
 */
export function mostCovered(image, falls, name, rival = "") {
  const partOf = partsOf(image);
  const [most, least] = [Math.max(...falls), Math.min(...falls)];
  const at = (/** @type {number} */ value) => partOf(falls.indexOf(value));
  const what = rival ? `the lead of ${name} over ${rival}` : `the score of ${name}`;
  const found = [];
  if (most >= LEAST) found.push(`Covered ${at(most)}, ${what} falls most (${signed(-most)}).`);
  if (least <= -LEAST) {
    const it = found.length ? "it" : what;
    found.push(`Covered ${at(least)}, ${it} rises most (${signed(-least)}).`);
  }
  return found.join(" ") || `Wherever it is covered, ${what} hardly changes.`;
}

/**
 * How much of the difference of two scores integrated gradients account for.
 * @param {Integrated} found
 * @param {string} [of] whose score
 */
export function accounted({ score, blank, steps, gap }, of = "Score") {
  const share = Math.max(0, 100 * (1 - gap)).toFixed(1);
  const difference = `${plain(score)} with the drawing, ${plain(blank)} on blank paper`;
  return `${of} ${difference}: ${share}\u00a0% of the difference accounted for, ${steps} steps.`;
}
