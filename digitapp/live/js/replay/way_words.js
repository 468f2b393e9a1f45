// The way of a pen in words: "went up, then down". Only of simple ways; of others nothing is said.

import { extent } from "../points.js";

const STRAIGHT = 0.14; // of the drawing's longer side: a bend that is smaller does not count
const MOST = 3; // parts of the way that are told
const MOST_STROKES = 2;
const SLANTED = 0.36; // of the longer side of a line: less to the side is straight

/**
 * @param {readonly Float64Array[]} strokes their points, in the order in which they were written
 * @returns {string} what the pen did, such as "went up, then down"; empty if that takes too long
 */
export function wayInWords(strokes) {
  if (!strokes.length || strokes.length > MOST_STROKES) return "";
  const sides = strokes.map(extent);
  const wide = Math.max(...sides.map((each) => each[2])) - Math.min(...sides.map((each) => each[0]));
  const high = Math.max(...sides.map((each) => each[3])) - Math.min(...sides.map((each) => each[1]));
  const told = strokes.map((points) => directions(points, STRAIGHT * Math.max(wide, high)));
  if (told.some((each) => !each.length)) return "";
  if (told.flat().length > MOST) {
    const [, second] = told;
    return second?.length === 1 ? `came back for a second stroke, ${second[0]}` : "";
  }
  const words = told.map((each) => each.join(", then "));
  return `went ${words.join("; then it was lifted, and went ")}`;
}

/**
 * The directions of the straight lines that are near to a stroke, in words; none of a dot.
 * @param {Float64Array} points
 * @param {number} tolerance
 * @returns {string[]}
 */
export function directions(points, tolerance) {
  const corners = [0, ...bends(points, 0, points.length - 2, tolerance), points.length - 2];
  /** @type {string[]} */
  const found = [];
  for (let each = 1; each < corners.length; each++) {
    const [from, to] = [corners[each - 1], corners[each]];
    const [x, y] = [points[to] - points[from], points[to + 1] - points[from + 1]];
    if (Math.hypot(x, y) <= tolerance) continue;
    const one = direction(x, y);
    if (one !== found[found.length - 1]) found.push(one);
  }
  return found;
}

/**
 * @param {number} x
 * @param {number} y
 */
function direction(x, y) {
  const vertical = Math.abs(y) > SLANTED * Math.abs(x) ? (y < 0 ? "up" : "down") : "";
  const sideways = Math.abs(x) > SLANTED * Math.abs(y) ? `to the ${x < 0 ? "left" : "right"}` : "";
  return [vertical, sideways].filter(Boolean).join(" ");
}

/**
 * The points between two others at which a line must bend to stay near to all (the algorithm of
 * Ramer, Douglas and Peucker).
 * @param {Float64Array} points
 * @param {number} from
 * @param {number} to
 * @param {number} tolerance
 * @returns {number[]}
 */
function bends(points, from, to, tolerance) {
  const [x, y] = [points[to] - points[from], points[to + 1] - points[from + 1]];
  const long = Math.hypot(x, y);
  let [farthest, distance] = [from, 0];
  for (let at = from + 2; at < to; at += 2) {
    const [right, down] = [points[at] - points[from], points[at + 1] - points[from + 1]];
    const share = long ? Math.min(Math.max((right * x + down * y) / long ** 2, 0), 1) : 0;
    const away = Math.hypot(right - share * x, down - share * y);
    if (away > distance) [farthest, distance] = [at, away];
  }
  if (distance <= tolerance) return [];
  const before = bends(points, from, farthest, tolerance);
  return [...before, farthest, ...bends(points, farthest, to, tolerance)];
}
