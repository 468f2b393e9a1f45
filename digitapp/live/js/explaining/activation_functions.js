// The activation functions in plain numbers, for a node's curve; networks run them by TensorFlow.js.

/**
 * The error function, to 1.5e-7: formula 7.1.26 of Abramowitz and Stegun's handbook (1964).
 * @param {number} x
 */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

/** @type {Record<string, (z: number) => number>} */
const FUNCTIONS = {
  relu: (z) => Math.max(0, z),
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  gelu: (z) => (z / 2) * (1 + erf(z / Math.SQRT2)),
};

/**
 * @param {string} name of an activation function; without one, values stay as they are
 * @param {number} z
 */
export function activated(name, z) {
  if (!name) return z;
  const found = FUNCTIONS[name];
  if (!found) throw new RangeError(`There is no activation function ${name} of one number.`);
  return found(z);
}
