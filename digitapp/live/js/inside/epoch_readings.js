// What the networks of a run's epochs say of the drawing, one after the other in short slices.

import { interpret } from "../reading.js";
import { alike } from "./scene.js";

/** @typedef {import("../networks.js").Networks} Networks */
/** @typedef {import("../reading.js").Prediction} Prediction */
/** @typedef {import("../edits.js").Edits} Edits */
/** @typedef {import("./scene.js").Scene} Scene */

const WHILE_MOVING = 3; // milliseconds of a frame
const AT_REST = 10;

export class EpochReadings {
  /** @param {Networks} networks */
  constructor(networks) {
    this.networks = networks;
    /** @type {string[]} */
    this.addresses = [];
    /** @type {Map<string, { state: number, prediction: Prediction | null }>} by address */
    this.found = new Map();
    this.turn = 0; // the one that reads next
    this.state = 0; // increases when there is something else to read
    /** @type {Float32Array | null} */
    this.image = null;
    /** @type {Edits | null} */
    this.edits = null;
  }

  /**
   * Look at other networks.
   * @param {string[]} addresses
   */
  setNetworks(addresses) {
    this.addresses = addresses;
    this.found.clear();
    this.turn = 0;
    this.networks.hold(addresses);
  }

  /**
   * Go on reading the scene's drawing; while the pen moves, a few of them in each frame.
   * @param {Scene} scene
   * @returns {boolean} whether some are left that are there and have not read it yet
   */
  read({ image, resting, inspection: { edits } }) {
    const { addresses } = this;
    if (!alike(image, this.image) || edits !== this.edits) this.state += 1;
    Object.assign(this, { image, edits });
    if (!image) {
      this.found.clear();
      return false;
    }
    const until = performance.now() + (resting ? AT_REST : WHILE_MOVING);
    for (let left = addresses.length; left > 0; left -= 1) {
      const address = addresses[this.turn % addresses.length];
      const network = this.networks.get(address);
      const stale = this.found.get(address)?.state !== this.state;
      if (stale && network && !(network instanceof Error)) {
        if (performance.now() > until) return true;
        this.found.set(address, { state: this.state, prediction: said(network, image, edits) });
      }
      this.turn = (this.turn + 1) % addresses.length;
    }
    return false;
  }

  /**
   * @param {string} address
   * @returns {Prediction | null} maybe of the drawing as it was a moment ago
   */
  get(address) {
    return this.found.get(address)?.prediction || null;
  }
}

/**
 * @param {import("../network.js").Network} network
 * @param {Float32Array} image
 * @param {Edits} edits
 * @returns {Prediction | null} null if the memory does not suffice
 */
function said(network, image, edits) {
  try {
    return interpret(network.run(image, { edits }).outputs, network.description.class_names);
  } catch (error) {
    console.warn(String(error));
    return null;
  }
}
