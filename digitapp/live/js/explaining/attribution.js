// How much each pixel adds to an answer's score, or takes from it.

import { NO_EDITS } from "../edits.js";
import { ofEach } from "../slices.js";

const FIRST_STEPS = 32; // fewer would do for the sum, but not for single pixels
const MOST_STEPS = 512;
const ENOUGH = 0.01; // of what is to be accounted for, may be missing

/**
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../edits.js").Edits} Edits
 */

/**
 * @typedef {object} Integrated
 * @property {Float32Array} values of the 784 pixels; their sum is nearly the difference
 * @property {number} score of the drawing; with a rival, less the rival's
 * @property {number} blank the score of blank paper
 * @property {number} steps from blank paper to the drawing
 * @property {number} gap which share of the difference between the two the sum misses
 */

/**
 * A point on the way from blank paper to the drawing; `slope` is that of the score along the way.
 * @typedef {{ share: number, gradient: Float32Array, slope: number, score: number }} Point
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
 * @param {number | null} [rival] another answer: then the difference of the two scores is explained
 */
export function gradientTimesInput(network, image, output, edits = NO_EDITS, rival = null) {
  return network.gradient(image, output, { edits, rival }).map((slope, pixel) => slope * image[pixel]);
}

/**
 * Integrated gradients: the gradients along the straight way from blank paper to the drawing,
 * integrated, times the ink. Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks",
 * ICML 2017, section 3. Their sum is the difference of the two scores (completeness).
 *
 * The integral is computed by the trapezoidal rule. As the scores along the way are known, too, it
 * is known which steps miss most: these are halved, until the sum misses less than 1 % of the
 * difference, or there are 512 steps.
 * @param {Network} network
 * @param {Float32Array} image
 * @param {number} output index of the answer
 * @param {Edits} [edits]
 * @param {number | null} [rival] another answer: then the difference of the two scores is explained
 * @returns {Generator<void, Integrated, void>}
 */
export function* integratedGradients(network, image, output, edits = NO_EDITS, rival = null) {
  const gradients = (/** @type {Float32Array} */ batch) => network.gradient(batch, output, { edits, rival });
  const scores = (/** @type {Float32Array} */ batch) => network.scores(batch, { edits });

  /**
   * @param {number[]} shares how far along the way
   * @returns {Generator<void, Point[], void>}
   */
  function* points(shares) {
    const along = shares.map((share) => image.map((ink) => share * ink));
    const slopes = yield* ofEach(network, "gradient", along, gradients);
    const reached = yield* ofEach(network, "scores", along, scores);
    return shares.map((share, n) => ({
      share,
      gradient: slopes[n],
      slope: slopes[n].reduce((sum, each, pixel) => sum + each * image[pixel], 0),
      score: scoreOf(reached[n], output, rival),
    }));
  }

  const first = Array.from({ length: FIRST_STEPS + 1 }, (_, step) => step / FIRST_STEPS);
  let along = yield* points(first);
  for (;;) {
    const missing = along.slice(1).map((end, n) => missed(along[n], end));
    const difference = along[along.length - 1].score - along[0].score;
    const all = missing.reduce((sum, each) => sum + each, 0);
    const gap = all === 0 ? 0 : Math.abs(all / difference);
    if (!(gap >= ENOUGH) || missing.length >= MOST_STEPS) { // or the scores are not finite
      const [{ score: blank }, { score }] = [along[0], along[along.length - 1]];
      return { values: integral(along, image), score, blank, steps: missing.length, gap };
    }
    const middles = worst(missing).map((n) => (along[n].share + along[n + 1].share) / 2);
    const more = yield* points(middles);
    along = [...along, ...more].sort((one, other) => one.share - other.share);
  }
}

/**
 * The score of an answer or, with a rival, how far it is ahead of that one.
 * @param {ArrayLike<number>} scores
 * @param {number} output
 * @param {number | null} rival
 */
export function scoreOf(scores, output, rival) {
  return scores[output] - (rival === null ? 0 : scores[rival]);
}

/**
 * What the trapezoidal rule misses of a step's difference of scores.
 * @param {Point} start
 * @param {Point} end
 */
function missed(start, end) {
  const found = ((end.share - start.share) * (start.slope + end.slope)) / 2;
  return end.score - start.score - found;
}

/**
 * The steps that together miss half of what all miss.
 * @param {number[]} missing
 */
function worst(missing) {
  const order = [...missing.keys()].sort((a, b) => Math.abs(missing[b]) - Math.abs(missing[a]));
  let left = missing.reduce((sum, each) => sum + Math.abs(each), 0) / 2;
  return order.filter((step) => {
    const among = left > 0;
    left -= Math.abs(missing[step]);
    return among;
  });
}

/**
 * @param {Point[]} along
 * @param {Float32Array} image
 */
function integral(along, image) {
  const sums = new Float64Array(image.length);
  along.forEach(({ gradient, share }, n) => {
    const before = along[n - 1]?.share ?? share;
    const after = along[n + 1]?.share ?? share;
    gradient.forEach((slope, pixel) => (sums[pixel] += ((after - before) / 2) * slope));
  });
  return Float32Array.from(sums, (sum, pixel) => sum * image[pixel]);
}
