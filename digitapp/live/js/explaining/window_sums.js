// The sums of a convolution's input: each weight of a filter is multiplied by one value for each
// position of the filter, so that all of these products sum up to the weight times one sum.

/**
 * @typedef {object} Convolved
 * @property {{height: number, width: number, count: number}} from the input maps
 * @property {{height: number, width: number}} to the output maps
 * @property {number[]} shape of the kernel: (height, width, input maps, maps)
 * @property {number} stride
 * @property {boolean} same whether the input is padded with zeros
 */

/**
 * How many rows of zeros are above the input: with an odd number, TensorFlow adds one more below.
 * @param {number} given rows of the input
 * @param {number} made rows of the output
 * @param {number} size of the filter
 * @param {Pick<Convolved, "stride" | "same">} how
 */
export function padding(given, made, size, { stride, same }) {
  return same ? Math.floor(Math.max(0, (made - 1) * stride + size - given) / 2) : 0;
}

/**
 * Sum up, for each weight of a filter, the values that it meets: first along rows, then down.
 * @param {Float32Array} values channels last
 * @param {Convolved} how
 * @returns {Float64Array} (height, width, input maps) of a filter
 */
export function windowSums(values, how) {
  const { from, to, shape, stride } = how;
  const [tall, wide] = shape;
  const across = rowSums(values, how);
  const slice = wide * from.count; // of one row
  const found = new Float64Array(tall * slice);
  const above = padding(from.height, to.height, tall, how);
  for (let y = 0; y < tall; y += 1) {
    for (let out = 0; out < to.height; out += 1) {
      const row = out * stride + y - above;
      if (row < 0 || row >= from.height) continue;
      for (let at = 0; at < slice; at += 1) found[y * slice + at] += across[row * slice + at];
    }
  }
  return found;
}

/**
 * @param {Float32Array} values
 * @param {Convolved} how
 * @returns {Float64Array} (rows of the input, width of a filter, input maps)
 */
function rowSums(values, how) {
  const { from, to, shape, stride } = how;
  const [wide, count] = [shape[1], from.count];
  const found = new Float64Array(from.height * wide * count);
  const before = padding(from.width, to.width, wide, how);
  for (let row = 0; row < from.height; row += 1) {
    for (let x = 0; x < wide; x += 1) {
      const sum = (row * wide + x) * count;
      for (let out = 0; out < to.width; out += 1) {
        const column = out * stride + x - before;
        if (column < 0 || column >= from.width) continue;
        const at = (row * from.width + column) * count;
        for (let map = 0; map < count; map += 1) found[sum + map] += values[at + map];
      }
    }
  }
  return found;
}
