// Which network reads where one looks at an earlier epoch.

import { Network } from "../network.js";

/** @typedef {import("../networks.js").Networks} Networks */

/**
 * A run's network as it was after an epoch; before the first, after epoch 0.
 * @typedef {object} Epoch
 * @property {number} epoch
 * @property {string} address of the network, relative to the app's
 */

/** @type {Map<string, string>} by the finished network's address: the network that read last */
const last = new Map();

let asked = ""; // the network that was wanted last

/**
 * Return the address of the network of an epoch; while it is on its way, and if it cannot be had,
 * the one before it stays.
 * @param {Networks} networks
 * @param {string} finished the address of the finished network
 * @param {Epoch[]} epochs
 * @param {number | null} epoch null for the finished network
 */
export function atEpoch(networks, finished, epochs, epoch) {
  const wanted = epochs.find((each) => each.epoch === epoch)?.address || finished;
  // One that failed is tried again when it is chosen again, and not on each frame.
  if (wanted !== finished && (!networks.get(wanted) || asked !== wanted)) {
    networks.want([finished, wanted]);
  }
  asked = wanted;
  const isThere = (/** @type {string} */ address) => networks.get(address) instanceof Network;
  const shown = [wanted, last.get(finished) || ""].find(isThere) ?? finished;
  last.set(finished, shown);
  return shown;
}
