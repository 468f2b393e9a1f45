// The paper: a canvas to draw on with a mouse, a pen or a finger.

const SIDE = 280; // units of a drawing
const PEN = 20; // units, as on the app's canvas at first
const INK = "#000000";

/** @typedef {import("../../live/js/strokes.js").Stroke} Stroke */
/** @typedef {{pointer: number, points: number[]}} Growing */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} changed Called after each change of the drawing.
 */
export function paper(canvas, changed) {
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {number[][]} */
  let lines = []; // x and y of each point, in units
  /** @type {Growing | null} */
  let growing = null;

  /** @param {PointerEvent} event */
  function add(event) {
    if (!growing) return;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const x = ((event.clientX - left) * SIDE) / width;
    const y = ((event.clientY - top) * SIDE) / height;
    const { points } = growing;
    if (points[points.length - 2] === x && points[points.length - 1] === y) return;
    points.push(x, y);
    paint(points.slice(-4));
  }

  /** @param {number[]} points */
  function paint(points) {
    brush.setTransform(canvas.width / SIDE, 0, 0, canvas.height / SIDE, 0, 0);
    brush.lineCap = brush.lineJoin = "round";
    brush.lineWidth = PEN;
    brush.strokeStyle = INK;
    brush.beginPath();
    brush.moveTo(points[0], points[1]);
    if (points.length === 2) brush.lineTo(points[0], points[1]);
    for (let at = 2; at < points.length; at += 2) brush.lineTo(points[at], points[at + 1]);
    brush.stroke();
  }

  function repaint() {
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, canvas.width, canvas.height);
    for (const points of lines) paint(points);
    changed();
  }

  // A stroke is no gesture: without this, Chromium takes its end for a fling, and a tap on Undo
  // right after it for the tap that stops the fling.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (growing || event.button !== 0) return; // a second finger, or another button
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    growing = { pointer: event.pointerId, points: [] };
    lines.push(growing.points);
    add(event);
    changed();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (growing?.pointer !== event.pointerId) return;
    const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of between.length ? between : [event]) add(each);
    changed();
  });

  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => {
      if (growing?.pointer !== /** @type {PointerEvent} */ (event).pointerId) return;
      growing = null;
      changed();
    });
  }

  return {
    /** @returns {Stroke[]} */
    strokes: () =>
      lines.map((points) => ({ points: new Float64Array(points), width: PEN, eraser: false })),
    undo() {
      growing = null;
      lines.pop();
      repaint();
    },
    clear() {
      growing = null;
      lines = [];
      repaint();
    },
  };
}
