// Pooling at one position, which can be moved: a patch of a map, and its maximum or average.

import { valuesOfMap } from "../explaining/layer_values.js";
import { make, makeSilent, setText } from "../views/elements.js";
import { numeral } from "../numbers.js";
import { numberGrid } from "./number_grid.js";
import { valuePicture } from "./value_picture.js";

/** @typedef {import("../explaining/rule.js").PoolingRule} PoolingRule */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./tints.js").Tints} Tints */

/**
 * @param {HTMLElement} parent
 * @param {Tints} tints
 * @param {object} listeners
 * @param {(row: number, column: number) => void} listeners.move the patch to a place of the input
 * @param {(rows: number, columns: number) => void} listeners.step by places of the map
 */
export function poolingBody(parent, tints, { move, step }) {
  const root = make("div", "live-node-filter", parent);
  const input = valuePicture(root, "The map before it is made smaller", {
    drag: true,
    step,
    choose: ({ row, column }) => move(row, column),
  });
  input.setHelp("Move the patch: arrow keys, or drag it.");
  const work = make("div", "live-pool-work", root);
  const patch = numberGrid(work, "patch");
  const sign = makeSilent("live-sign-between", work);
  const result = numberGrid(work, "result");
  make("p", "live-hint live-node-line", root, "Drag the frame, or move it by the arrow keys.");

  /**
   * @param {Scene} scene
   * @param {PoolingRule} rule
   */
  function update({ activations }, { from, unit, average, patch: now }) {
    const own = valuesOfMap(activations[from.place].values, from, unit);
    const full = Math.max(1e-6, ...own.map(Math.abs));
    input.show(own, from.width, full, tints);
    input.setCaption(`map ${unit + 1}, ${from.height}×${from.width}`);
    input.setMark({ row: now.top, column: now.left, height: now.height, width: now.width });
    const cells = [...now.inputs].map((value, place) => {
      const marked = !average && place === now.best;
      return { text: numeral(value), ground: tints.behind(value / full), marked };
    });
    patch.update(cells, now.width);
    setText(sign, average ? "average →" : "largest →");
    const ground = tints.behind(now.result / full);
    result.update([{ text: numeral(now.result), ground, marked: !average }], 1);
  }
  return { root, update };
}
