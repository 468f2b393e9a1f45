// How much an answer's score falls when a part of the drawing is covered.

import { SIDE } from "../ink.js";
import { NO_EDITS } from "../edits.js";
import { scoreOf } from "./attribution.js";
import { ofEach } from "../slices.js";

export const PATCH = 5; // pixels of the covering square's side

/**
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../edits.js").Edits} Edits
 * @typedef {{ values: Float32Array, score: number, places: number }} Occluded
 *   `values`: of each pixel, how much the score falls when the square around it is covered;
 *   `places` counts the squares with ink in them.
 */

/**
 * Cover the drawing with a square of blank paper, pixel by pixel. Zeiler and Fergus, "Visualizing
 * and Understanding Convolutional Networks", ECCV 2014, section 4.2; they cover with grey.
 * @param {Network} network
 * @param {Float32Array} image
 * @param {number} output index of the answer
 * @param {Edits} [edits]
 * @param {number} [side] of the square, odd; at the borders less of it is on the picture
 * @param {number | null} [rival] another answer: then `score` is the difference of the two scores
 * @returns {Generator<void, Occluded, void>}
 */
export function* occlusion(network, image, output, edits = NO_EDITS, side = PATCH, rival = null) {
  const scored = (/** @type {Float32Array} */ batch) => network.scores(batch, { edits });
  const score = scoreOf(scored(image), output, rival);
  /** @type {number[]} */
  const centres = [];
  /** @type {Float32Array[]} */
  const covered = [];
  for (let centre = 0; centre < image.length; centre += 1) {
    const square = squareAround(centre, side);
    if (!square.some((pixel) => image[pixel] > 0)) continue;
    const picture = image.slice();
    for (const pixel of square) picture[pixel] = 0;
    centres.push(centre);
    covered.push(picture);
  }
  const found = yield* ofEach(network, "scores", covered, scored);
  const values = new Float32Array(image.length);
  centres.forEach((centre, number) => (values[centre] = score - scoreOf(found[number], output, rival)));
  return { values, score, places: centres.length };
}

/**
 * @param {number} centre a pixel
 * @param {number} side
 */
function squareAround(centre, side) {
  const reach = (side - 1) / 2;
  const [row, column] = [Math.floor(centre / SIDE), centre % SIDE];
  /** @type {number[]} */
  const found = [];
  for (let y = Math.max(0, row - reach); y <= Math.min(SIDE - 1, row + reach); y += 1) {
    for (let x = Math.max(0, column - reach); x <= Math.min(SIDE - 1, column + reach); x += 1) {
      found.push(y * SIDE + x);
    }
  }
  return found;
}
