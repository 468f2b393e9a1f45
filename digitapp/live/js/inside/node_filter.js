// A filter at work at one position, which can be moved: the patch of its input, times its weights.

import { valuesOfMap } from "../explaining/layer_values.js";
import { filterWeight } from "../explaining/rule.js";
import { SIDE } from "../ink.js";
import { make, makeSilent, setData, setText } from "../views/elements.js";
import { changeOf } from "../edits.js";
import { numeral, signed, weightNumeral } from "../numbers.js";
import { numberGrid } from "./number_grid.js";
import { valuePicture } from "./value_picture.js";

/**
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 * @typedef {import("./node_choice.js").Choice} Choice
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./tints.js").Tints} Tints
 */

const MOST = 6; // input maps that are shown
const ADVICE = "Drag the frame, or move it by the arrow keys. Press a weight to change it.";
const OF_MANY = "The six maps that count most here are shown: press one to look into it.";
const HELP = "Move the patch: arrow keys, or drag it.";

/**
 * @param {HTMLElement} parent
 * @param {Tints} tints
 * @param {object} listeners
 * @param {(choice: Choice) => void} listeners.choose
 * @param {(row: number, column: number) => void} listeners.move the middle of the patch to a place
 *   of the input
 * @param {(rows: number, columns: number) => void} listeners.step by places of the map
 */
export function filterBody(parent, tints, { choose, move, step }) {
  const root = make("div", "live-node-filter", parent);
  const inputs = make("div", "live-filter-maps", root);
  const choosing = {
    drag: true,
    step,
    choose: (/** @type {{row: number, column: number}} */ at) => move(at.row, at.column),
  };
  const input = valuePicture(root, "What the filter moves over", choosing);
  input.setHelp(HELP);
  const work = make("div", "live-filter-work", root);
  const seen = numberGrid(work, "patch");
  makeSilent("live-sign-between", work).textContent = "×";
  const weights = numberGrid(work, "weights", (place) => choose({ part: "kernel", map, place }));
  weights.root.dataset.part = "weights";
  makeSilent("live-sign-between", work).textContent = "=";
  const products = numberGrid(work, "products");
  const line = make("p", "live-hint live-node-line", root);
  const buttons = Array.from({ length: MOST }, () => makeMapButton(inputs, (each) => look(each)));
  let map = 0; // of the input, whose part of the filter is shown
  /** @type {(() => void) | null} */
  let again = null;

  /** @param {number} each */
  function look(each) {
    map = each;
    again?.();
  }

  /**
   * @param {Scene} scene
   * @param {ConvolutionRule} rule
   * @param {{ choice: Choice, full: number, fresh: boolean }} how
   */
  function update(scene, rule, how) {
    again = () => update(scene, rule, { ...how, fresh: false });
    const { from } = rule;
    const many = from.count > 1;
    if (how.fresh || map >= from.count) map = rule.patch.order[0];
    if ("map" in how.choice && how.fresh) map = how.choice.map;
    inputs.hidden = !many;
    setText(line, many ? `${ADVICE} ${OF_MANY}` : ADVICE);
    if (many) showMaps(rule, how.full);
    showInput(scene, rule);
    showPatch(scene, rule, how);
  }

  /**
   * @param {ConvolutionRule} rule
   * @param {number} full
   */
  function showMaps({ patch }, full) {
    const shown = patch.order.slice(0, MOST).sort((a, b) => a - b);
    if (!shown.includes(map)) shown.splice(-1, 1, map);
    buttons.forEach((button, n) => button.update(patch.maps[shown[n]], patch.width, full, tints, map));
  }

  /**
   * @param {Scene} scene
   * @param {ConvolutionRule} rule
   */
  function showInput({ image, activations }, { from, patch }) {
    if (from.kind === "pixels") {
      input.showInk(image || new Float32Array(SIDE * SIDE));
      input.setCaption("your drawing");
    } else {
      const own = valuesOfMap(activations[from.place].values, from, map);
      input.show(own, from.width, Math.max(1e-6, ...own.map(Math.abs)), tints);
      input.setCaption(`map ${map + 1} before`);
    }
    input.setMark({ row: patch.top, column: patch.left, height: patch.height, width: patch.width });
  }

  /**
   * @param {Scene} scene
   * @param {ConvolutionRule} rule
   * @param {{ choice: Choice, full: number }} how
   */
  function showPatch({ inspection }, rule, { choice, full }) {
    const { from, patch, column } = rule;
    const own = patch.maps[map];
    const ink = from.kind === "pixels";
    const most = ink ? 1 : Math.max(1, ...patch.maps.flatMap((each) => [...each.inputs].map(Math.abs)));
    const { width, outside } = patch;
    const cells = [...own.inputs].map((value, place) => {
      const light = Math.round(255 * value);
      const ground = ink ? `rgb(${light}, ${light}, ${light})` : tints.behind(value / most);
      const text = numeral(value);
      return { text, ground, colour: ink ? (value < 0.45 ? "#fff" : "#000") : "", outside: outside[place] };
    });
    setData(root, "wide", width > 3);
    seen.update(cells, width);
    weights.update(
      [...own.weights].map((weight, place) => {
        const index = filterWeight(rule, map, place);
        return {
          text: numeral(weight),
          label: `Weight ${weightNumeral(weight)}: change it`,
          ground: tints.behind(weight / full),
          chosen: "map" in choice && choice.map === map && choice.place === place,
          changed: !!changeOf(inspection.edits, column.layer, "kernel", index),
        };
      }),
      width,
    );
    products.update(
      [...own.products].map((product) => ({
        text: signed(product),
        ground: tints.behind(product / (full * most)),
      })),
      width,
    );
  }
  return { root, update };
}

/**
 * A button for one input map: its part of the filter, and what it adds.
 * @param {HTMLElement} parent
 * @param {(map: number) => void} look
 */
function makeMapButton(parent, look) {
  const root = make("button", "live-input-map", parent);
  root.type = "button";
  let map = -1;
  root.addEventListener("click", () => look(map));
  const picture = valuePicture(root, "The filter's weights");
  const sum = make("b", "live-input-sum", root);

  /**
   * @param {import("../explaining/patch.js").MapPatch | undefined} shown
   * @param {number} width
   * @param {number} full
   * @param {Tints} tints
   * @param {number} looked
   */
  function update(shown, width, full, tints, looked) {
    root.hidden = !shown;
    if (!shown) return;
    map = shown.map;
    picture.show(shown.weights, width, full, tints);
    picture.setCaption(`map ${map + 1}`);
    picture.setName(`The filter's weights for map ${map + 1}`);
    setText(sum, signed(shown.sum));
    root.setAttribute("aria-pressed", String(map === looked));
  }
  return { root, update };
}
