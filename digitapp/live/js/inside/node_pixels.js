// A node of the first layer: its weights as a picture, times the drawing, are its products.

import { SIDE } from "../ink.js";
import { make, makeSilent, setText } from "../views/elements.js";
import { numeral, signed, weightNumeral } from "../numbers.js";
import { valuePicture } from "./value_picture.js";

/** @typedef {import("../explaining/rule.js").DenseRule} DenseRule */
/** @typedef {import("./node_choice.js").Choice} Choice */
/** @typedef {import("./tints.js").Tints} Tints */
/** @typedef {import("./value_picture.js").Place} Place */

const ADVICE = "Press a pixel of the weights to change its weight.";
const WEIGHTS = "Its weights: blue is positive, orange negative";
const PRODUCTS = "The products of weights and pixels: blue speaks for the node, orange against it";

/**
 * @param {HTMLElement} parent
 * @param {Tints} tints
 * @param {(choice: Choice) => void} choose
 */
export function pixelsBody(parent, tints, choose) {
  const root = make("div", "live-node-pixels", parent);
  /** @type {Place | null} */
  let pointed = null;
  /** @type {{rule: DenseRule, choice: Choice} | null} */
  let latest = null;
  const choosing = {
    /** @param {Place} place */
    choose: ({ row, column }) => choose({ part: "kernel", input: row * SIDE + column }),
    /** @param {Place | null} place */
    point(place) {
      pointed = place;
      tell();
    },
  };
  const weights = valuePicture(root, WEIGHTS, choosing);
  makeSilent("live-sign-between", root).textContent = "×";
  const drawing = valuePicture(root, "Your drawing");
  makeSilent("live-sign-between", root).textContent = "=";
  const products = valuePicture(root, PRODUCTS);
  const line = make("p", "live-hint live-node-line", root);
  weights.frame.dataset.part = "weights";
  weights.setHelp("Choose a weight: arrow keys move from pixel to pixel.");
  weights.setCaption("its 784 weights");
  drawing.setCaption("your drawing");
  products.setCaption("784 products");

  function tell() {
    if (!latest) return;
    const { rule, choice } = latest;
    const chosen = "input" in choice ? choice.input : -1;
    const at = pointed ? pointed.row * SIDE + pointed.column : chosen;
    if (at < 0) return setText(line, ADVICE);
    const where = `row ${Math.floor(at / SIDE) + 1}, column ${(at % SIDE) + 1}`;
    const [pixel, weight] = [numeral(rule.inputs[at]), weightNumeral(rule.weights[at])];
    setText(line, `${where}: weight ${weight} × pixel ${pixel} = ${signed(rule.products[at], 3)}`);
  }

  /**
   * @param {DenseRule} rule
   * @param {Choice} choice
   * @param {number} full the weight that gets the strongest colour
   */
  function update(rule, choice, full) {
    latest = { rule, choice };
    weights.show(rule.weights, SIDE, full, tints);
    drawing.showInk(rule.inputs);
    products.show(rule.products, SIDE, full, tints);
    const at = "input" in choice ? choice.input : -1;
    const mark = { row: Math.floor(at / SIDE), column: at % SIDE, height: 1, width: 1 };
    for (const each of [weights, drawing, products]) each.setMark(at < 0 ? null : mark);
    tell();
  }
  return { root, update };
}
