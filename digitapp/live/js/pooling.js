// Pooling over squares that do not overlap, and how gradients go back through it.

/**
 * @typedef {import("./runtime.js").TensorFlow} TensorFlow
 * @typedef {import("./layer_steps.js").Step} Step
 */

/**
 * @param {TensorFlow} tf
 * @param {number} side
 * @returns {Step}
 */
export function averagePooling(tf, side) {
  const how = { filterSize: side, strides: side, pad: "valid" };
  return {
    forward: (x) => tf.avgPool(x, side, side, "valid"),
    backward: (dy, x) => tf.engine().runKernel("AvgPoolGrad", { dy, input: x }, how),
  };
}

/**
 * @param {TensorFlow} tf
 * @param {number} side
 * @returns {Step}
 */
export function maxPooling(tf, side) {
  return {
    forward: (x) => tf.maxPool(x, side, side, "valid"),
    backward(dy, x, y) {
      const given = { dy: dy.dataSync(), x: x.dataSync(), y: y.dataSync() };
      return tf.tensor(ofTheLargest(given, x.shape, y.shape, side), x.shape, "float32");
    },
  };
}

/**
 * Of equally large values the first one gets all, as in Keras; on blank paper there are many.
 * TensorFlow.js's own operation takes another one.
 * @param {{ dy: Float32Array, x: Float32Array, y: Float32Array }} values
 * @param {number[]} shape of `x`: (n, height, width, channels)
 * @param {number[]} pooled shape of `y`
 * @param {number} side
 */
function ofTheLargest({ dy, x, y }, [, height, width, channels], [count, rows, columns], side) {
  const found = new Float32Array(count * height * width * channels);
  let place = 0;
  for (let image = 0; image < count; image += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const corner = ((image * height + row * side) * width + column * side) * channels;
        for (let channel = 0; channel < channels; channel += 1, place += 1) {
          let at = corner + channel;
          const last = at + (side - 1) * width * channels;
          search: for (let line = at; line <= last; line += width * channels) {
            for (at = line; at < line + side * channels; at += channels) {
              if (x[at] === y[place]) break search;
            }
          }
          found[at] = dy[place];
        }
      }
    }
  }
  return found;
}
