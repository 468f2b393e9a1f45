// The sheet of paper on which examples are drawn. It answers to nobody: what is drawn, kept and
// cleared is so at once, however busy the server is.

export const SIDE = 280; // units on a side
export const WIDTH = 14; // of the pen, in units
const NEAR = 0.5; // units; points closer than this to the one before are left out
const FINE = 10; // places in a unit
const PALM = 500; // ms after a stylus in which a finger is the hand that holds it

/**
 * A stroke; its times are as of performance.now, 0 where they are not known any more.
 * @typedef {{ points: number[], began: number, ended: number }} Line
 */

export class Sheet {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Line[]} lines that are drawn; changed in place
   * @param {(down: boolean) => void} changed called when the pen touches the paper and leaves it
   */
  constructor(canvas, lines, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.lines = lines;
    /** @type {number | null} */
    this.pointer = null;
    this.stylus = -PALM;
    const heard = {
      pointerdown: this.begin,
      pointermove: this.go,
      pointerup: this.end,
      pointercancel: this.end,
      lostpointercapture: this.end,
    };
    for (const [name, act] of Object.entries(heard)) {
      canvas.addEventListener(name, (event) => act.call(this, /** @type {PointerEvent} */ (event)));
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  get down() {
    return this.pointer !== null;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button || this.down) return; // a second finger draws nothing
    if (event.pointerType === "pen") this.stylus = event.timeStamp;
    else if (event.pointerType === "touch" && event.timeStamp - this.stylus < PALM) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    const now = performance.now();
    this.lines.push({ points: this.at(event), began: now, ended: now });
    this.ink(this.lines[this.lines.length - 1], 0);
    this.changed(true);
  }

  /** @param {PointerEvent} event */
  go(event) {
    if (event.pointerType === "pen") this.stylus = event.timeStamp;
    if (event.pointerId !== this.pointer) return;
    const line = this.lines[this.lines.length - 1];
    const before = line.points.length;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) {
      const [x, y] = this.at(each);
      const [lastX, lastY] = line.points.slice(-2);
      if (Math.hypot(x - lastX, y - lastY) >= NEAR) line.points.push(x, y);
    }
    if (line.points.length > before) this.ink(line, before - 2);
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (event.pointerType === "pen") this.stylus = event.timeStamp;
    if (event.pointerId === this.pointer) this.finish();
  }

  finish() {
    this.pointer = null;
    this.lines[this.lines.length - 1].ended = performance.now();
    this.changed(false);
  }

  /** @param {number} from how many of the first lines to take away @returns {Line[]} those */
  take(from) {
    const taken = this.lines.splice(0, from);
    this.paint();
    return taken;
  }

  /** @param {Line[]} lines put beneath what is drawn */
  putBack(lines) {
    this.lines.unshift(...lines);
    this.paint();
  }

  undo() {
    this.lines.pop();
    this.paint();
  }

  /** @param {PointerEvent} event @returns {number[]} the place in units */
  at({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const places = [clientX - left, clientY - top].map((each) => (each / width) * SIDE);
    return places.map((each) => Math.round(Math.min(Math.max(each, 0), SIDE) * FINE) / FINE);
  }

  fit() {
    const side = Math.round(this.canvas.clientWidth * (window.devicePixelRatio || 1));
    if (!side || side === this.canvas.width) return;
    this.canvas.width = this.canvas.height = side;
    this.paint();
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    pen?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const line of this.lines) this.ink(line, 0);
  }

  /** @param {Line} line @param {number} from the first of its numbers to draw */
  ink({ points }, from) {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const scale = this.canvas.width / SIDE;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: WIDTH });
    pen.beginPath();
    pen.moveTo(points[from], points[from + 1]);
    for (let at = from; at < points.length; at += 2) pen.lineTo(points[at], points[at + 1]);
    pen.stroke();
    pen.setTransform(1, 0, 0, 1, 0, 0);
  }
}
