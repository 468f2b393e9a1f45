// The live reading: in each frame in which the drawing changed, prepare it, run the networks and
// tell the views. There is one for the document, whichever page is shown.

import { LiveDrawing } from "./drawing.js";
import { prepared } from "./ink.js";
import { Networks } from "./networks.js";
import { followPen } from "./pen.js";
import { interpret } from "./reading.js";

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
 * @property {boolean} drawing whether the pen is down
 * @property {boolean} settled whether the server knows all of the drawing
 * @property {any} record the server's latest reading
 * @property {Map<string, Result>} results by network
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
    });
  }

  /** @param {Told} told */
  answered(told) {
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

  /** Update the views in the next frame. */
  refresh() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.waiting = 0;
    const { told, drawing } = this;
    if (!told || !this.views.size) return;
    const strokes = drawing.strokes();
    const activations = [...this.views].some((view) => view.activations);
    const results = new Map(
      told.networks.map((each) => [each.name, this.read(each, strokes, activations)]),
    );
    const { count, settled, current } = drawing;
    const { record } = told;
    const frame = { strokes, count, settled, drawing: current !== null, record, results };
    for (const view of this.views) view.update(frame);
  }

  /**
   * @param {NetworkTold} told
   * @param {Stroke[]} strokes
   * @param {boolean} activations whether those of all layers are wanted
   * @returns {Result}
   */
  read({ address, problem, preparation }, strokes, activations) {
    const image = prepared(strokes, preparation);
    const found = problem ? new Error(problem) : this.networks.get(address);
    const empty = { description: null, prepared: image, prediction: null, activations: [] };
    if (!found) return { ...empty, state: "loading", problem: "" };
    if (found instanceof Error) return { ...empty, state: "unavailable", problem: found.message };
    const known = { ...empty, description: found.description, problem: "" };
    if (!image) return { ...known, state: "blank" };
    const run = found.run(image.image, { activations });
    const prediction = interpret(run.outputs, found.description.class_names);
    return { ...known, state: "ready", prediction, activations: run.activations };
  }
}
