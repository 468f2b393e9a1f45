// The samples of images of the document, fetched when a part of the page first needs them, and what
// networks make of them.

import { fetchedSample } from "../explaining/samples.js";
import { SampleValues } from "../explaining/sample_values.js";
import { inSlices } from "../slices.js";

/** @typedef {import("../explaining/samples.js").Images} Images */
/** @typedef {import("../explaining/samples.js").Sample} Sample */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Scene} Scene */

/**
 * How far it is: `message` says so in a sentence; it is empty when all is there.
 * @typedef {object} Stand
 * @property {string} message
 * @property {Sample | null} sample
 * @property {SampleValues | null} values of all images, once the message is empty
 */

const FETCHING = "Fetching the images ...";
const AGAIN = 5000; // milliseconds after which what could not be fetched is asked for again

/**
 * What is fetched, and whom to tell when it is there: the part of the page that asked last.
 * @typedef {{ sample: Sample | null, message: string, changed: () => void }} Fetched
 */

/** @type {Map<string, Fetched>} by the digest in its address */
const samples = new Map();

/** @type {WeakMap<Network, Map<Images, SampleValues>>} */
const known = new WeakMap();

/**
 * What is being read, and the part of the page that waits for it: meanwhile it may be another one.
 * @type {Map<SampleValues, { root: HTMLElement, changed: () => void }>}
 */
const inHand = new Map();
let calm = false; // whether there is time for slow work, as the latest scene said

/**
 * Return what the network makes of images, as far as that is known, and go on with it. To be called
 * with each scene while it is needed: the reading stops when the pen moves.
 * @param {Scene} scene
 * @param {Tools} tools
 * @param {"training" | "test"} part
 * @param {HTMLElement} root of the part of the page that needs it
 * @param {() => void} changed called when there is more
 * @returns {Stand}
 */
export function sampleValues(scene, { base }, part, root, changed) {
  const { facts, network, columns } = scene;
  calm = scene.resting;
  if (!facts.samples) return { message: facts.no_samples, sample: null, values: null };
  const { sample, message } = fetchedOnce(base + facts.samples, changed);
  if (!sample) return { message, sample, values: null };
  const values = valuesOf(network, columns, sample[part]);
  if (values.problem) return { message: values.problem, sample, values: null };
  if (values.finished) return { message: "", sample, values };
  goOnReading(values, root, changed);
  const { count } = sample[part];
  const done = `${Math.floor((100 * values.done) / count)} %`;
  const told = `The network reads ${inThousands(count)} images, once for each network: ${done}`;
  return { message: told, sample, values: null };
}

/**
 * @param {string} address
 * @param {() => void} changed
 */
function fetchedOnce(address, changed) {
  const digest = address.split("/").at(-1) || ""; // the same for all networks of a dataset
  const found = samples.get(digest);
  if (found) return Object.assign(found, { changed });
  /** @type {Fetched} */
  const made = { sample: null, message: FETCHING, changed };
  samples.set(digest, made);

  /** @param {unknown} error */
  function failed(error) {
    made.message = messageOf(error);
    window.setTimeout(() => samples.delete(digest), AGAIN);
  }

  fetchedSample(address)
    .then((sample) => Object.assign(made, { sample, message: "" }), failed)
    .then(() => made.changed());
  return made;
}

/**
 * @param {Network} network
 * @param {Scene["columns"]} columns
 * @param {Images} images
 */
function valuesOf(network, columns, images) {
  const mine = known.get(network) || new Map();
  known.set(network, mine);
  const found = mine.get(images) || new SampleValues(network, columns, images);
  mine.set(images, found);
  return found;
}

/**
 * Go on reading while nothing else is to be done, and the part that waits for it is to be seen.
 * @param {SampleValues} values
 * @param {HTMLElement} root
 * @param {() => void} changed
 */
function goOnReading(values, root, changed) {
  const busy = inHand.has(values);
  if (busy || calm) inHand.set(values, { root, changed });
  if (busy || !calm) return;
  const waiting = () => inHand.get(values);

  function* told() {
    const reading = values.reading();
    while (!reading.next().done) {
      waiting()?.changed();
      yield;
    }
  }

  inSlices(told(), () => calm && Boolean(waiting()?.root.offsetParent)) // null if it is hidden
    .catch((error) => (values.problem = messageOf(error))) // it was freed, or there is no memory
    .then(() => {
      const last = waiting();
      inHand.delete(values);
      if (values.finished || values.problem) last?.changed();
    });
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {number} count */
export function inThousands(count) {
  return count.toLocaleString("en");
}
