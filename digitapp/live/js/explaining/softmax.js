// The softmax, step by step: from the scores of the answers to shares of one whole.

const LARGE = 9; // e to the power of more than this has too many digits to read

/**
 * @typedef {object} Softmax
 * @property {Float64Array} scores z of each answer
 * @property {number} shift what is taken away from each score first: the largest of them or, while
 *   the powers are small numbers anyhow, nothing. The shares do not depend on it.
 * @property {Float64Array} powers e to the power of each score, less the shift; 0 of an answer that
 *   is switched off
 * @property {number} total of the powers
 * @property {Float64Array} shares of the total
 */

/**
 * @param {ArrayLike<number>} scores
 * @param {(answer: number) => boolean} [isOff]
 * @returns {Softmax}
 */
export function softmaxOf(scores, isOff = () => false) {
  const given = Float64Array.from(scores);
  const on = given.filter((_, answer) => !isOff(answer));
  const largest = on.length ? Math.max(...on) : 0;
  const shift = Math.abs(largest) > LARGE ? largest : 0;
  const powers = given.map((score, answer) => (isOff(answer) ? 0 : Math.exp(score - shift)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { scores: given, shift, powers, total, shares: powers.map((power) => power / (total || 1)) };
}
