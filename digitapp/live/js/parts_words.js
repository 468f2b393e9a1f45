// What the picture and the movement say, in sentences; as digitapp/reading/parts_words.py.

import { withArticle } from "./class_words.js";

/**
 * @typedef {Pick<import("./reading.js").Prediction, "name" | "sign" | "sure" | "other" | "refused">}
 *   Said by one of the two, or by both together
 */

/**
 * @typedef {object} Parts
 * @property {Said} picture what the network says that reads the picture
 * @property {Said} movement what the network says that reads how the pen moved
 * @property {number} weight how much the movement counted, 0 to 1
 */

/** @param {Parts} parts */
export function disagree({ picture, movement }) {
  return picture.sign !== movement.sign;
}

/**
 * A sentence on two that disagree; empty where they agree.
 * @param {Parts} parts
 * @param {string} sign of both together
 */
export function disagreement(parts, sign) {
  if (!disagree(parts)) return "";
  const [looks, drawn] = [looksLike(parts.picture), drawnLike(parts.movement)];
  return `${capital(looks)}, ${joinedBy(parts, sign)} ${drawn}.`;
}

/**
 * @param {Parts} parts
 * @param {string} sign of both together
 */
function joinedBy({ picture, movement }, sign) {
  if (sign === picture.sign) return "though";
  const neither = sign !== movement.sign;
  return neither && !picture.refused && !movement.refused ? "and was" : "but was";
}

/** @param {Said} said */
export function looksLike({ name, refused }) {
  return `it looks like ${refused ? "no digit" : withArticle(name)}`;
}

/** @param {Said} said */
export function drawnLike({ name, refused }) {
  return refused ? "not drawn like a digit" : `drawn like ${withArticle(name)}`;
}

/** @param {string} text */
export function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
