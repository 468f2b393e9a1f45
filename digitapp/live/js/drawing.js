// The drawing that a canvas shows right now: the strokes that the server knows, those that it will
// hear of, and the one that the pen is drawing.

import { checkLength, fromCanvasObjects } from "./strokes.js";

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
    /** @type {PathObject | null} */
    this.current = null;
  }

  /**
   * Take what the server knows: it was told of some pending strokes meanwhile, or changed the
   * drawing itself.
   * @param {PathObject[]} objects
   * @param {number} revision increases each time the server tells the canvas what to show
   * @param {number} scale units of the drawing in a pixel of the canvas
   */
  answered(objects, revision, scale) {
    if (revision !== this.revision) this.pending = [];
    else {
      const more = objects.slice(this.known.length);
      const heard = this.pending.map((own) => more.some((other) => same(own, other)));
      this.pending.splice(0, Math.max(heard.lastIndexOf(true) + 1, more.length));
    }
    this.revision = revision;
    this.scale = scale;
    this.known = objects;
  }

  /** @param {PathObject} stroke */
  moved(stroke) {
    this.current = stroke;
  }

  /** @param {PathObject} stroke */
  lifted(stroke) {
    this.current = null;
    this.pending.push(stroke);
  }

  /** Forget the stroke that the pen is drawing: no canvas has it. */
  lost() {
    this.current = null;
  }

  /** Whether the server knows all that is drawn. */
  get settled() {
    return !this.current && !this.pending.length;
  }

  /** The number of strokes. */
  get count() {
    return this.known.length + this.pending.length + (this.current ? 1 : 0);
  }

  /**
   * @returns {Stroke[]} in the units of the drawing
   * @throws {RangeError} as fromCanvasObjects
   */
  strokes() {
    const strokes = [...this.known, ...this.pending].flatMap((each) => this.converted(each));
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
function same(one, other) {
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
