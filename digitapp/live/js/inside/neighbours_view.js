// The training images that are most alike to one's drawing, for the network.

import { drawOne } from "./subject.js";
import { counted, imagesOf, noteOn, pictureList } from "./sample_words.js";
import { sampleValues } from "./sample_store.js";
import { nearest } from "../explaining/neighbours.js";
import { hiddenValues } from "../explaining/sample_values.js";
import { make, setText } from "../views/elements.js";

/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../explaining/sample_values.js").Hidden} Hidden */
/** @typedef {import("../explaining/sample_values.js").SampleValues} SampleValues */
/** @typedef {import("../explaining/samples.js").Sample} Sample */

const MOST = 8; // images
const HERE = "here are then the images that are most alike to it, for the network.";

/**
 * @param {HTMLElement} parent
 * @param {Tools} tools
 */
export function neighboursPart(parent, tools) {
  const root = make("section", "live-neighbours", parent);
  make("h3", "live-samples-title", root, "The nearest training images");
  const sentence = make("p", "live-samples-said", root);
  const pictures = pictureList(root, MOST, "The images that are nearest to your drawing");
  const note = make("p", "live-samples-small", root);
  /** @type {Scene | null} */
  let latest = null;
  let shown = -1; // the state of which the pictures are

  /** @param {Scene | null} scene */
  function update(scene) {
    latest = scene;
    root.hidden = !scene;
    if (!scene) return;
    const { message, sample, values } = sampleValues(scene, tools, "training", root, again);
    if (!scene.image) clear(`${drawOne(scene.facts)}: ${HERE}`);
    else if (!sample || !values) clear(message);
    else if (scene.resting && shown !== scene.state) {
      shown = scene.state;
      show(scene, scene.image, sample, values);
    }
  }

  function again() {
    if (root.isConnected && !root.hidden) update(latest);
  }

  /** @param {string} message */
  function clear(message) {
    shown = -1;
    pictures.list.hidden = note.hidden = true;
    setText(sentence, message);
  }

  /**
   * @param {Scene} scene
   * @param {Float32Array} image
   * @param {Sample} sample
   * @param {SampleValues} values
   */
  function show(scene, image, sample, { vectors, hidden }) {
    const { training, classNames } = sample;
    const found = nearest(vectors, drawnValues(scene, image, hidden), MOST);
    const labels = found.map((each) => training.labels[each.image]);
    const these = found.length === 1 ? "The nearest" : `The ${found.length} nearest`;
    setText(sentence, `${these} of ${imagesOf(sample)}: ${counted(labels, classNames)}.`);
    pictures.show(
      sample,
      found.map(({ image: one, distance }) => ({ image: one, value: distance.toFixed(2) })),
    );
    const measured = `The number is the distance to your drawing, ${hiddenInWords(hidden)}.`;
    setText(note, `${measured} ${noteOn(sample, scene)}`);
    pictures.list.hidden = note.hidden = false;
  }
  return { root, update };
}

/**
 * The last hidden layer's values for one's drawing, without the changes to the network.
 * @param {Scene} scene
 * @param {Float32Array} image
 * @param {Hidden} hidden
 */
export function drawnValues({ network, activations, unchanged }, image, hidden) {
  const as = unchanged ? network.run(image, { activations: true }).activations : activations;
  return hiddenValues(hidden, image, as);
}

/**
 * Where distances are measured.
 * @param {Hidden} hidden
 */
export function hiddenInWords({ size, column: { kind, count, height, width } }) {
  if (kind === "pixels") return `measured by the ${size} pixels, as there is no hidden layer`;
  if (kind === "units") return `measured by the ${size} nodes of the last hidden layer`;
  return `measured by all values of the ${count} maps of ${height}x${width} before the outputs`;
}
