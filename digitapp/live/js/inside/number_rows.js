// Rows such as "node 3: 2.10 × 0.83 = +1.74" with a bar. Rows stay where they are while one draws.

import { make, makeSilent, setData, setText } from "../views/elements.js";
import { numeral, scaleFor, signed, weightNumeral } from "../numbers.js";

/**
 * @typedef {object} Item
 * @property {number} key
 * @property {string} name
 * @property {string} help what pressing the name does
 * @property {number} input
 * @property {number} weight
 * @property {number} product
 * @property {boolean} chosen
 * @property {boolean} changed
 */

/**
 * @param {HTMLElement} parent
 * @param {number} most rows
 * @param {(key: number) => void} open called when a name is pressed
 * @param {((key: number) => void) | null} choose called when a weight is pressed
 */
export function numberRows(parent, most, open, choose) {
  const root = make("ol", "live-list live-number-rows", parent);
  root.setAttribute("role", "list");
  let reach = 0; // of the bars
  const rows = Array.from({ length: most }, () => {
    const item = make("li", "live-number-row", root);
    const name = make("button", "live-row-name", item);
    name.type = "button";
    const input = make("span", "live-row-number", item);
    makeSilent("live-row-sign", item).textContent = "×";
    const weight = make(choose ? "button" : "span", "live-row-number", item);
    makeSilent("live-row-sign", item).textContent = "=";
    const product = make("b", "live-row-number", item);
    const bar = makeSilent("live-row-bar", makeSilent("live-row-track", item));
    const row = { item, name, input, weight, product, bar, key: -1 };
    name.addEventListener("click", () => open(row.key));
    if (choose) {
      weight.classList.add("live-number");
      weight.setAttribute("type", "button");
      weight.addEventListener("click", () => choose(row.key));
    }
    return row;
  });

  /**
   * @param {typeof rows[number]} row
   * @param {Item | undefined} item
   */
  function fill(row, item) {
    row.item.style.visibility = item ? "" : "hidden";
    if (!item) return;
    const { key, name, help, input, weight, product, chosen, changed } = item;
    row.key = key;
    setText(row.name, name);
    row.name.title = help;
    setText(row.input, numeral(input));
    setText(row.weight, weightNumeral(weight));
    setText(row.product, signed(product));
    setData(row.weight, "chosen", chosen);
    setData(row.weight, "changed", changed);
    if (choose) {
      row.weight.setAttribute("aria-pressed", String(chosen));
      row.weight.setAttribute("aria-label", `Weight ${weightNumeral(weight)}: change it`);
    }
    const share = Math.max(-1, Math.min(1, product / reach));
    row.bar.style.transform = `scaleX(${share.toFixed(4)})`;
    setData(row.bar, "negative", product < 0);
  }

  /**
   * @param {Item[]} items
   * @param {boolean} fresh whether they are of another node, so that the bars get another scale
   */
  function update(items, fresh) {
    const needed = scaleFor(Math.max(...items.map(({ product }) => Math.abs(product)), 0));
    reach = fresh ? needed : Math.max(reach, needed);
    rows.forEach((row, n) => fill(row, items[n]));
  }
  return { root, update };
}

/**
 * Keep rows in their places: those that are still wanted stay, new ones take the places of others.
 * @param {number[]} before
 * @param {number[]} wanted strongest first
 */
export function steady(before, wanted) {
  const fresh = wanted.filter((each) => !before.includes(each));
  const kept = before.slice(0, wanted.length).map((each) => {
    return wanted.includes(each) ? each : /** @type {number} */ (fresh.shift());
  });
  return [...kept, ...fresh];
}
