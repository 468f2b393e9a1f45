// The sum of the products, the bias, and what the activation function makes of both together.

import { make, setData, setText } from "../views/elements.js";
import { functionName } from "./node_words.js";
import { numeral, sharePercent, signed } from "../numbers.js";

/**
 * @typedef {import("../explaining/rule.js").DenseRule} DenseRule
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 */

/**
 * @param {HTMLElement} parent
 * @param {() => void} chooseBias
 */
export function sumView(parent, chooseBias) {
  const root = make("dl", "live-sum", parent);
  const rows = ["products", "bias", "total", "value"].map((name) => {
    const row = make("div", "live-sum-row", root);
    setData(row, "name", name);
    const term = make("dt", "live-sum-term", row);
    return { row, term, number: make("dd", "live-sum-number", row) };
  });
  const [products, bias, total, value] = rows;
  const button = make("button", "live-number", bias.number);
  button.type = "button";
  button.addEventListener("click", chooseBias);
  bias.row.dataset.part = "weights";
  value.row.dataset.part = "activation";
  setText(bias.term, "bias");

  /**
   * @param {DenseRule | ConvolutionRule} rule
   * @param {{chosen: boolean, changed: boolean}} of the bias
   */
  function update(rule, { chosen, changed }) {
    setText(products.term, "sum of the products");
    setText(products.number, signed(rule.sum));
    setText(button, signed(rule.bias));
    setData(button, "chosen", chosen);
    setData(button, "changed", changed);
    button.setAttribute("aria-pressed", String(chosen));
    const label = `Bias ${signed(rule.bias)}: change it`;
    if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    const isAnswer = rule.activation === "softmax";
    // All three are rounded, so that their last digits need not add up.
    setText(total.term, isAnswer ? "score, rounded" : "together, rounded");
    setText(total.number, signed(rule.z));
    const own = isAnswer ? "its share" : `${functionName(rule.activation)} hands on`;
    setText(value.term, rule.off ? "switched off" : own);
    setText(value.number, isAnswer ? sharePercent(rule.value) : numeral(rule.value));
    setData(root, "off", rule.off);
  }
  return { root, update };
}
