// The drawing as it is meant to be right now: the strokes that the server knows, those that it will
// hear of, and the one that the pen is drawing. When the server replaces the drawing, as after Clear,
// the canvas forgets the strokes that were drawn while the answer was on its way, and never reports
// them. Those are told from here.

import { checkLength, fromCanvasObjects } from "./strokes.js";

/** @typedef {import("./own_drawing.js").OwnDrawing} OwnDrawing */
/** @typedef {import("./drawing_orders.js").What} What */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/** @type {WeakMap<PathObject, Stroke[]>} */
const converted = new WeakMap();

export class LiveDrawing {
  constructor() {
    this.scale = 1;
    this.revision = -1; // of what the server told the canvas to show
    /** @type {PathObject[]} */
    this.known = [];
    /** @type {PathObject[]} */
    this.pending = [];
    this.told = 0; // how many of the known ones the canvas was told to show; it has drawn the rest
    /** @type {PathObject[]} */
    this.forgotten = []; // by the canvas when it was told, and not yet known to the server
    /** @type {PathObject | null} */
    this.current = null;
    this.down = false; // whether the pen is
    this.presses = 0; // of buttons that change the drawing
    this.begun = 0; // how many there had been when the current stroke began
    /** @type {WeakMap<PathObject, number>} */
    this.after = new WeakMap(); // how many there had been when the pending ones began
    /** @type {OwnDrawing | null} */
    this.own = null; // in place of all that, while the server is away
  }

  /** Note that a button was pressed that clears the drawing, or takes or brings back a stroke. */
  pressed() {
    this.presses += 1;
  }

  /**
   * Take what the server knows: it was told of some pending strokes meanwhile, or changed the
   * drawing itself.
   * @param {PathObject[]} objects
   * @param {number} revision increases each time the server tells the canvas what to show
   * @param {number} scale units of the drawing in a pixel of the canvas
   */
  answered(objects, revision, scale) {
    if (this.own) {
      Object.assign(this, { known: objects, told: objects.length, revision, scale });
      return;
    }
    if (revision !== this.revision) {
      if (this.revision >= 0) this.forgotten.push(...this.pending);
      this.pending = [];
      this.told = objects.length;
    } else {
      const more = objects.slice(this.known.length);
      const heard = this.pending.map((own) => more.some((other) => same(own, other)));
      this.pending.splice(0, Math.max(heard.lastIndexOf(true) + 1, more.length));
    }
    this.revision = revision;
    this.scale = scale;
    this.known = objects;
    // What began before a press was meant to be changed by it.
    this.forgotten = this.forgotten.filter(
      (own) => this.after.get(own) === this.presses && !objects.some((other) => same(own, other)),
    );
  }

  /**
   * Return the strokes that the server is to be told of now. It then tells the canvas, which would
   * forget again what the pen draws meanwhile; so this waits until the server knows all the rest.
   * @returns {PathObject[]}
   */
  toHandOver() {
    return this.own || this.down || this.pending.length ? [] : [...this.forgotten];
  }

  /** @returns {What} an order by which the server would know all that it does not yet */
  rest() {
    return { act: "add", forgotten: this.forgotten, drawn: this.pending };
  }

  /** @param {OwnDrawing} own what is drawn, from now on */
  takeOver(own) {
    this.own = own;
    this.pending = [];
    this.forgotten = [];
  }

  /** Go on with what the server knows. */
  goOn() {
    this.own = null;
  }

  /** @param {PathObject[]} strokes that the server has taken, and perhaps changed since */
  handedOver(strokes) {
    this.forgotten = this.forgotten.filter((own) => !strokes.includes(own));
  }

  /** @param {PathObject} stroke */
  moved(stroke) {
    if (!this.down) this.begun = this.presses;
    this.down = true;
    this.current = stroke;
  }

  /** @param {PathObject} stroke */
  lifted(stroke) {
    if (this.own) {
      this.lost();
      this.own.add(stroke);
      return;
    }
    this.after.set(stroke, this.down ? this.begun : this.presses);
    this.lost();
    this.pending.push(stroke);
  }

  /**
   * Take the part of a stroke that was drawn before the canvas got a new brush, and forgot it. The
   * pen may go on with the rest.
   * @param {PathObject} stroke
   */
  cut(stroke) {
    this.current = null;
    if (this.begun !== this.presses) return; // it was begun before the press that changed the drawing
    this.after.set(stroke, this.begun);
    this.forgotten.push(stroke);
  }

  /** Forget the stroke that the pen is drawing: no canvas has it. */
  lost() {
    this.down = false;
    this.current = null;
  }

  /** Whether the server knows all that is drawn. */
  get settled() {
    return !this.own && !this.current && !this.pending.length && !this.forgotten.length;
  }

  /** The strokes that the pen has finished, in their order. */
  get finished() {
    if (this.own) return this.own.objects;
    const [told, since] = [this.known.slice(0, this.told), this.known.slice(this.told)];
    return [...told, ...this.forgotten, ...since, ...this.pending];
  }

  /** The number of strokes. */
  get count() {
    return this.finished.length + (this.current ? 1 : 0);
  }

  /**
   * @returns {Stroke[]} in the units of the drawing
   * @throws {RangeError} as fromCanvasObjects
   */
  strokes() {
    const strokes = this.finished.flatMap((each) => this.converted(each));
    if (this.current) strokes.push(...fromCanvasObjects([this.current], this.scale));
    checkLength(strokes);
    return strokes;
  }

  /** @param {PathObject} object */
  converted(object) {
    let found = converted.get(object);
    if (!found) {
      found = fromCanvasObjects([object], this.scale);
      converted.set(object, found);
    }
    return found;
  }
}

/**
 * Whether two strokes begin and end at the same places.
 * @param {PathObject} one
 * @param {PathObject} other
 */
export function same(one, other) {
  const ends = (/** @type {PathObject} */ { path }) => [path[0], path[path.length - 1]];
  return (other.path || false) && close(ends(one).flat(), ends(other).flat());
}

/**
 * @param {any[]} these
 * @param {any[]} those
 */
function close(these, those) {
  return these.every((each, at) => each === those[at] || Math.abs(each - those[at]) < 1e-3);
}

/**
 * Return the strokes of a drawing, unless it cannot be used.
 * @param {LiveDrawing} drawing
 * @returns {{ strokes: Stroke[], problem: string }} why there are none, if it cannot be used
 */
export function usable(drawing) {
  try {
    return { strokes: drawing.strokes(), problem: "" };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { strokes: [], problem: error.message };
  }
}
