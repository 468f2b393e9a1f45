// The way of the pen, as digitapp/drawing/pen_path.py makes it for the stroke reader: the same
// arithmetic, in float64 up to the last step.

import { extent } from "./points.js";
import { remainingInk } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

export const POINTS = 64;
export const CHANNELS = 5; // x, y, cosine and sine of the direction, pen up

/**
 * Return the path of a drawing, after the eraser.
 * @param {readonly Stroke[]} drawing
 * @returns {Float32Array | null} 64 rows of 5; null when there are no strokes, or all were erased
 */
export function penPath(drawing) {
  const strokes = remainingInk(drawing);
  if (!strokes.length) return null;
  const places = centred(joined(strokes));
  const lengths = lengthsOf(places);
  const path = new Float32Array(POINTS * CHANNELS);
  let last = lengths.length - 1;
  while (last >= 0 && !lengths[last]) last--;
  if (last < 0) return path; // a dot
  const { points, segments } = resampled(places, lengths, last);
  const lifts = liftsOf(strokes);
  const ways = directions(points);
  for (let n = 0; n < POINTS; n++) {
    const row = [points[2 * n], points[2 * n + 1], ways[2 * n], ways[2 * n + 1]];
    path.set([...row, lifts.has(segments[n]) ? 1 : 0], n * CHANNELS);
  }
  return path;
}

/**
 * @param {readonly Stroke[]} strokes
 * @returns {Float64Array} all of their points
 */
function joined(strokes) {
  const found = new Float64Array(strokes.reduce((sum, { points }) => sum + points.length, 0));
  let at = 0;
  for (const { points } of strokes) {
    found.set(points, at);
    at += points.length;
  }
  return found;
}

/**
 * The segments along which the pen is up: those from the end of a stroke to the next stroke.
 * @param {readonly Stroke[]} strokes
 */
function liftsOf(strokes) {
  let count = 0;
  return new Set(strokes.slice(0, -1).map(({ points }) => (count += points.length / 2) - 1));
}

/**
 * Move the middle of the bounding box to 0, and scale its longer side to 2; a dot stays one.
 * @param {Float64Array} points
 */
function centred(points) {
  const [left, top, right, bottom] = extent(points);
  const half = Math.max(right - left, bottom - top) / 2 || 1;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return points.map((at, n) => (at - (n % 2 ? y : x)) / half);
}

/**
 * The distance from each point to the next.
 * @param {Float64Array} points
 */
function lengthsOf(points) {
  const found = new Float64Array(points.length / 2 - 1);
  return found.map((_, n) => {
    const [x, y] = [points[2 * n + 2] - points[2 * n], points[2 * n + 3] - points[2 * n + 1]];
    return Math.sqrt(x * x + y * y);
  });
}

/**
 * Return equally spaced points along the way, and the segment on which each lies.
 * @param {Float64Array} points
 * @param {Float64Array} lengths
 * @param {number} last the last segment that has a length
 */
function resampled(points, lengths, last) {
  const reached = new Float64Array(lengths.length + 1);
  lengths.forEach((length, n) => (reached[n + 1] = reached[n] + length));
  const apart = reached[lengths.length] / (POINTS - 1);
  const found = { points: new Float64Array(2 * POINTS), segments: new Uint32Array(POINTS) };
  let segment = 0;
  for (let n = 0; n < POINTS; n++) {
    const place = n * apart;
    // A place between two segments belongs to the later one, and the last place to the last one.
    while (segment < last && reached[segment + 1] <= place) segment++;
    const along = (place - reached[segment]) / lengths[segment];
    for (const at of [0, 1]) {
      const [start, end] = [points[2 * segment + at], points[2 * segment + 2 + at]];
      found.points[2 * n + at] = start + (end - start) * along;
    }
    found.segments[n] = segment;
  }
  return found;
}

/**
 * The direction from each point to the next as cosine and sine, 0 and 0 if both are in the same
 * place; the last point has the direction of the one before.
 * @param {Float64Array} points
 */
function directions(points) {
  const found = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    const from = Math.min(at, points.length - 4);
    const [x, y] = [points[from + 2] - points[from], points[from + 3] - points[from + 1]];
    const length = Math.sqrt(x * x + y * y) || 1;
    found.set([x / length, y / length], at);
  }
  return found;
}
