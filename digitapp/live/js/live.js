// The live reading: in each frame in which the drawing changed, prepare it, run the networks and
// tell the views. There is one for the document, whichever page is shown.

import { LiveDrawing, usable } from "./drawing.js";
import { DrawingOrders } from "./drawing_orders.js";
import { NO_EDITS } from "./edits.js";
import { follow } from "./following.js";
import { Frames } from "./frames.js";
import { atEpoch } from "./inside/epoch_network.js";
import { Inspection } from "./inside/inspection.js";
import { distorting, preparing } from "./looking.js";
import { Networks } from "./networks.js";
import { read } from "./reader.js";
import { Replay } from "./replay/replay.js";
import { followSliders } from "./sliders.js";
import { WithoutServer } from "./without_server.js";

const BUDGET = 12; // milliseconds of a frame in which networks read; the pen needs the rest
const NOT_ALL = -1; // in place of the state: its activations are still to be read
const RESTING = 150; // milliseconds without a change, after which there is time for slower work

/** @typedef {import("./distortions.js").Distortion} Distortion */
/** @typedef {import("./ink.js").Prepared} Prepared */
/** @typedef {import("./mounts.js").Mounted} Mounted */
/** @typedef {import("./ink.js").Preparation} Preparation */
/** @typedef {import("./looking.js").Look} Look */
/** @typedef {import("./looking.js").Seen} Seen */
/** @typedef {import("./looking.js").Trial} Trial */
/** @typedef {import("./network.js").LayerOutput} LayerOutput */
/** @typedef {import("./network.js").Description} Description */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./edits.js").Edits} Edits */
/** @typedef {import("./outbox.js").Message} Message */
/** @typedef {import("./inside/epoch_network.js").Epoch} Epoch */
/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./reader.js").Parts} Parts */
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
 * @property {Trial | null} trial in the stress test
 * @property {{ name: string, epochs: Epoch[] } | null} inside where the first network is looked into
 * @property {string} session of the server, which counts the orders about the drawing
 * @property {number} taken the number of the last one that it has carried out
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
 * @property {Tried | null} trial in the stress test
 * @property {Inspection} inspection of the first network
 * @property {Replay} replay of the pen's way
 * @property {boolean} resting whether nothing has changed for a while
 * @property {Map<string, Result>} results by network; of many, some may still be of the frame before
 */

/**
 * The stress test: the distortion now, the distorted picture, and which digit is meant by strokes
 * that the server has yet to hear of: what the first network reads before they are distorted.
 * @typedef {{ how: Distortion, image: Float32Array | null, meant: string | null }} Tried
 */

/**
 * What one network makes of the drawing. Where it reads the pen's way, too, `prediction` is what it
 * makes of both; where one looks into the network, which reads the picture, of the picture alone.
 * @typedef {object} Result
 * @property {"loading" | "ready" | "blank" | "unavailable"} state
 * @property {string} problem why it is unavailable
 * @property {Description | null} description
 * @property {Network | null} network
 * @property {Float32Array | null} image what the network got to see
 * @property {Prepared | null} prepared
 * @property {Prediction | null} prediction with the changes that were made to the network
 * @property {Prediction | null} unchanged without them
 * @property {Parts | null} parts what each reader says, and both together; null where the picture
 *   alone was read
 * @property {LayerOutput[]} activations
 */

const NOTHING = {
  problem: "",
  description: null,
  network: null,
  image: null,
  prediction: null,
  unchanged: null,
  parts: null,
  activations: [],
};

export class Live {
  /**
   * @param {string} base address of the app, ending with a slash
   * @param {string} vendor address of the vendored files, ending with a slash
   */
  constructor(base, vendor) {
    this.networks = new Networks(base, vendor, () => this.refresh());
    this.drawing = new LiveDrawing();
    this.inspection = new Inspection(
      () => this.goOn(),
      () => this.refresh(),
    );
    this.replay = new Replay(() => this.refresh());
    this.orders = new DrawingOrders(this.drawing);
    this.alone = new WithoutServer(this.drawing, this.orders, () => this.refresh());
    /** @type {Pen} */
    this.pen = { width: 1, colour: "#000000" };
    /** @type {Told | null} */
    this.told = null;
    /** @type {Set<Mounted>} */
    this.views = new Set();
    /** @type {Map<string, {state: number, result: Result}>} by network: what it read, and of what */
    this.readings = new Map();
    this.state = 0; // increases with every change of what there is to read
    this.turn = 0; // of the network that reads next
    this.waiting = 0;
    this.frames = new Frames();
    this.slides = false; // whether the sliders of the stress test are followed
    this.changed = 0; // when something changed last
    this.rest = 0; // the timer that waits until nothing changes
    follow(this.drawing, this);
  }

  /** Take what the pen has drawn. */
  drawn() {
    this.orders.handOver();
    this.alone.look();
    this.alone.show();
    this.refresh();
  }

  /** @param {{ objects: PathObject[], revision: number, pen: Pen, scale: number }} told */
  know({ objects, revision, pen, scale }) {
    if (!this.drawing.own) this.pen = { ...pen, brush: revision };
    this.drawing.answered(objects, revision, scale);
  }

  /**
   * @param {Told} told
   * @param {(message: Message) => void} [send] tells the server what is to be done to the drawing
   */
  answered(told, send) {
    const addresses = (/** @type {Told} */ { networks }) => networks.map(({ address }) => address).join();
    if (this.told && addresses(this.told) !== addresses(told)) this.readings.clear();
    this.told = told;
    if (told.inside) this.inspection.lookAt(told.inside.name);
    else this.networks.hold([]); // those of epochs may go
    if (send) this.orders.answered(told, send);
    this.know(told);
    this.orders.handOver();
    this.alone.answered();
    if (told.trial && !this.slides) {
      this.slides = true;
      followSliders(() => this.refresh());
    }
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
    this.changed = performance.now();
    window.clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.goOn(), RESTING);
    this.goOn();
  }

  goOn() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.waiting = 0;
    const { told, drawing, inspection, replay } = this;
    if (!told || !this.views.size) return;
    const { strokes, problem } = usable(drawing);
    const distorted = told.trial && distorting(strokes, told.trial);
    const light = this.frames.isLight([...this.views].some((view) => view.pictures));
    const results = this.read(told, distorted?.look ?? preparing(strokes), problem, light);
    const { count, settled } = drawing;
    const meant = distorted && !settled ? this.meant(told, strokes) : null;
    const trial = distorted && { how: distorted.how, image: distorted.image, meant };
    const resting = performance.now() - this.changed >= RESTING;
    const of = { strokes, count, settled, record: drawing.own ? null : told.record, trial, inspection, replay, resting };
    const frame = { ...of, results };
    for (const view of this.views) if (!light || !view.pictures) view.update(frame);
    if (light) this.goOn();
  }

  /**
   * Read with as many networks as there is time for, in turn; the others follow in later frames.
   * @param {Told} told
   * @param {Look} look
   * @param {string} problem why there are no strokes, if the drawing cannot be used
   * @param {boolean} light whether activations, too, wait for the next frame
   */
  read({ networks: asked, inside }, look, problem, light) {
    const networks = inside ? this.inspected(asked, inside.epochs) : asked;
    const edits = inside ? this.inspection.edits : NO_EDITS;
    const began = performance.now();
    const wanting = [...this.views].filter((view) => view.activations);
    const activations = wanting.some((view) => !light || !view.pictures);
    const state = wanting.length && !activations ? NOT_ALL : this.state;
    for (let left = networks.length; left > 0; left--) {
      const each = networks[this.turn % networks.length];
      if (this.readings.get(each.name)?.state !== this.state) {
        const one = problem ? { ...each, problem } : each;
        const how = { activations, edits, inside: !!inside };
        const result = this.result(one, look(each.preparation), how);
        this.readings.set(each.name, { state, result });
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
   * @param {Seen | null} seen
   * @param {object} how
   * @param {boolean} [how.activations] whether those of all layers are wanted
   * @param {Edits} [how.edits]
   * @param {boolean} [how.inside] whether one looks into the network
   * @returns {Result}
   */
  result({ address, problem }, seen, { activations = false, edits = NO_EDITS, inside = false } = {}) {
    const found = problem ? new Error(problem) : this.networks.get(address);
    const empty = { ...NOTHING, prepared: seen && seen.prepared };
    if (!found) return { ...empty, state: "loading" };
    if (found instanceof Error) return { ...empty, state: "unavailable", problem: found.message };
    const known = { ...empty, description: found.description, network: found };
    if (!seen) return { ...known, state: "blank" };
    try {
      const { image } = seen;
      const { parts, ...said } = read(found, seen, { activations, edits });
      const prediction = (inside && parts?.picture) || said.prediction;
      const unchanged =
        edits === NO_EDITS ? prediction : read(found, { image, path: null }).prediction;
      return { ...known, ...said, state: "ready", image, prediction, unchanged, parts };
    } catch (error) {
      // It may have run out of memory; the server still reads, and the next frame tries again.
      return { ...empty, state: "unavailable", problem: String(error) };
    }
  }

  /**
   * Return the networks, the first of them as it was after the chosen epoch.
   * @param {NetworkTold[]} networks
   * @param {Epoch[]} epochs
   */
  inspected([first, ...others], epochs) {
    const { networks, inspection } = this;
    if (!first) return others;
    return [{ ...first, address: atEpoch(networks, first.address, epochs, inspection.epoch) }, ...others];
  }

  /**
   * @param {Told} told
   * @param {Stroke[]} strokes
   */
  meant({ networks, trial }, strokes) {
    const [first] = networks;
    if (!first || !trial) return null;
    const { prediction } = this.result(first, preparing(strokes)(trial.preparation));
    return prediction && prediction.name;
  }
}
