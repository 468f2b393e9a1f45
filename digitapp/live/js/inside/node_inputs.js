// A node of a later layer: its strongest inputs, each with its weight.

import { largestProducts } from "../explaining/rule.js";
import { make, setData, setText } from "../views/elements.js";
import { inputName, weightAt } from "./node_choice.js";
import { numberRows, steady } from "./number_rows.js";
import { changeOf } from "../edits.js";
import { signed } from "../numbers.js";

/** @typedef {import("../explaining/rule.js").DenseRule} DenseRule */
/** @typedef {import("./node_choice.js").Choice} Choice */
/** @typedef {import("./scene.js").Scene} Scene */

const ROWS = 8;
const ADVICE = "Press a name to go there, a weight to change it.";

/**
 * @param {HTMLElement} parent
 * @param {object} listeners
 * @param {(choice: Choice) => void} listeners.choose
 * @param {(input: number) => void} listeners.open
 */
export function inputsBody(parent, { choose, open }) {
  const root = make("div", "live-node-inputs", parent);
  const head = make("p", "live-hint live-node-line", root);
  const rows = numberRows(root, ROWS, open, (input) => choose({ part: "kernel", input }));
  rows.root.dataset.part = "weights";
  const rest = make("p", "live-node-rest", root);
  const [others, theirs] = [make("span", "", rest), make("span", "", rest)];
  /** @type {number[]} */
  let shown = [];

  /**
   * @param {Scene} scene
   * @param {DenseRule} rule
   * @param {Choice} choice
   * @param {boolean} fresh whether it is another node than before
   */
  function update(scene, rule, choice, fresh) {
    const { columns, inspection, resting } = scene;
    const { products, inputs, weights } = rule;
    const wanted = largestProducts(products, ROWS);
    const chosen = "input" in choice ? choice.input : -1;
    if (chosen >= 0 && !wanted.includes(chosen)) wanted.splice(-1, 1, chosen);
    shown = fresh || resting ? wanted : steady(shown, wanted);
    const column = columns.indexOf(rule.column);
    const items = shown.map((input) => {
      const { layer, part, index } = weightAt(rule, { part: "kernel", input });
      const name = inputName(columns, column, input);
      return {
        key: input,
        name: name[0].toUpperCase() + name.slice(1),
        help: `Look into ${name}`,
        input: inputs[input],
        weight: weights[input],
        product: products[input],
        chosen: input === chosen,
        changed: !!changeOf(inspection.edits, layer, part, index),
      };
    });
    rows.update(items, fresh);
    setData(root, "places", rule.from.kind === "maps");
    const from = rule.from.kind === "maps" ? "the maps before" : `layer ${column - 1}`;
    setText(head, `What counts most: value from ${from} × weight = product. ${ADVICE}`);
    const left = products.length - shown.length;
    const sum = shown.reduce((all, input) => all - products[input], rule.sum);
    setText(others, left > 0 ? `and ${left.toLocaleString("en")} others together` : "");
    setText(theirs, left > 0 ? signed(sum) : "");
  }
  return { root, update };
}
