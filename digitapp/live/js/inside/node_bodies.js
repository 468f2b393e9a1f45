// What is shown of a chosen node: its inputs at work, and beside them what comes of them.

import { valuesOfMap } from "../explaining/layer_values.js";
import { originOf } from "../explaining/rule.js";
import { make, setData } from "../views/elements.js";
import { curveView } from "./node_curve.js";
import { filterBody } from "./node_filter.js";
import { inputsBody } from "./node_inputs.js";
import { pixelBody } from "./node_pixel.js";
import { pixelsBody } from "./node_pixels.js";
import { poolingBody } from "./node_pooling.js";
import { softmaxView } from "./node_softmax.js";
import { sumView } from "./node_sum.js";
import { changeOf } from "../edits.js";
import { weightAt, BIAS } from "./node_choice.js";
import { valuePicture } from "./value_picture.js";

/**
 * @typedef {import("../explaining/rule.js").Rule} Rule
 * @typedef {import("../explaining/rule.js").Passage} Passage
 * @typedef {import("./node_choice.js").Choice} Choice
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./tints.js").Tints} Tints
 */

/**
 * What is to be shown.
 * @typedef {object} Shown
 * @property {Scene} scene with the activations of an empty page, where nothing is drawn
 * @property {Rule} rule
 * @property {Choice} choice
 * @property {number} full the weight that gets the strongest colour
 * @property {boolean} fresh whether it is another node than before
 */

/**
 * @param {HTMLElement} parent
 * @param {Tints} tints
 * @param {object} listeners
 * @param {(choice: Choice) => void} listeners.choose
 * @param {(column: number, unit: number, position?: {row: number, column: number}) => void} listeners.open
 * @param {(row: number, column: number) => void} listeners.moveTo a place of the map
 */
export function nodeBodies(parent, tints, { choose, open, moveTo }) {
  const root = make("div", "live-node-body", parent);
  const stage = make("div", "live-node-stage", root);
  /** @type {Shown | null} */
  let latest = null;

  /**
   * @param {number} rows
   * @param {number} columns
   */
  function step(rows, columns) {
    if (latest && "position" in latest.rule) {
      const { position } = latest.rule;
      moveWithin(position.row + rows, position.column + columns);
    }
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  function moveWithin(row, column) {
    if (!latest) return;
    const { height, width } = latest.rule.column;
    const within = (/** @type {number} */ at, /** @type {number} */ most) =>
      Math.max(0, Math.min(most - 1, at));
    moveTo(within(row, height), within(column, width));
  }

  /**
   * Move the middle of the patch to a place of the input.
   * @param {number} row
   * @param {number} column
   */
  function move(row, column) {
    if (!latest || !("position" in latest.rule)) return;
    const { rule, scene } = latest;
    const { position, patch } = rule;
    const layer = scene.description.layers[rule.column.layer];
    const stride = layer.kind === "Pooling" ? layer.side : layer.kind === "Convolution" ? layer.stride : 1;
    const by = (/** @type {number} */ at, /** @type {number} */ start, /** @type {number} */ size) =>
      Math.round((at - start - (size - 1) / 2) / stride);
    moveWithin(
      position.row + by(row, patch.top, patch.height),
      position.column + by(column, patch.left, patch.width),
    );
  }

  /** @param {number} input */
  function openInput(input) {
    if (!latest) return;
    const { rule, scene } = latest;
    const { unit, row, column } = originOf(rule.from, input);
    const at = rule.from.kind === "maps" ? { row, column } : undefined;
    open(scene.columns.indexOf(rule.from), unit, at);
  }

  const pixels = pixelsBody(stage, tints, choose);
  const inputs = inputsBody(stage, { choose, open: openInput });
  const filter = filterBody(stage, tints, { choose, move, step });
  const pooling = poolingBody(stage, tints, { move, step });
  const pixel = pixelBody(stage, (node) => open(1, node));
  const sum = sumView(root, () => choose(BIAS));
  const curve = curveView(root);
  const map = valuePicture(root, "The map that comes out", {
    drag: true,
    step,
    choose: ({ row, column }) => moveTo(row, column),
  });
  map.setHelp("A place of the map: arrow keys move it.");
  const softmax = softmaxView(root, (output) => {
    if (latest) open(latest.scene.columns.length - 1, output);
  });

  /** @param {Shown} shown */
  function update(shown) {
    latest = shown;
    const { scene, rule, choice, full, fresh } = shown;
    const isFirst = rule.kind === "dense" && rule.from.kind === "pixels";
    pixels.root.hidden = !isFirst;
    inputs.root.hidden = rule.kind !== "dense" || isFirst;
    filter.root.hidden = rule.kind !== "convolution";
    pooling.root.hidden = rule.kind !== "pooling";
    pixel.root.hidden = rule.kind !== "pixel";
    map.root.hidden = !("position" in rule);
    sum.root.hidden = !("sum" in rule);
    const answers = rule.kind === "dense" ? rule.softmax : null;
    softmax.root.hidden = !answers;
    setData(root, "kind", isFirst && !answers ? "first" : rule.kind);
    curve.root.hidden = sum.root.hidden || !!answers;
    if (rule.kind === "pixel") return pixel.update(scene, rule, fresh);
    if (rule.kind === "pooling") pooling.update(scene, rule);
    if (rule.kind === "convolution") filter.update(scene, rule, { choice, full, fresh });
    if (rule.kind === "dense" && isFirst) pixels.update(rule, choice, full);
    if (rule.kind === "dense" && !isFirst) inputs.update(scene, rule, choice, fresh);
    if ("position" in rule) showMap(shown);
    if (rule.kind === "pooling") return;
    const { layer, part, index } = weightAt(rule, BIAS);
    const changed = !!changeOf(scene.inspection.edits, layer, part, index);
    sum.update(rule, { chosen: choice.part === "bias", changed });
    if (answers) softmax.update(answers, scene.description.class_names, rule.unit);
    else curve.update(rule.activation, rule.z, rule.value, fresh);
  }

  /** @param {Shown} shown */
  function showMap({ scene, rule }) {
    if (!("position" in rule)) return;
    const { column, unit, position } = rule;
    const own = valuesOfMap(scene.activations[column.place].values, column, unit);
    map.show(own, column.width, Math.max(1e-6, ...own.map(Math.abs)), tints);
    map.setMark({ ...position, height: 1, width: 1 });
    map.setCaption(`row ${position.row + 1}, column ${position.column + 1}`);
  }
  return { root, update };
}
