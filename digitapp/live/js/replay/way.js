// The way of the pen: the strokes in the order in which they were written, and the straight lines
// in the air between them, on one scale of lengths.

import { remainingInk } from "../strokes.js";

const DOT = 4; // units of length that a dot, or a stroke as short, takes of the way

/** @typedef {import("../strokes.js").Stroke} Stroke */

/**
 * A piece of the way: of one stroke, or in the air before it.
 * @typedef {object} Piece
 * @property {Float64Array} points x0, y0, x1, y1, ... in the drawing's units
 * @property {number} width of the pen
 * @property {number} stroke the number of the stroke, 1 for the first
 * @property {boolean} up whether the pen is in the air
 * @property {number} from where it begins on the way, in units
 * @property {number} to where it ends
 */

/** @typedef {{ pieces: Piece[], length: number, strokes: number }} Way */

/**
 * Where the pen is: its place, the direction in which it moves (0, 0 on a dot), and whether it is up.
 * @typedef {{ x: number, y: number, right: number, down: number, up: boolean }} Pen
 */

/**
 * @param {readonly Stroke[]} drawing
 * @returns {Way} without what was erased; of no length if nothing is left
 */
export function wayOf(drawing) {
  const numbered = drawing.map((stroke, at) => ({ ...stroke, number: at + 1 }));
  const left = /** @type {(Stroke & { number: number })[]} */ (remainingInk(numbered));
  /** @type {Piece[]} */
  const pieces = [];
  let length = 0;
  /**
   * @param {Float64Array} points
   * @param {Stroke & { number: number }} stroke
   * @param {boolean} up
   */
  function add(points, { width, number }, up) {
    const to = length + Math.max(lengthOf(points), DOT);
    pieces.push({ points, width, stroke: number, up, from: length, to });
    length = to;
  }
  for (const stroke of left) {
    const last = pieces.at(-1);
    if (last) add(Float64Array.of(...last.points.slice(-2), ...stroke.points.slice(0, 2)), stroke, true);
    add(stroke.points, stroke, false);
  }
  return { pieces, length, strokes: drawing.length };
}

/** @param {Float64Array} points */
function lengthOf(points) {
  let sum = 0;
  for (let at = 2; at < points.length; at += 2) sum += step(points, at);
  return sum;
}

/**
 * The length of the step that ends at a point.
 * @param {Float64Array} points
 * @param {number} at
 */
function step(points, at) {
  return Math.hypot(points[at] - points[at - 2], points[at + 1] - points[at - 1]);
}

/**
 * The pieces that the pen has made up to a place on the way; the last one may be cut there.
 * @param {Way} way
 * @param {number} place in units, 0 to the way's length
 * @returns {Piece[]}
 */
export function upTo({ pieces }, place) {
  return pieces
    .filter(({ from }) => from < place || from === 0)
    .map((piece) => (piece.to <= place ? piece : { ...piece, points: beginning(piece, place), to: place }));
}

/**
 * @param {Piece} piece
 * @param {number} place within it
 */
function beginning({ points, from, to }, place) {
  let left = (lengthOf(points) * (place - from)) / (to - from);
  for (let at = 2; at < points.length; at += 2) {
    const long = step(points, at);
    if (long > left) {
      const x = points[at - 2] + ((points[at] - points[at - 2]) * left) / long;
      const y = points[at - 1] + ((points[at + 1] - points[at - 1]) * left) / long;
      return Float64Array.of(...points.subarray(0, at), x, y);
    }
    left -= long;
  }
  return points;
}

/**
 * The strokes that those pieces are.
 * @param {readonly Piece[]} pieces
 * @returns {Stroke[]}
 */
export function strokesOf(pieces) {
  return pieces.flatMap(({ points, width, up }) => (up ? [] : [{ points, width, eraser: false }]));
}

/**
 * @param {readonly Piece[]} pieces made up to some place, at least one
 * @returns {Pen}
 */
export function penAfter(pieces) {
  const { points, up } = pieces[pieces.length - 1];
  const last = points.length - 2;
  let at = last;
  while (at > 0 && !step(points, at)) at -= 2;
  const long = at > 0 ? step(points, at) : 1;
  const right = at > 0 ? (points[at] - points[at - 2]) / long : 0;
  const down = at > 0 ? (points[at + 1] - points[at - 1]) / long : 0;
  return { x: points[last], y: points[last + 1], right, down, up };
}

/**
 * Where on the way a stroke ends; of one that was erased, where the one before it does.
 * @param {Way} way
 * @param {number} stroke 1 for the first; 0 for the start of the way
 */
export function endOf({ pieces, length, strokes }, stroke) {
  if (stroke >= strokes) return length;
  return pieces.reduce((end, piece) => (piece.stroke <= stroke && !piece.up ? piece.to : end), 0);
}
