// The pen's strokes on their way into the drawing.

import { followPen } from "./pen.js";

/** @typedef {import("./drawing.js").LiveDrawing} LiveDrawing */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./pen.js").Pen} Pen */

/**
 * Draw what the pen draws on any canvas of the document, and what it has drawn while this was loaded.
 * @param {LiveDrawing} drawing
 * @param {object} live
 * @param {Pen} live.pen asked at each move
 * @param {() => void} live.drawn called after each change
 * @param {(answer: DigitappDrawing) => void} live.know called with what the server said meanwhile
 */
export function follow(drawing, live) {
  /** @param {(stroke: PathObject) => void} change */
  const told = (change) => (/** @type {PathObject} */ stroke) => {
    change(stroke);
    live.drawn();
  };
  const hear = followPen({
    pen: () => live.pen,
    moved: told((stroke) => drawing.moved(stroke)),
    lifted: told((stroke) => drawing.lifted(stroke)),
    cut: told((stroke) => drawing.cut(stroke)),
    lost() {
      drawing.lost();
      live.drawn();
    },
  });
  for (const { event, canvas, box, pressed, answer } of window.digitappEarly?.take() ?? []) {
    if (event && box) hear(event, canvas ?? null, box);
    if (pressed) drawing.pressed();
    if (answer) live.know(answer);
  }
}
