// The softmax in a table: the score of each answer, e to the power of it, and its share.

import { NONE_OF_THESE, NOT_A_DIGIT } from "../reading.js";
import { make, makeSilent, setData, setText } from "../views/elements.js";
import { decimalsOf, numeral, sharePercent } from "../numbers.js";

/** @typedef {import("../explaining/softmax.js").Softmax} Softmax */

const REFUSAL = `The share of “${NONE_OF_THESE}” is a bar like the others. From 50 % on, the network says that this doesn't look like a digit.`;
const POWER = "The third column is e to the power of";
const BELOW = "that one becomes 1, and each step of 1 below it divides by e, which is 2.718…";
const MORE = "a score of 0 becomes 1, and each step of 1 more multiplies by e, which is 2.718…";
const SHIFTED = "Taking the same away from each score leaves the shares as they are.";

/**
 * @param {HTMLElement} parent
 * @param {(output: number) => void} open
 */
export function softmaxView(parent, open) {
  const root = make("div", "live-softmax", parent);
  root.dataset.part = "activation";
  const table = make("table", "live-softmax-table", root);
  const steps = make("caption", "live-softmax-steps", table);
  const head = make("tr", "", make("thead", "", table));
  const [, , third] = ["answer", "score", "e", "share"].map((title) => {
    const cell = make("th", "", head, title);
    cell.scope = "col";
    return cell;
  });
  const exponent = make("sup", "", third);
  const body = make("tbody", "", table);
  const total = make("p", "live-hint live-softmax-note", root);
  const note = make("p", "live-hint live-softmax-note", root);
  /** @type {string[]} */
  let known = [];
  /** @type {ReturnType<typeof makeRow>[]} */
  let rows = [];

  /**
   * @param {Softmax} softmax
   * @param {string[]} names of the outputs
   * @param {number} chosen
   */
  function update({ scores, shift, powers, total: sum, shares }, names, chosen) {
    if (known !== names) {
      known = names;
      body.replaceChildren();
      rows = names.map((name, output) => makeRow(body, name, () => open(output)));
      setText(note, names.includes(NOT_A_DIGIT) ? REFUSAL : "");
    }
    const taken = shift < 0 ? ` + ${numeral(-shift)}` : ` − ${numeral(shift)}`;
    setText(exponent, shift ? `(score${taken})` : "score");
    setText(steps, shift ? `${POWER} (score${taken}), the largest score: ${BELOW}` : `${POWER} the score: ${MORE}`);
    const best = shares.indexOf(Math.max(...shares));
    rows.forEach((row, n) => {
      row.update(scores[n], powers[n], shares[n], { chosen: n === chosen, best: n === best });
    });
    const divided = `Each share is that number ÷ ${power(sum)}, the sum of them all`;
    setText(total, shift ? `${divided}. ${SHIFTED}` : `${divided}.`);
  }
  return { root, update };
}

/** @param {number} value */
function power(value) {
  if (value && value < 0.01) return numeral(value, decimalsOf(value));
  return value < 1000 ? numeral(value) : Math.round(value).toLocaleString("en");
}

/**
 * @param {HTMLElement} body
 * @param {string} name
 * @param {() => void} open
 */
function makeRow(body, name, open) {
  const row = make("tr", "live-softmax-row", body);
  const shown = name === NOT_A_DIGIT ? NONE_OF_THESE : name;
  const first = make("th", "", row);
  first.scope = "row";
  const button = make("button", "live-row-name", first, shown);
  button.type = "button";
  button.addEventListener("click", open);
  const [score, third] = [make("td", "", row), make("td", "", row)];
  const last = make("td", "live-softmax-share", row);
  const number = make("span", "live-softmax-number", last);
  const fill = makeSilent("live-fill", makeSilent("live-track", last));

  /**
   * @param {number} z
   * @param {number} own
   * @param {number} share
   * @param {{chosen: boolean, best: boolean}} is
   */
  function update(z, own, share, { chosen, best }) {
    setText(score, numeral(z));
    setText(third, power(own));
    setText(number, sharePercent(share));
    fill.style.transform = `scaleX(${share.toFixed(4)})`;
    setData(row, "chosen", chosen);
    setData(row, "best", best);
  }
  return { update };
}
