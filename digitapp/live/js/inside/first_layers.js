// Of runs that kept no more: the weights of one node of the first layer after each epoch.

import { SIDE } from "../ink.js";
import { make, makePicture, pen, setText } from "../views/elements.js";
import { epochChart } from "./epoch_chart.js";
import { epochSlider } from "./epoch_slider.js";
import { numeral } from "../numbers.js";
import { drawOne } from "./subject.js";
import { Tints } from "./tints.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../views/layers.js").Column} Column */

/**
 * The weights of the first layer's nodes: of each epoch, of each node, a picture.
 * @typedef {{ address: string, epochs: number[], values: Float32Array, nodes: number, size: number,
 *   width: number, dense: boolean }} Kept
 */

const ABOUT =
  "This node's weights after each epoch: blue where ink excites it, orange where ink calms it.";

/**
 * @param {HTMLElement} parent
 * @param {string} base address of the app, ending with a slash
 */
export function firstLayers(parent, base) {
  const root = make("div", "live-first-layers", parent);
  const title = make("p", "live-epochs-title", root);
  make("p", "live-epochs-about", root, ABOUT);
  const slider = epochSlider(root, { name: "Epoch", chosen: choose, there: () => true });
  const row = make("div", "live-first-layers-row", root);
  const picture = makePicture("live-first-layers-picture", row, "The weights of the node");
  const said = make("p", "live-epochs-said", row);
  const matched = make("p", "live-epochs-title", root, "How well the drawing matches its weights");
  const chart = epochChart(root, choose);
  const brush = pen(picture);
  const tints = new Tints(root, () => {
    painted = "";
    latest?.inspection.shown();
  });
  /** @type {Kept | null} */
  let kept = null;
  let asked = "";
  let place = NaN;
  let painted = "";
  /** @type {Scene | null} */
  let latest = null;

  /** @param {number} at */
  function choose(at) {
    place = at;
    latest?.inspection.notice("epoch");
    latest?.inspection.shown();
  }

  /** @param {Scene} scene */
  async function fetchKept({ facts, columns, description }) {
    const told = facts.over_epochs.first_layers;
    const address = told ? told.address : "";
    if (address === asked) return;
    asked = address;
    kept = null;
    if (!told) return;
    const bytes = await fetched(base + address);
    if (!bytes || asked !== address) return;
    const values = new Float32Array(bytes);
    const { epochs } = told;
    const layer = description.layers[columns[1].layer];
    const [height, width] = "kernel" in layer ? layer.kernel.shape : [1, 1];
    const dense = columns[1].kind !== "maps";
    const size = dense ? SIDE * SIDE : height * width;
    const nodes = values.length / epochs.length / size;
    kept = { address, epochs, values, nodes, size, width: dense ? SIDE : width, dense };
    place = epochs.length - 1;
    latest?.inspection.shown();
  }

  /** @param {Scene} scene */
  function update(scene) {
    latest = scene;
    fetchKept(scene);
    root.hidden = !kept;
    if (kept) show(scene, kept);
  }

  /**
   * @param {Scene} scene
   * @param {Kept} of
   */
  function show({ inspection: { selected }, image, facts }, of) {
    const chosen = selected && selected.column === 1 && selected.unit < of.nodes;
    const node = chosen ? selected.unit : 0;
    const what = of.dense ? "Node" : "Filter";
    const hint = chosen ? "" : " (choose another one in the picture above)";
    setText(title, `${what} ${node + 1} of the first layer${hint}`);
    const weights = of.epochs.map((_, n) => {
      const start = (n * of.nodes + node) * of.size;
      return of.values.subarray(start, start + of.size);
    });
    const matches = weights.map((each) => (image && of.dense ? match(each, image) : null));
    const epoch = of.epochs[place];
    slider.update(place, of.epochs.length, epoch ? `After epoch ${epoch}` : "Before the training", "");
    paint(`${of.address} ${node} ${place}`, weights, of.width);
    setText(said, of.dense ? inWords(matches[place], facts) : "");
    matched.hidden = chart.root.hidden = !of.dense;
    const known = matches.map((each) => each ?? 0);
    const [low, high] = [Math.min(0, ...known), Math.max(0, ...known, 1e-9)];
    const points = matches.map((value, n) => ({
      ...{ value, letter: "", differs: false, number: String(of.epochs[n]) },
    }));
    chart.update(points, place, { low, high, name: "How well the drawing matches, over the epochs" });
  }

  /**
   * @param {string} what
   * @param {Float32Array[]} weights of all epochs, whose colours can be compared
   * @param {number} width
   */
  function paint(what, weights, width) {
    if (what === painted) return;
    painted = what;
    const largest = Math.max(...weights.map((each) => each.reduce((a, b) => Math.max(a, Math.abs(b)), 0)));
    const now = weights[place];
    [picture.width, picture.height] = [width, now.length / width];
    const image = brush.createImageData(picture.width, picture.height);
    tints.paint(new Uint32Array(image.data.buffer), now, largest || 1);
    brush.putImageData(image, 0, 0);
  }
  return { root, update };
}

/**
 * @param {string} address
 * @returns {Promise<ArrayBuffer | null>} null if it cannot be had: the network is shown without it
 */
async function fetched(address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
}

/**
 * How well a drawing matches weights: the sum of weights times pixels, without the bias.
 * @param {Float32Array} weights
 * @param {Float32Array} image
 */
export function match(weights, image) {
  return weights.reduce((sum, weight, at) => sum + weight * image[at], 0);
}

/**
 * @param {number | null} matched
 * @param {import("./scene.js").Facts} facts
 */
function inWords(matched, facts) {
  if (matched === null) return `${drawOne(facts)} to see how well it matches these weights.`;
  return `Weights times pixels, summed, without the bias: ${numeral(matched)}.`;
}
