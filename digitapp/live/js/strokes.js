// Pen strokes as digitapp/drawing/strokes.py has them: reading Fabric's objects, and erasing.
// Both follow Python's arithmetic, so that the page and the server see the same drawing.

import { erased } from "./eraser.js";
import { extent, flattened } from "./points.js";

/**
 * One movement of the pen, or of the eraser, in the drawing's units: x to the right and y down.
 * @typedef {object} Stroke
 * @property {Float64Array} points x0, y0, x1, y1, ...; a single point is a dot
 * @property {number} width the pen's
 * @property {boolean} eraser whether it erases the strokes before it
 */

/**
 * A path as Fabric.js describes it; what is missing has Fabric's defaults.
 * @typedef {object} FabricPath
 * @property {(string | number)[][]} [path] commands with their numbers; other objects have none
 * @property {unknown} [stroke] the colour
 * @property {number} [strokeWidth]
 * @property {string} [originX]
 * @property {number} [left]
 * @property {number} [top]
 * @property {number} [angle] degrees, as skewX and skewY
 * @property {number} [scaleX]
 * @property {number} [scaleY]
 * @property {number} [skewX]
 * @property {number} [skewY]
 * @property {boolean} [flipX]
 * @property {boolean} [flipY]
 */

/** @typedef {[number, number, number, number]} Matrix row by row */

const PAPER = "#ffffff";
const MAX_POINTS = 20_000;
const FARTHEST = 10_000; // units; no canvas is larger

/**
 * Return the strokes of a canvas, in the order they were drawn. Only free-drawn paths count, where
 * the canvas's edit tool has put them; those in the colour of the paper are the eraser's.
 * @param {Iterable<FabricPath>} objects
 * @param {number} scale by which places and widths are multiplied, for a canvas of another size
 * @returns {Stroke[]}
 * @throws {RangeError} where Python raises BadStrokes
 */
export function fromCanvasObjects(objects, scale = 1) {
  const strokes = [];
  for (const found of objects) {
    if (!found.path || !found.path.length) continue;
    const stroke = fromPath(found, found.path, scale);
    check(stroke);
    strokes.push(stroke);
  }
  checkLength(strokes);
  return strokes;
}

/**
 * @param {readonly Stroke[]} drawing
 * @throws {RangeError} when it has too many points
 */
export function checkLength(drawing) {
  const count = drawing.reduce((sum, { points }) => sum + points.length / 2, 0);
  if (count > MAX_POINTS)
    throw new RangeError("The drawing has more than 20,000 points; clear it and start again.");
}

/**
 * Apply the eraser: cut each stroke where a later eraser stroke passed over its centre line.
 * @param {readonly Stroke[]} strokes
 * @returns {Stroke[]} strokes of the pen only
 */
export function remainingInk(strokes) {
  /** @type {Stroke[]} */
  let left = [];
  for (const stroke of strokes) {
    if (stroke.eraser) left = erased(left, stroke);
    else left.push(stroke);
  }
  return left;
}

/**
 * @param {FabricPath} found
 * @param {(string | number)[][]} path
 * @param {number} scale
 * @returns {Stroke}
 */
function fromPath(found, path, scale) {
  const points = flattened(path);
  if ((found.originX ?? "center") === "center") moveTo(points, found);
  for (let at = 0; at < points.length; at++) points[at] *= scale;
  const own = Math.sqrt(Math.abs((found.scaleX ?? 1) * (found.scaleY ?? 1)));
  const eraser = String(found.stroke ?? "").toLowerCase() === PAPER;
  return { points, width: Number(found.strokeWidth) * own * scale, eraser };
}

/**
 * Apply an object's own transform about its centre to its points.
 * @param {Float64Array} points
 * @param {FabricPath} found
 */
function moveTo(points, found) {
  const [left, top, right, bottom] = extent(points);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const [a, b, c, d] = matrix(found);
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] - middleX, points[at + 1] - middleY];
    points[at] = a * x + b * y + (found.left ?? middleX);
    points[at + 1] = c * x + d * y + (found.top ?? middleY);
  }
}

/**
 * Compose rotation, flip and scale, and skew, in the order of Fabric.js.
 * @param {FabricPath} found
 * @returns {Matrix}
 */
function matrix(found) {
  const [angle, skewX, skewY] = [found.angle ?? 0, found.skewX ?? 0, found.skewY ?? 0].map(
    (degrees) => (degrees * Math.PI) / 180,
  );
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const x = (found.scaleX ?? 1) * (found.flipX ? -1 : 1);
  const y = (found.scaleY ?? 1) * (found.flipY ? -1 : 1);
  const placed = product([cos, -sin, sin, cos], [x, 0, 0, y]);
  return product(product(placed, [1, Math.tan(skewX), 0, 1]), [1, 0, Math.tan(skewY), 1]);
}

/**
 * @param {Matrix} one
 * @param {Matrix} other
 * @returns {Matrix}
 */
function product([a, b, c, d], [e, f, g, h]) {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

/** @param {Stroke} stroke */
function check({ points, width }) {
  const within = points.every((value) => Math.abs(value) <= FARTHEST);
  if (!points.length || !within || !(width > 0 && width <= FARTHEST))
    throw new RangeError(
      "A stroke arrived with a point or pen width that is out of range; it must be " +
        "a list of [x, y] points, all numbers up to 10,000.",
    );
}
