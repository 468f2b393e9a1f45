// One answer from two readers, as digitapp/reading/combination.py combines them: in float64 up to
// the last step.

/**
 * The parameters; combination.py explains them.
 * @typedef {object} Combination
 * @property {number} weight
 * @property {number} weight_by_strangeness
 * @property {number} weight_by_movement
 * @property {number} weight_by_picture
 * @property {number} sharpness
 * @property {number} other
 * @property {number} other_by_picture
 * @property {number} other_by_movement
 * @property {number} other_by_agreement
 */

const LEAST = 1e-9; // probabilities below it count as this
const MOST_LOG_ODDS = 12;

/**
 * Combine the outputs of the two readers for one drawing.
 * @param {Float32Array} picture probabilities of the digits and, last, of no digit
 * @param {Float32Array} movement of the same classes
 * @param {Combination} how
 * @returns {{ outputs: Float32Array, weight: number }} probabilities of the same classes, and how
 *   much the movement counted for the digit, 0 to 1
 */
export function combined(picture, movement, how) {
  const [seen, moved] = [logsOfDigits(picture), logsOfDigits(movement)];
  const [unlike, strange] = [logOddsOfNone(picture), logOddsOfNone(movement)];
  const weight = logistic(
    how.weight +
      how.weight_by_strangeness * strange +
      how.weight_by_movement * Math.max(...moved) +
      how.weight_by_picture * Math.max(...seen),
  );
  const pooled = seen.map((each, n) => how.sharpness * ((1 - weight) * each + weight * moved[n]));
  const agreement = sum(seen.map((each, n) => Math.exp(each) * Math.exp(moved[n])));
  const other = logistic(
    how.other +
      how.other_by_picture * unlike +
      how.other_by_movement * strange +
      how.other_by_agreement * agreement,
  );
  const digits = softmax(pooled).map((each) => each * (1 - other));
  return { outputs: Float32Array.of(...digits, other), weight };
}

/**
 * The log-probabilities of the digits, given that it is one.
 * @param {Float32Array} outputs
 */
function logsOfDigits(outputs) {
  const shares = [...outputs.subarray(0, -1)].map((share) => Math.max(share, LEAST));
  const all = sum(shares);
  return shares.map((share) => Math.log(share / all));
}

/** @param {Float32Array} outputs */
function logOddsOfNone(outputs) {
  const share = outputs[outputs.length - 1];
  const rest = Math.fround(1 - share); // NumPy subtracts float32 values in float32
  const odds = Math.log(Math.max(share, LEAST) / Math.max(rest, LEAST));
  return Math.min(Math.max(odds, -MOST_LOG_ODDS), MOST_LOG_ODDS);
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {number} value */
function logistic(value) {
  return 1 / (1 + Math.exp(-value));
}

/** @param {number[]} values */
function softmax(values) {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const all = sum(powers);
  return powers.map((power) => power / all);
}
