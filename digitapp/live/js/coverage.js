// How much of a pixel the pen covers: the one definition of ink, as in
// digitapp/drawing/coverage.py.

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * Return the ink of strokes on a sheet, row by row: for each pixel radius + 0.5 - distance, limited
 * to 0..1. Strokes of several widths overlap by the maximum.
 * @param {readonly Stroke[]} strokes in pixels of the sheet, without the eraser's
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array}
 */
export function coverage(strokes, width, height) {
  const ink = new Float32Array(width * height);
  for (const pen of new Set(strokes.map((stroke) => stroke.width))) {
    const squares = new Float64Array(width * height).fill(Infinity);
    for (const stroke of strokes) {
      if (stroke.width === pen) approach(squares, width, stroke.points, pen / 2 + 0.5);
    }
    for (let at = 0; at < ink.length; at++) {
      const covered = 0.5 - (Math.sqrt(squares[at]) - pen / 2);
      ink[at] = Math.max(ink[at], Math.min(covered, 1));
    }
  }
  return ink;
}

/**
 * Lower the squared distances of the pixels within reach of a line to those to its segments.
 * @param {Float64Array} squares row by row
 * @param {number} width the sheet's
 * @param {Float64Array} points
 * @param {number} reach
 */
function approach(squares, width, points, reach) {
  const height = squares.length / width;
  for (let at = 0; at < Math.max(points.length - 2, 2); at += 2) {
    const [x, y] = [points[at], points[at + 1]];
    const [endX, endY] = points.length > 2 ? [points[at + 2], points[at + 3]] : [x, y];
    const [wayX, wayY] = [endX - x, endY - y];
    const length = wayX * wayX + wayY * wayY || 1;
    const lastRow = Math.min(Math.floor(Math.max(y, endY) + reach), height - 1);
    const lastColumn = Math.min(Math.floor(Math.max(x, endX) + reach), width - 1);
    for (let row = Math.max(Math.ceil(Math.min(y, endY) - reach), 0); row <= lastRow; row++) {
      let column = Math.max(Math.ceil(Math.min(x, endX) - reach), 0);
      for (; column <= lastColumn; column++) {
        const [across, down] = [column - x, row - y];
        const along = Math.min(Math.max((across * wayX + down * wayY) / length, 0), 1);
        const [right, below] = [across - along * wayX, down - along * wayY];
        const square = right * right + below * below;
        if (square < squares[row * width + column]) squares[row * width + column] = square;
      }
    }
  }
}
