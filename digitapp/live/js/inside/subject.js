// What is drawn, in words: a digit, unless the network reads other things.

/** @typedef {Pick<import("./scene.js").Facts, "digits">} Reads */

/**
 * The beginning of an invitation.
 * @param {Reads} facts
 */
export function drawOne({ digits }) {
  return digits ? "Draw a digit" : "Draw something";
}

/**
 * @param {Reads} facts
 */
export function whyWhat({ digits }) {
  return digits ? "Why this digit?" : "Why this answer?";
}

/**
 * @param {Reads} facts
 */
export function mapOfWhat({ digits }) {
  return digits ? "Map of digits" : "Map of images";
}
