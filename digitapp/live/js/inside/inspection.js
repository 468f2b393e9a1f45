// What is looked at inside a network, and what is changed there. There is one for the document, so
// that the parts of the page agree, and find it unchanged after a visit to another page.

import { unitsOf } from "../views/layers.js";
import { count, NO_EDITS } from "../edits.js";

/** @typedef {import("../views/layers.js").Column} Column */
/** @typedef {import("../edits.js").Edits} Edits */
/** @typedef {"node" | "why" | "epochs" | "map"} Panel */

/**
 * A node, a map, an output, or a pixel: its column in the network's picture, and its number there.
 * @typedef {{column: number, unit: number}} Selected
 */

/** @type {Panel[]} */
export const PANELS = ["node", "why", "epochs", "map"];

export class Inspection {
  /**
   * @param {() => void} shown called when something else is to be shown
   * @param {() => void} changed called when the network is another one
   */
  constructor(shown, changed) {
    this.shown = shown;
    this.changed = changed;
    /** @type {Selected | null} */
    this.selected = null;
    this.position = { row: 0, column: 0 }; // on the selected map: the output that is worked out
    /** @type {number | null} */
    this.epoch = null; // null: the finished network
    /** @type {string | null} */
    this.digit = null; // the choice that is asked about; null: the answer
    /** @type {string | null} */
    this.rival = null; // the choice that it is compared with; null: none
    this.edits = NO_EDITS;
    /** @type {Panel} */
    this.panel = "node";
    this.highlight = ""; // what the words point at
    /** @type {Set<string>} */
    this.noticed = new Set(); // what the reader has done
    this.network = ""; // its name; the rest is about it
    this.outputs = 0; // the column of the outputs; 0 before there is a network
  }

  /**
   * Look at a network: what was changed in another one, and its epoch, are forgotten. To be called
   * before the network reads: it may not have what was changed.
   * @param {string} network its name
   */
  lookAt(network) {
    if (network === this.network) return;
    this.network = network;
    this.edits = NO_EDITS;
    this.epoch = null;
  }

  /**
   * Look at a network, and forget what is selected if it has no such node.
   * @param {string} network its name
   * @param {Column[]} columns
   */
  fit(network, columns) {
    this.lookAt(network);
    this.outputs = columns.length - 1;
    const { selected } = this;
    const column = selected && columns[selected.column];
    if (!column || selected.unit >= unitsOf(column)) this.selected = null;
  }

  /**
   * @param {number} column
   * @param {number} unit
   */
  select(column, unit) {
    this.selected = { column, unit };
    this.notice(column === 0 ? "pixel" : "node");
    if (column > 1 || column === this.outputs) this.notice("layer");
    if (column === this.outputs) this.notice("output");
    this.shown();
  }

  unselect() {
    this.selected = null;
    this.shown();
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  moveTo(row, column) {
    this.position = { row, column };
    this.shown();
  }

  /** @param {number | null} epoch */
  setEpoch(epoch) {
    this.epoch = epoch;
    this.notice("epoch");
    this.changed();
  }

  /** @param {string | null} digit */
  ask(digit) {
    this.digit = digit;
    this.notice("why");
    this.shown();
  }

  /** @param {string | null} rival */
  compare(rival) {
    this.rival = rival;
    this.shown();
  }

  /** @param {Edits} edits */
  setEdits(edits) {
    const before = this.edits;
    this.edits = edits;
    if (edits.off.length > before.off.length) this.notice("off");
    if (edits.weights.some((each) => !before.weights.includes(each))) this.notice("weight");
    if (count(edits) < count(before)) this.notice("restored");
    this.changed();
  }

  /** @param {Panel} panel */
  open(panel) {
    this.panel = panel;
    if (panel === "map") this.notice(panel);
    this.shown();
  }

  /** @param {string} highlight */
  point(highlight) {
    if (highlight === this.highlight) return;
    this.highlight = highlight;
    this.shown();
  }

  /** @param {string} what */
  notice(what) {
    if (this.noticed.has(what)) return;
    this.noticed.add(what);
    this.shown();
  }
}
