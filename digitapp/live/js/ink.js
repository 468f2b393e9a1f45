// From strokes to the 28x28 picture that a network reads, as digitapp/drawing/preprocessing.py
// makes it: the same arithmetic, in float64 up to the last step.

import { coverage } from "./coverage.js";
import { extent } from "./points.js";
import { remainingInk } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * How a dataset's images were prepared; digitapp/drawing/digit.py explains the values.
 * @typedef {object} Preparation
 * @property {number} box pixels
 * @property {boolean} by_mass
 * @property {number} pen pixels; 0 keeps the drawn widths
 */

/**
 * Ink in the box: `values` row by row, 0 paper to 1 ink; `left` and `top` are the box's first pixel
 * in the picture.
 * @typedef {{values: Float32Array, width: number, height: number, left: number, top: number}} Box
 */

/**
 * The picture, 28 rows of 28, 0 paper to 1 ink, and the steps to it: `bounds`, which the ink does
 * not leave, in the drawing's units; `strokes`, without what was erased, in pixels of the box, with
 * (0, 0) in the middle of its first pixel; and `box`, their ink.
 * @typedef {object} Prepared
 * @property {Float32Array} image
 * @property {{left: number, top: number, right: number, bottom: number}} bounds
 * @property {Stroke[]} strokes
 * @property {Box} box
 */

export const CANVAS_SIDE = 280; // units
export const SIDE = 28; // pixels of the picture
const CENTRE = 14;
const ROUNDING = 1e-6; // pixels: a side that is longer by less is not
const HALF = 1e-6; // pixels: as near to a half as this is a half, whatever the order of summing

/**
 * @param {readonly Stroke[]} drawing
 * @param {Preparation} how
 * @returns {Prepared | null} null when there is no ink, or none of it on the canvas
 */
export function prepared(drawing, how) {
  const left = remainingInk(drawing);
  if (!left.some(isOnCanvas)) return null;
  const { strokes, width, height } = boxed(left, how);
  const values = strengthened(coverage(strokes, width, height));
  const box = { values, width, height, ...corner(values, width, height, how) };
  return { image: centred(box), bounds: bounds(left, true), strokes, box };
}

/** @param {Stroke} stroke */
function isOnCanvas(stroke) {
  const { left, top, right, bottom } = bounds([stroke], true);
  return left < CANVAS_SIDE && top < CANVAS_SIDE && right > 0 && bottom > 0;
}

/**
 * Return the smallest and largest coordinates of strokes, or of their ink.
 * @param {readonly Stroke[]} strokes
 * @param {boolean} ofInk
 */
function bounds(strokes, ofInk) {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const stroke of strokes) {
    const margin = ofInk ? stroke.width / 2 : 0;
    const [left, top, right, bottom] = extent(stroke.points);
    found.left = Math.min(found.left, left - margin);
    found.top = Math.min(found.top, top - margin);
    found.right = Math.max(found.right, right + margin);
    found.bottom = Math.max(found.bottom, bottom + margin);
  }
  return found;
}

/**
 * Scale strokes into their box, with the dataset's pen or with their own, scaled.
 * @param {readonly Stroke[]} drawing
 * @param {Preparation} how
 * @returns {{strokes: Stroke[], width: number, height: number}}
 */
function boxed(drawing, { box, pen }) {
  const { left, top, right, bottom } = bounds(drawing, !pen);
  const widest = Math.max(...drawing.map((stroke) => stroke.width));
  const scale = (box - pen) / Math.max(right - left, bottom - top, widest);
  const strokes = drawing.map((stroke) => ({
    points: stroke.points.map((at, n) => (at - (n % 2 ? top : left)) * scale + pen / 2 - 0.5),
    width: pen || stroke.width * scale,
    eraser: false,
  }));
  const [width, height] = [right - left, bottom - top].map((side) =>
    Math.ceil(side * scale + pen - ROUNDING),
  );
  return { strokes, width, height };
}

/**
 * Make the strongest ink 1: that of a thin pen covers no pixel all.
 * @param {Float32Array} ink
 */
function strengthened(ink) {
  const strongest = ink.reduce((one, other) => Math.max(one, other));
  return strongest === 1 ? ink : ink.map((value) => value / strongest);
}

/**
 * Return the place of the centred box's first pixel in the picture.
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {Preparation} how
 */
function corner(values, width, height, how) {
  let [across, down] = [width / 2, height / 2];
  if (how.by_mass) {
    let mass = 0;
    across = down = 0;
    values.forEach((value, at) => {
      mass += value;
      across += value * (at % width);
      down += value * Math.floor(at / width);
    });
    across /= mass;
    down /= mass;
  }
  return {
    left: Math.min(Math.max(rounded(CENTRE - across), 0), SIDE - width),
    top: Math.min(Math.max(rounded(CENTRE - down), 0), SIDE - height),
  };
}

/**
 * Round to the nearest whole number, halves to the even one.
 * @param {number} value
 */
function rounded(value) {
  const whole = Math.floor(value);
  if (Math.abs(value - whole - 0.5) < HALF) return whole % 2 ? whole + 1 : whole;
  return Math.round(value);
}

/** @param {Box} box */
function centred({ values, width, height, left, top }) {
  const image = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < height; row++) {
    image.set(values.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  }
  return image;
}
