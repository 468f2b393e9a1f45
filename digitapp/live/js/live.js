// The live reading: in each frame in which the drawing changed, prepare it, run the networks and
// tell the views. There is one for the document, whichever page is shown.

import { LiveDrawing } from "./drawing.js";
import { prepared } from "./ink.js";
import { Networks } from "./networks.js";
import { followPen } from "./pen.js";
import { interpret } from "./reading.js";

const BUDGET = 12; // milliseconds of a frame in which networks read; the pen needs the rest

/** @typedef {import("./ink.js").Prepared} Prepared */
/** @typedef {import("./mounts.js").Mounted} Mounted */
/** @typedef {import("./ink.js").Preparation} Preparation */
/** @typedef {import("./network.js").LayerOutput} LayerOutput */
/** @typedef {import("./network.js").Description} Description */
/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./reading.js").Prediction} Prediction */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * What the server says of the drawing.
 * @typedef {object} Told
 * @property {PathObject[]} objects on the canvas
 * @property {number} revision increases each time the server tells the canvas what to show
 * @property {Pen} pen
 * @property {number} scale units of the drawing in a pixel of the canvas
 * @property {NetworkTold[]} networks those that read
 * @property {any} record the server's reading with the first of them
 */

/**
 * A network: its address, empty if it cannot be had, and then why not.
 * @typedef {{ name: string, address: string, problem?: string, preparation: Preparation }} NetworkTold
 */

/**
 * One frame, for the views.
 * @typedef {object} Frame
 * @property {Stroke[]} strokes
 * @property {number} count of strokes
 * @property {boolean} settled whether the server knows all of the drawing
 * @property {any} record the server's latest reading
 * @property {Map<string, Result>} results by network; of many, some may still be of the frame before
 */

/**
 * What one network makes of the drawing.
 * @typedef {object} Result
 * @property {"loading" | "ready" | "blank" | "unavailable"} state
 * @property {string} problem why it is unavailable
 * @property {Description | null} description
 * @property {Prepared | null} prepared
 * @property {Prediction | null} prediction
 * @property {LayerOutput[]} activations
 */

export class Live {
  /**
   * @param {string} base address of the app, ending with a slash
   * @param {string} vendor address of the vendored files, ending with a slash
   */
  constructor(base, vendor) {
    this.networks = new Networks(base, vendor, () => this.refresh());
    this.drawing = new LiveDrawing();
    /** @type {Told | null} */
    this.told = null;
    /** @type {Set<Mounted>} */
    this.views = new Set();
    /** @type {Map<string, {state: number, result: Result}>} by network: what it read, and of what */
    this.readings = new Map();
    this.state = 0; // increases with every change of what there is to read
    this.turn = 0; // of the network that reads next
    this.waiting = 0;
    followPen({
      pen: () => (this.told ? this.told.pen : { width: 1, colour: "#000000" }),
      moved: (stroke) => {
        this.drawing.moved(stroke);
        this.refresh();
      },
      lifted: (stroke) => {
        this.drawing.lifted(stroke);
        this.refresh();
      },
      lost: () => {
        this.drawing.lost();
        this.refresh();
      },
    });
  }

  /** @param {Told} told */
  answered(told) {
    const addresses = (/** @type {Told} */ { networks }) => networks.map(({ address }) => address).join();
    if (this.told && addresses(this.told) !== addresses(told)) this.readings.clear();
    this.told = told;
    this.drawing.answered(told.objects, told.revision, told.scale);
    this.networks.want(told.networks.map(({ address }) => address).filter(Boolean));
    this.refresh();
  }

  /** @param {Mounted} view */
  add(view) {
    this.views.add(view);
    this.refresh();
  }

  /** @param {Mounted} view */
  remove(view) {
    this.views.delete(view);
  }

  /** Read what has changed, and update the views, in the next frame. */
  refresh() {
    this.state += 1;
    this.goOn();
  }

  goOn() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.waiting = 0;
    const { told, drawing } = this;
    if (!told || !this.views.size) return;
    const { strokes, problem } = usable(drawing);
    const results = this.read(told, strokes, problem);
    const { count, settled } = drawing;
    const frame = { strokes, count, settled, record: told.record, results };
    for (const view of this.views) view.update(frame);
  }

  /**
   * Read with as many networks as there is time for, in turn; the others follow in later frames.
   * @param {Told} told
   * @param {Stroke[]} strokes
   * @param {string} problem why there are none, if the drawing cannot be used
   */
  read({ networks }, strokes, problem) {
    const began = performance.now();
    const look = looked(strokes);
    const activations = [...this.views].some((view) => view.activations);
    for (let left = networks.length; left > 0; left--) {
      const each = networks[this.turn % networks.length];
      if (this.readings.get(each.name)?.state !== this.state) {
        const one = problem ? { ...each, problem } : each;
        const result = this.result(one, look(each.preparation), activations);
        this.readings.set(each.name, { state: this.state, result });
      }
      this.turn = (this.turn + 1) % networks.length;
      if (performance.now() - began < BUDGET || left === 1) continue;
      this.goOn();
      break;
    }
    return new Map(
      networks.flatMap(({ name }) => {
        const found = this.readings.get(name);
        return found ? [[name, found.result]] : [];
      }),
    );
  }

  /**
   * @param {NetworkTold} told
   * @param {Prepared | null} seen
   * @param {boolean} activations whether those of all layers are wanted
   * @returns {Result}
   */
  result({ address, problem }, seen, activations) {
    const found = problem ? new Error(problem) : this.networks.get(address);
    const empty = { description: null, prepared: seen, prediction: null, activations: [] };
    if (!found) return { ...empty, state: "loading", problem: "" };
    if (found instanceof Error) return { ...empty, state: "unavailable", problem: found.message };
    const known = { ...empty, description: found.description, problem: "" };
    if (!seen) return { ...known, state: "blank" };
    try {
      const run = found.run(seen.image, { activations });
      const prediction = interpret(run.outputs, found.description.class_names);
      return { ...known, state: "ready", prediction, activations: run.activations };
    } catch (error) {
      // It may have run out of memory; the server still reads, and the next frame tries again.
      return { ...empty, state: "unavailable", problem: String(error) };
    }
  }
}

/**
 * @param {LiveDrawing} drawing
 * @returns {{ strokes: Stroke[], problem: string }} why there are none, if it cannot be used
 */
function usable(drawing) {
  try {
    return { strokes: drawing.strokes(), problem: "" };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { strokes: [], problem: error.message };
  }
}

/**
 * Return a function that prepares strokes, once for all networks of the same preparation.
 * @param {Stroke[]} strokes
 */
function looked(strokes) {
  /** @type {Map<string, Prepared | null>} */
  const seen = new Map();
  return (/** @type {Preparation} */ how) => {
    const key = JSON.stringify(how);
    const found = seen.get(key);
    if (found !== undefined) return found;
    const made = prepared(strokes, how);
    seen.set(key, made);
    return made;
  };
}
