// The fewest pixels that change a network's mind, as far as a search from pixel to pixel finds them.

import { NO_EDITS } from "../edits.js";
import { interpret } from "../reading.js";
import { decision, resistanceTo } from "./resistance.js";
import { ofEach } from "../slices.js";

export const MOST_PIXELS = 60; // are changed
const TRIED = 24; // pixels at each step: those of which the gradient promises most
const RIVALS = 3; // answers that are aimed at: those that are nearest

/**
 * @typedef {import("../network.js").Network} Network
 * @typedef {import("../reading.js").Prediction} Prediction
 * @typedef {import("../edits.js").Edits} Edits
 * @typedef {"add" | "remove"} Way whether pixels become ink, or paper
 * @typedef {Generator<unknown, number[] | null, void>} Search
 *
 * @typedef {object} Fewest
 * @property {Way} way
 * @property {number[]} pixels that were changed; none if nothing was found
 * @property {Float32Array} image the picture after that
 * @property {Prediction} before
 * @property {Prediction} after
 */

/**
 * Look for the fewest pixels to change to ink, or to paper, until the network decides otherwise: a
 * greedy search in the manner of Papernot, McDaniel, Jha, Fredrikson, Celik and Swami, "The
 * Limitations of Deep Learning in Adversarial Settings", EuroS&P 2016, section III, with one pixel
 * at a time. Its gradient only proposes pixels: of the 24 that promise most, the one is changed
 * that brings the other answer nearest in fact. In the end, each pixel that is not needed is put
 * back, so that none of those left can be; there may still be fewer elsewhere.
 * @param {Network} network
 * @param {Float32Array} image
 * @param {Way} way
 * @param {{ edits?: Edits, target?: number | null }} [options] `target`: the choice that it is to
 *   make, by its place; null: any other than now
 * @returns {Generator<unknown, Fewest, void>}
 */
export function* fewestPixels(network, image, way, { edits = NO_EDITS, target = null } = {}) {
  const names = network.description.class_names;
  const search = new Searching(network, image, way, edits);
  const { outputs } = network.run(image, { edits });
  const before = interpret(outputs, names);
  const rivals = target === null ? nearest(outputs, names, before.choice) : [target];
  /** @type {number[]} */
  let pixels = [];
  for (const rival of rivals) {
    const isChanged = (/** @type {Float32Array} */ now) =>
      target === null ? decision(now, names) !== before.choice : decision(now, names) === target;
    const most = pixels.length ? pixels.length - 1 : MOST_PIXELS;
    const found = yield* search.towards(rival, isChanged, most);
    if (found) pixels = yield* search.needed(found, rival, isChanged);
  }
  const after = search.changed(pixels);
  const reading = interpret(network.run(after, { edits }).outputs, names);
  return { way, pixels, image: after, before, after: reading };
}

/**
 * @param {Float32Array} outputs
 * @param {string[]} names
 * @param {number} choice the decision now
 */
function nearest(outputs, names, choice) {
  const margin = (/** @type {number} */ each) => resistanceTo(outputs, names, each).margin;
  const others = names.map((_, place) => place).filter((place) => place !== choice);
  return others.sort((one, other) => margin(one) - margin(other)).slice(0, RIVALS);
}

class Searching {
  /**
   * @param {Network} network
   * @param {Float32Array} image
   * @param {Way} way
   * @param {Edits} edits
   */
  constructor(network, image, way, edits) {
    this.network = network;
    this.image = image;
    this.edits = edits;
    this.ink = way === "add" ? 1 : 0;
  }

  /** @param {number[]} pixels */
  changed(pixels) {
    const found = this.image.slice();
    for (const pixel of pixels) found[pixel] = this.ink;
    return found;
  }

  /**
   * The outputs with each of some sets of pixels changed.
   * @param {number[][]} sets
   */
  *outputs(sets) {
    const run = (/** @type {Float32Array} */ batch) =>
      this.network.run(batch, { edits: this.edits }).outputs;
    const pictures = sets.map((pixels) => this.changed(pixels));
    return yield* ofEach(this.network, "run", pictures, run);
  }

  /**
   * Change one pixel after the other.
   * @param {number} rival the choice that is aimed at
   * @param {(outputs: Float32Array) => boolean} isChanged
   * @param {number} most
   * @returns {Search} null if more would be needed
   */
  *towards(rival, isChanged, most) {
    const names = this.network.description.class_names;
    /** @type {number[]} */
    let pixels = [];
    let [outputs] = yield* this.outputs([pixels]);
    while (!isChanged(outputs)) {
      const tried = yield* this.promising(pixels, resistanceTo(outputs, names, rival));
      if (pixels.length >= most || !tried.length) return null;
      const sets = tried.map((pixel) => [...pixels, pixel]);
      const found = yield* this.outputs(sets);
      const best = easiest(found, names, rival);
      [pixels, outputs] = [sets[best], found[best]];
    }
    return pixels;
  }

  /**
   * The pixels of which the gradient promises most.
   * @param {number[]} pixels those that are changed already
   * @param {import("./resistance.js").Resistance} resistance
   */
  *promising(pixels, { holder, rival }) {
    const { network, image, ink, edits } = this;
    const now = this.changed(pixels);
    const against = network.gradient(now, holder, { edits });
    yield;
    const towards = network.gradient(now, rival, { edits });
    yield;
    const gain = image.map((was, pixel) => (ink - was) * (towards[pixel] - against[pixel]));
    const left = [...image.keys()].filter((pixel) => image[pixel] !== ink && !pixels.includes(pixel));
    return left.sort((one, other) => gain[other] - gain[one]).slice(0, TRIED);
  }

  /**
   * Put back what is not needed, until no pixel alone can be put back.
   * @param {number[]} pixels
   * @param {number} rival
   * @param {(outputs: Float32Array) => boolean} isChanged
   */
  *needed(pixels, rival, isChanged) {
    const names = this.network.description.class_names;
    for (let left = pixels; ; ) {
      const sets = left.map((pixel) => left.filter((each) => each !== pixel));
      const found = yield* this.outputs(sets);
      const still = sets.filter((_, number) => isChanged(found[number]));
      if (!still.length) return left;
      left = still[easiest(found.filter(isChanged), names, rival)];
    }
  }
}

/**
 * Which of some outputs are nearest to the choice.
 * @param {Float32Array[]} outputs
 * @param {string[]} names
 * @param {number} rival
 */
function easiest(outputs, names, rival) {
  const margins = outputs.map((each) => resistanceTo(each, names, rival).margin);
  return margins.indexOf(Math.min(...margins));
}
