// What the parts of the Inside page get on each frame.

import { columnsOf } from "../views/layers.js";
import { NO_EDITS } from "../edits.js";

/** @typedef {import("../live.js").Frame} Frame */
/** @typedef {import("../network.js").Description} Description */
/** @typedef {import("../network.js").LayerOutput} LayerOutput */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("../reader.js").Parts} Parts */
/** @typedef {import("../reading.js").Prediction} Prediction */
/** @typedef {import("../views/layers.js").Column} Column */
/** @typedef {import("../edits.js").Edits} Edits */
/** @typedef {import("./inspection.js").Inspection} Inspection */

/**
 * What is known of a run's epochs; see digitapp/ui/inside/epochs.py.
 * @typedef {object} OverEpochs
 * @property {number} total how many epochs were asked for
 * @property {string} base the network that it began with; empty for random weights
 * @property {string} finished the address of the network as it is now
 * @property {boolean} done whether the training is finished
 * @property {number | null} best the epoch to whose weights early stopping returned
 * @property {{epochs: number[], address: string} | null} first_layers where nothing else was kept
 * @property {string} why there are no networks of epochs
 */

/**
 * What the server tells of a network; see digitapp/ui/inside/facts.py.
 * @typedef {object} Facts
 * @property {string} title
 * @property {string} name of the network, such as `run-12`
 * @property {boolean} digits whether it reads digits, and not clothes or something else
 * @property {{epoch: number, address: string, val_accuracy: number | null}[]} epochs networks of a
 *   run as they were after its epochs; 0 is before the first
 * @property {OverEpochs} over_epochs
 * @property {string} samples address of images of its dataset; empty if there are none
 * @property {string} no_samples why there are none
 * @property {number | null} test_accuracy share of the test images that it reads right, if known
 * @property {string} curves address of its run's curves, relative to the app's; empty without a run
 */

/**
 * @typedef {object} Scene
 * @property {Network} network the one that reads, of the chosen epoch
 * @property {Description} description
 * @property {Column[]} columns
 * @property {Float32Array | null} image 784 values, 0 paper to 1 ink; null without ink
 * @property {LayerOutput[]} activations of every layer of the description, with the changes; none
 *   without ink
 * @property {Prediction | null} prediction with the changes
 * @property {Prediction | null} unchanged without them; null while there are none
 * @property {Parts | null} parts what the movement, too, makes of it; null where it is not read
 * @property {Inspection} inspection
 * @property {boolean} resting whether nothing has changed for a while: time for slower work
 * @property {number} state increases with each change of drawing, network or edits
 * @property {Facts} facts
 */

/** @type {WeakMap<Description, Column[]>} */
const known = new WeakMap();

/** @type {{ network: Network | null, edits: Edits, image: Float32Array | null }} */
let latest = { network: null, edits: NO_EDITS, image: null };
let state = 0;

/**
 * Return another number than before if anything has changed.
 * @param {typeof latest} now
 */
function stateOf(now) {
  const same = now.network === latest.network && now.edits === latest.edits;
  if (!same || !alike(now.image, latest.image)) state += 1;
  latest = now;
  return state;
}

/**
 * @param {Float32Array | null} one
 * @param {Float32Array | null} other
 */
export function alike(one, other) {
  if (!one || !other) return one === other;
  return one.every((value, at) => value === other[at]);
}

/** @param {Description} description */
export function columnsFor(description) {
  const found = known.get(description) || columnsOf(description);
  known.set(description, found);
  return found;
}

/**
 * @param {Frame} frame
 * @param {Facts} facts
 * @returns {Scene | null} null while the network is loaded, or if it cannot be had
 */
export function sceneOf(frame, facts) {
  const [result] = frame.results.values();
  if (!result?.network) return null;
  const { inspection, resting } = frame;
  const { network } = result;
  const { description } = network;
  const columns = columnsFor(description);
  inspection.fit(facts.name, columns);
  return {
    network,
    description,
    columns,
    image: result.image,
    activations: result.activations,
    prediction: result.prediction,
    unchanged: inspection.edits === NO_EDITS ? null : result.unchanged,
    parts: result.parts,
    inspection,
    resting,
    state: stateOf({ network, edits: inspection.edits, image: result.image }),
    facts,
  };
}
