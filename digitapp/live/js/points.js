// Lines as lists of points, x0, y0, x1, y1, ..., in Float64Arrays.

const CURVE_STEPS = 4;

export const ROUNDING = 1e-9; // what rounding errors may add to a length

/**
 * Return the smallest and largest coordinates: [left, top, right, bottom].
 * @param {Float64Array} points
 * @returns {[number, number, number, number]}
 */
export function extent(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    left = Math.min(left, points[at]);
    right = Math.max(right, points[at]);
    top = Math.min(top, points[at + 1]);
    bottom = Math.max(bottom, points[at + 1]);
  }
  return [left, top, right, bottom];
}

/**
 * List the points along an SVG path of M, L and Q commands; a curve becomes four segments.
 * @param {(string | number)[][]} path commands with their numbers
 * @returns {Float64Array}
 */
export function flattened(path) {
  /** @type {number[]} */
  const points = [];
  for (const [command, ...rest] of path) {
    const [x1, y1, x2, y2] = rest.map(Number);
    if (command === "Q") {
      const [x0, y0] = points.slice(-2);
      for (let step = 1; step <= CURVE_STEPS; step++) {
        const t = step / CURVE_STEPS;
        const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
        points.push(a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2);
      }
    } else if (command === "M" || command === "L") points.push(x1, y1);
  }
  return Float64Array.from(points);
}

/**
 * Resample a line to points, evenly spaced and at most that far apart.
 * @param {Float64Array} points
 * @param {number} spacing
 * @returns {Float64Array}
 */
export function densified(points, spacing) {
  const last = points.length / 2 - 1;
  if (last < 1) return points;
  const lengths = new Float64Array(last + 1);
  for (let n = 1; n <= last; n++) {
    const [x, y] = [points[2 * n] - points[2 * n - 2], points[2 * n + 1] - points[2 * n - 1]];
    lengths[n] = lengths[n - 1] + Math.sqrt(x * x + y * y);
  }
  const steps = Math.max(1, Math.ceil(lengths[last] / spacing - ROUNDING));
  const dense = new Float64Array(2 * (steps + 1));
  let from = 0;
  for (let step = 0; step < steps; step++) {
    const place = step * (lengths[last] / steps);
    while (from < last - 1 && lengths[from + 1] <= place) from++;
    const long = lengths[from + 1] - lengths[from];
    const share = long ? (place - lengths[from]) / long : 1;
    for (let at = 0; at < 2; at++) {
      const [start, end] = [points[2 * from + at], points[2 * from + 2 + at]];
      dense[2 * step + at] = (end - start) * share + start;
    }
  }
  dense.set(points.subarray(2 * last), 2 * steps);
  return dense;
}
