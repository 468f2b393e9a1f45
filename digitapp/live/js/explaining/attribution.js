// How much each pixel adds to an answer's score, or takes from it.

import { NO_EDITS } from "../inside/edits.js";
import { ofEach } from "./slices.js";

const FIRST_STEPS = 16;
const MOST_STEPS = 1024;
const ENOUGH = 0.01; // of what is to be accounted for, may be missing

/**
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../inside/edits.js").Edits} Edits
 */

/**
 * @typedef {object} Integrated
 * @property {Float32Array} values of the 784 pixels; their sum is nearly the difference
 * @property {number} score of the drawing
 * @property {number} blank the score of blank paper
 * @property {number} steps from blank paper to the drawing
 * @property {number} gap which share of the difference between the two the sum misses
 */

/**
 * Gradient times input: how much the score would change with the ink of each pixel, as far as it
 * goes on as it begins. Shrikumar, Greenside, Shcherbina and Kundaje, "Not Just a Black Box:
 * Learning Important Features Through Propagating Activation Differences", 2016, section 2; the
 * gradient itself is the saliency of Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional
 * Networks", 2013, section 3. On blank paper all is 0.
 * @param {Network} network
 * @param {Float32Array} image
 * @param {number} output index of the answer
 * @param {Edits} [edits]
 */
export function gradientTimesInput(network, image, output, edits = NO_EDITS) {
  return network.gradient(image, output, { edits }).map((slope, pixel) => slope * image[pixel]);
}

/**
 * Integrated gradients: the gradients along the straight way from blank paper to the drawing,
 * integrated, times the ink. Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks",
 * ICML 2017, section 3. Their sum is the difference of the two scores (completeness). The integral
 * is computed by the trapezoidal rule, which keeps its points when the steps are doubled: that is
 * done until the sum misses less than 1 % of the difference, or at 1,024 steps.
 * @param {Network} network
 * @param {Float32Array} image
 * @param {number} output index of the answer
 * @param {Edits} [edits]
 * @returns {Generator<void, Integrated, void>}
 */
export function* integratedGradients(network, image, output, edits = NO_EDITS) {
  const { length } = image;
  const both = new Float32Array(2 * length);
  both.set(image);
  const scores = network.scores(both, { edits });
  const [score, blank] = [scores[output], scores[scores.length / 2 + output]];
  const sums = new Float64Array(length); // of the gradients so far

  /**
   * @param {number[]} shares how far along the way
   * @param {number} weight
   */
  function* add(shares, weight) {
    const along = shares.map((share) => image.map((ink) => share * ink));
    const gradient = (/** @type {Float32Array} */ batch) => network.gradient(batch, output, { edits });
    const found = yield* ofEach(network, "gradient", along, gradient);
    for (const each of found) each.forEach((slope, pixel) => (sums[pixel] += weight * slope));
  }

  yield* add([0, 1], 0.5);
  yield* add(odd(FIRST_STEPS / 2).concat(odd(FIRST_STEPS / 4), odd(2), odd(1)), 1);
  for (let steps = FIRST_STEPS; ; steps *= 2) {
    const values = sums.map((sum, pixel) => (sum / steps) * image[pixel]);
    const missing = Math.abs(values.reduce((all, each) => all + each, 0) - (score - blank));
    const gap = missing === 0 ? 0 : missing / Math.abs(score - blank);
    if (gap < ENOUGH || steps >= MOST_STEPS) {
      return { values: Float32Array.from(values), score, blank, steps, gap };
    }
    yield* add(odd(steps), 1);
  }
}

/**
 * The middles of so many steps of equal length from 0 to 1.
 * @param {number} steps
 */
function odd(steps) {
  return Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);
}
