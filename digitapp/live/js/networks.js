// The networks of the document: loaded once each, freed when many others were loaded since.

import { network, runtime } from "./network.js";

/** @typedef {import("./network.js").Network} Network */

const KEPT = 16; // networks

export class Networks {
  /**
   * @param {string} base address of the app, ending with a slash
   * @param {string} vendor address of the vendored files, ending with a slash
   * @param {() => void} changed called when one is there, or cannot be had
   */
  constructor(base, vendor, changed) {
    this.base = base;
    this.vendor = vendor;
    this.changed = changed;
    /** @type {Map<string, Network | Error>} by address; or why it cannot be had */
    this.found = new Map();
    /** @type {Set<string>} */
    this.loading = new Set();
    /** @type {Set<string>} those that are kept in any case */
    this.held = new Set();
  }

  /**
   * Load the networks that are wanted now, unless they are there; try again those that failed.
   * @param {string[]} addresses relative to the app's
   */
  want(addresses) {
    for (const address of addresses) {
      const found = this.found.get(address);
      if ((!found || found instanceof Error) && !this.loading.has(address)) this.load(address);
    }
    for (const [address, found] of this.found) {
      if (this.found.size - this.held.size <= KEPT) return;
      if (addresses.includes(address) || this.held.has(address)) continue;
      this.found.delete(address);
      if (!(found instanceof Error)) found.dispose();
    }
  }

  /**
   * Keep these networks once they are there, however many they are; those held before may go.
   * @param {string[]} addresses
   */
  hold(addresses) {
    this.held = new Set(addresses);
  }

  /**
   * Load a network that is held, if none of them is on its way; those that failed are left.
   * @param {(address: string) => void} arrived called instead of `changed`
   */
  async loadHeld(arrived) {
    const held = [...this.held];
    if (held.some((address) => this.loading.has(address))) return;
    const next = held.find((address) => !this.found.has(address));
    if (next !== undefined) await this.load(next, arrived);
  }

  /**
   * @param {string} address
   * @param {(address: string) => void} [arrived]
   */
  async load(address, arrived = this.changed) {
    this.loading.add(address);
    try {
      this.found.set(address, await network(runtime(this.vendor), this.base + address));
    } catch (error) {
      this.found.set(address, error instanceof Error ? error : new Error(String(error)));
    }
    this.loading.delete(address);
    arrived(address);
  }

  /**
   * @param {string} address
   * @returns {Network | Error | null} null while it loads for the first time
   */
  get(address) {
    return this.found.get(address) || null;
  }
}
