// What the picture and the movement say, in sentences; as digitapp/reading/parts_words.py.

import { withArticle } from "./reading.js";

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
  const [looks, moved] = [looksLike(parts.picture), movedLike(parts.movement)];
  if (sign === parts.movement.sign) return `${capital(looks)}, but ${moved}.`;
  if (sign === parts.picture.sign) return `${capital(moved)}, but ${looks}.`;
  return `${capital(looks)}, and ${moved}.`;
}

/** @param {Said} said */
export function looksLike({ name, refused }) {
  return refused ? "it does not look like a digit" : `it looks like ${withArticle(name)}`;
}

/** @param {Said} said */
function movedLike({ name, refused }) {
  return refused ? "your pen moved as for no digit" : `your pen moved as for ${withArticle(name)}`;
}

/** @param {string} text */
export function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
