// Follows the pen on st_canvas while it moves. The canvas tells nobody about a stroke before it is
// finished, so its mouse and touch events are heard here, and strokes made of them as its drawing
// library, Fabric.js, makes them (PencilBrush): what is drawn here is what the canvas shows.

const PIXEL = "canvas.upper-canvas";
const DECIMATE = 0.4; // canvas pixels; Fabric drops points closer than this to the one before
const NUDGE = 1000; // Fabric lengthens a stroke by this share of its width, so that a dot shows
const AFTER_TOUCH = 400; // milliseconds in which Fabric takes no mouse button after a finger

/**
 * A point in the canvas's own pixels.
 * @typedef {{ x: number, y: number }} Point
 */

/**
 * A finished or growing stroke, as Fabric.js writes it into its JSON.
 * @typedef {{ type: string, path: any[][], stroke: string, strokeWidth: number }} PathObject
 */

/**
 * The place of a canvas on the screen, in CSS pixels.
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 */

/**
 * What the canvas draws with; `brush` changes whenever the canvas gets a new one, even of this kind.
 * @typedef {{ width: number, colour: string, brush?: number }} Pen
 */

/**
 * Fabric's smooth path through points: quadratic curves between the middles of neighbours.
 * @param {Point[]} points
 * @param {number} width of the pen
 * @returns {any[][]}
 */
export function smoothPath(points, width) {
  const nudge = width / NUDGE;
  const many = points.length > 2;
  let before = points[0];
  let next = points[1] || points[0];
  let [x, y] = many ? direction(points[2], next) : [1, 0];
  /** @type {any[][]} */
  const path = [["M", before.x - x * nudge, before.y - y * nudge]];
  for (let each = 1; each < points.length; each++) {
    if (before.x !== next.x || before.y !== next.y) {
      path.push(["Q", before.x, before.y, (before.x + next.x) / 2, (before.y + next.y) / 2]);
    }
    before = points[each];
    if (each + 1 < points.length) next = points[each + 1];
  }
  if (many) [x, y] = direction(before, points[points.length - 2]);
  path.push(["L", before.x + x * nudge, before.y + y * nudge]);
  return path;
}

/**
 * @param {Point} to
 * @param {Point} from
 */
function direction(to, from) {
  return [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
}

/**
 * Drop points that are closer than 0.4 pixels to the one before, as Fabric does at the end.
 * @param {Point[]} points
 * @returns {Point[]}
 */
export function decimated(points) {
  if (points.length <= 2) return points;
  const last = points.length - 1;
  const kept = [points[0]];
  for (const point of points.slice(1, last - 1)) {
    const { x, y } = kept[kept.length - 1];
    if ((x - point.x) ** 2 + (y - point.y) ** 2 >= DECIMATE ** 2) kept.push(point);
  }
  kept.push(points[last]);
  return kept;
}

/**
 * The stroke's JSON.
 * @param {Point[]} points
 * @param {Pen} pen
 * @returns {PathObject}
 */
function object(points, pen) {
  const path = smoothPath(points, pen.width);
  return { type: "Path", path, stroke: pen.colour, strokeWidth: pen.width };
}

/**
 * The canvas under an event, if it is one to draw on.
 * @param {Event} event
 * @returns {HTMLCanvasElement | null}
 */
function canvasOf(event) {
  const target = event.composedPath()[0];
  return target instanceof HTMLCanvasElement && target.matches(PIXEL) ? target : null;
}

/**
 * Whether the canvas still has the brush with which a stroke began. A new one, which comes with
 * another tool and with another drawing, knows nothing of the points before it.
 * @param {Pen} one
 * @param {Pen} other
 */
function sameBrush(one, other) {
  return one.width === other.width && one.colour === other.colour && one.brush === other.brush;
}

/**
 * Follow the pen on every canvas of the document.
 * @param {{
 *   pen: () => Pen,
 *   moved: (stroke: PathObject) => void,
 *   lifted: (stroke: PathObject) => void,
 *   cut: (stroke: PathObject) => void,
 *   lost: () => void,
 * }} told `pen` is asked at each move; `moved` is called at each move, `lifted` at the end, or `lost`
 *   if the canvas was replaced meanwhile, as when another page is shown. `cut` is called with what
 *   was drawn before the canvas got a new brush, as when it was told of another drawing: it has
 *   forgotten that, and knows only what is drawn from then on; if nothing is, `lost` follows.
 * @returns {(event: Event, canvas: HTMLCanvasElement | null, box: Box) => void} takes an event that
 *   came before: with the canvas that it was on, and where the canvas that is drawn on was then
 */
export function followPen(told) {
  /** @type {{ canvas: HTMLCanvasElement, points: Point[], pen: Pen } | null} */
  let stroke = null;
  /** @type {number | null} */
  let finger = null; // the one that draws, until all are lifted
  let touched = -Infinity; // when the last finger was lifted

  /**
   * @param {MouseEvent | Touch} at
   * @param {boolean} straight whether the last point is replaced, as with the shift key
   * @param {Box} [box] where the canvas was on the screen; by default, where it is
   */
  function add(at, straight, box) {
    if (!stroke) return;
    if (!stroke.canvas.isConnected) return;
    const pen = told.pen();
    if (!sameBrush(pen, stroke.pen)) {
      cut(stroke.points, pen);
      stroke = { canvas: stroke.canvas, points: [], pen };
    }
    const { canvas, points } = stroke;
    const { left, top, width, height } = box ?? canvas.getBoundingClientRect();
    const x = ((at.clientX - left) * canvas.width) / (width || canvas.width);
    const y = ((at.clientY - top) * canvas.height) / (height || canvas.height);
    const last = points[points.length - 1];
    if (points.length > 1 && last.x === x && last.y === y) return;
    if (straight && points.length > 1) points.pop();
    points.push({ x, y });
    if (points.length > 1) told.moved(object(points, stroke.pen));
  }

  /**
   * @param {Point[]} points
   * @param {Pen} pen the new one: a tool that was chosen is meant for the whole stroke
   */
  function cut(points, pen) {
    if (points.length) told.cut(object(decimated(points), pen));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MouseEvent | Touch} at
   * @param {boolean} straight
   * @param {Box} [box]
   */
  function begin(canvas, at, straight, box) {
    stroke = { canvas, points: [], pen: told.pen() };
    add(at, straight, box);
    add(at, straight, box); // Fabric begins with two points in one place
  }

  function end() {
    if (!stroke) return;
    const { canvas, points, pen } = stroke;
    stroke = null;
    const now = told.pen();
    if (!canvas.isConnected || !points.length) told.lost();
    else if (sameBrush(pen, now)) told.lifted(object(decimated(points), pen));
    else {
      cut(points, now);
      told.lost();
    }
  }

  /** @type {Record<string, (event: any, canvas: HTMLCanvasElement | null, box?: Box) => void>} */
  const heard = {
    mousedown(event, canvas, box) {
      const fingers = finger !== null || event.timeStamp - touched < AFTER_TOUCH;
      if (canvas && event.button === 0 && !fingers) begin(canvas, event, event.shiftKey, box);
    },
    mousemove(event, canvas, box) {
      if (finger === null) add(event, event.shiftKey, box);
    },
    mouseup(event) {
      if (finger === null && event.button === 0) end();
    },
    touchstart(event, canvas, box) {
      if (!canvas) return;
      const [touch] = event.changedTouches;
      if (finger === null) finger = touch.identifier;
      if (touch.identifier === finger) begin(canvas, touch, event.shiftKey, box);
    },
    touchmove(event, canvas, box) {
      const [touch] = event.changedTouches;
      if (touch.identifier === finger) add(touch, event.shiftKey, box);
    },
    touchend(event) {
      if (finger === null || event.touches.length) return;
      finger = null;
      touched = event.timeStamp;
      end();
    },
  };
  for (const name of Object.keys(heard)) {
    const listener = (/** @type {Event} */ event) => heard[name](event, canvasOf(event));
    document.addEventListener(name, listener, { capture: true, passive: true });
  }
  return (event, canvas, box) => heard[event.type](event, canvas, box);
}
