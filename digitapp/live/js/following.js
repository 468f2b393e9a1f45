// The pen's strokes on their way into the drawing.

import { followPen } from "./pen.js";

/** @typedef {import("./drawing.js").LiveDrawing} LiveDrawing */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./pen.js").Pen} Pen */

/**
 * Draw what the pen draws on any canvas of the document.
 * @param {LiveDrawing} drawing
 * @param {() => Pen} pen asked at each move
 * @param {() => void} changed called after each change
 */
export function follow(drawing, pen, changed) {
  /** @param {(stroke: PathObject) => void} change */
  const told = (change) => (/** @type {PathObject} */ stroke) => {
    change(stroke);
    changed();
  };
  followPen({
    pen,
    moved: told((stroke) => drawing.moved(stroke)),
    lifted: told((stroke) => drawing.lifted(stroke)),
    cut: told((stroke) => drawing.cut(stroke)),
    lost() {
      drawing.lost();
      changed();
    },
  });
}
