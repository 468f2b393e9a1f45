// Distortions of drawings for the stress test, as in digitapp/evaluation/distortions.py: they apply
// to the strokes after their preparation, in the frame of 28x28 pixels.

import { coverage } from "./coverage.js";
import { prepared, SIDE } from "./ink.js";

/** @typedef {import("./ink.js").Preparation} Preparation */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * @typedef {object} Distortion
 * @property {number} rotation degrees, clockwise about the centre of the image
 * @property {number} shift_x pixels of the image, to the right
 * @property {number} shift_y pixels, down
 * @property {number} size percent, about the centre of the image; the pen's width does not change
 * @property {number} pen its width in pixels
 */

const MIDDLE = (SIDE - 1) / 2;

/**
 * Return strokes as they are painted for a network: in pixels of its image, with its pen.
 * @param {readonly Stroke[]} drawing
 * @param {Preparation} how
 * @returns {Stroke[] | null} null when there is no ink
 */
export function placedStrokes(drawing, how) {
  const found = prepared(drawing, how);
  if (!found) return null;
  const { left, top } = found.box;
  return found.strokes.map((stroke) => ({
    ...stroke,
    points: stroke.points.map((at, n) => at + (n % 2 ? top : left)),
  }));
}

/**
 * Scale and rotate strokes about the centre of the image, then shift them.
 * @param {readonly Stroke[]} strokes from `placedStrokes`
 * @param {Distortion} how
 * @returns {Stroke[]}
 */
export function distorted(strokes, how) {
  const [angle, scale] = [(how.rotation * Math.PI) / 180, how.size / 100];
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return strokes.map((stroke) => {
    const points = new Float64Array(stroke.points.length);
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = [stroke.points[at] - MIDDLE, stroke.points[at + 1] - MIDDLE];
      points[at] = x * cos - y * sin + (MIDDLE + how.shift_x);
      points[at + 1] = x * sin + y * cos + (MIDDLE + how.shift_y);
    }
    return { points, width: how.pen, eraser: false };
  });
}

/**
 * Draw strokes in the frame of 28x28 pixels.
 * @param {readonly Stroke[]} strokes
 * @param {Preparation | null} again with which they are prepared once more, if they are
 * @returns {Float32Array} 28 rows of 28, 0 paper to 1 ink
 */
export function image(strokes, again = null) {
  if (!again) return coverage(strokes, SIDE, SIDE);
  const found = prepared(strokes, again);
  return found ? found.image : new Float32Array(SIDE * SIDE);
}
