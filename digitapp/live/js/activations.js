// The activation functions, and how gradients go back through them.

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./layer_steps.js").Step} Step
 * @typedef {{ x: any, y: any }} Point of the curve: what went in, and what came out
 */

/** @type {Record<string, (tf: TensorFlow) => Step>} */
export const ACTIVATIONS = {
  relu: (tf) => curve(tf, tf.relu, ({ y }) => tf.step(y)), // 0 at 0, as in Keras
  tanh: (tf) => curve(tf, tf.tanh, ({ y }) => tf.sub(1, tf.square(y))),
  sigmoid: (tf) => curve(tf, tf.sigmoid, ({ y }) => tf.mul(y, tf.sub(1, y))),
  elu: (tf) => curve(tf, tf.elu, ({ y }) => tf.add(tf.minimum(y, 0), 1)),
  gelu,
  softmax: (tf) => ({ forward: tf.softmax, backward: (dy, _, y) => softmaxGradient(tf, dy, y) }),
};

/**
 * A function of each value alone.
 * @param {TensorFlow} tf
 * @param {(x: any) => any} of
 * @param {(point: Point) => any} slope its derivative
 * @returns {Step}
 */
function curve(tf, of, slope) {
  return { forward: (x) => of(x), backward: (dy, x, y) => tf.mul(dy, slope({ x, y })) };
}

/**
 * The exact one, as in Keras: not the approximation by tanh.
 * @param {TensorFlow} tf
 */
function gelu(tf) {
  const below = (/** @type {any} */ x) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = (/** @type {any} */ x) =>
    tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return curve(
    tf,
    (x) => tf.mul(x, below(x)),
    ({ x }) => tf.add(below(x), tf.mul(x, density(x))),
  );
}

/**
 * @param {TensorFlow} tf
 * @param {any} dy
 * @param {any} y
 */
function softmaxGradient(tf, dy, y) {
  const weighed = tf.mul(dy, y);
  return tf.sub(weighed, tf.mul(y, tf.sum(weighed, -1, true)));
}
