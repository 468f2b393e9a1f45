// A convolution, and how gradients go back through it.

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./layer_steps.js").Step} Step
 */

/** @type {WeakMap<any, any>} turned kernels by kernel, once gradients went back through it */
const turned = new WeakMap();

/**
 * The way back is a convolution, too, which takes half the time of `tf.conv2dTranspose` or less:
 * with the kernel turned around, and the rows and columns within a stride as channels, which are
 * then laid side by side.
 * @param {TensorFlow} tf
 * @param {{ stride: number, same: boolean }} layer
 * @param {any} kernel (side, side, channels in, channels out)
 * @param {any} bias
 * @returns {Step}
 */
export function convolution(tf, { stride, same }, kernel, bias) {
  const [side] = kernel.shape;
  const pad = same ? "same" : "valid";
  const reach = Math.ceil(side / stride); // of the turned kernel

  /**
   * What is padded in front of the output's rows or columns and behind them; and where those of the
   * input begin in the result.
   * @param {number} got rows or columns of the input
   * @param {number} gave of the output
   */
  function extent(got, gave) {
    const from = same ? Math.max(0, (gave - 1) * stride + side - got) >> 1 : 0;
    const after = Math.ceil((got + from) / stride) - gave;
    return { padding: [reach - 1, after], from };
  }

  return {
    forward: (x) => tf.fused.conv2d({ x, filter: kernel, strides: stride, pad, bias }),
    backward(dy, x) {
      const [rows, columns] = [extent(x.shape[1], dy.shape[1]), extent(x.shape[2], dy.shape[2])];
      const padded = tf.pad(dy, [[0, 0], rows.padding, columns.padding, [0, 0]]);
      const found = tf.conv2d(padded, turnedKernel(tf, kernel, stride), 1, "valid");
      const spread = stride > 1 ? tf.depthToSpace(found, stride) : found;
      return tf.slice(spread, [0, rows.from, columns.from, 0], x.shape);
    },
  };
}

/**
 * @param {TensorFlow} tf
 * @param {any} kernel
 * @param {number} stride
 * @returns {any} (reach, reach, channels out, stride * stride * channels in)
 */
function turnedKernel(tf, kernel, stride) {
  const found = turned.get(kernel);
  if (found) return found;
  const made = tf.tidy(() => {
    const [side, , given, maps] = kernel.shape;
    const reach = Math.ceil(side / stride);
    const more = [0, reach * stride - side];
    const padded = tf.pad(kernel, [more, more, [0, 0], [0, 0]]);
    const parts = tf.reshape(padded, [reach, stride, reach, stride, given, maps]);
    const ordered = tf.transpose(tf.reverse(parts, [0, 2]), [0, 2, 5, 1, 3, 4]);
    return tf.reshape(ordered, [reach, reach, maps, stride * stride * given]);
  });
  turned.set(kernel, tf.keep(made));
  return made;
}

/**
 * Free the memory of a layer's weights.
 * @param {any} weights a tensor, or null
 */
export function freed(weights) {
  if (!weights) return;
  turned.get(weights)?.dispose();
  turned.delete(weights);
  weights.dispose();
}
