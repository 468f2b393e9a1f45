// A small table of numbers on coloured ground: a patch, a filter, or their products.

import { make, setData, setText } from "../views/elements.js";

/** @typedef {{ text: string, ground: string, colour?: string, label?: string, outside?: boolean,
 *   chosen?: boolean, changed?: boolean, marked?: boolean }} Cell */

/**
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {((place: number) => void) | null} [choose] makes buttons of the cells
 */
export function numberGrid(parent, name, choose = null) {
  const root = make("figure", "live-grid", parent);
  const table = make("div", "live-grid-cells", root);
  table.setAttribute("role", "group");
  table.setAttribute("aria-label", name);
  make("figcaption", "live-value-caption", root, name);
  /** @type {HTMLElement[]} */
  let cells = [];
  let across = 0;

  /**
   * @param {number} count
   * @param {number} width
   */
  function arrange(count, width) {
    across = width;
    table.replaceChildren();
    table.style.setProperty("--live-across", String(width));
    cells = Array.from({ length: count }, (_, place) => {
      const cell = make(choose ? "button" : "span", "live-grid-cell", table);
      if (!choose) return cell;
      cell.setAttribute("type", "button");
      cell.tabIndex = place ? -1 : 0;
      cell.addEventListener("click", () => choose(place));
      return cell;
    });
  }

  if (choose) {
    table.addEventListener("keydown", (event) => {
      const at = cells.indexOf(/** @type {HTMLElement} */ (event.target));
      /** @type {Record<string, number>} */
      const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
      const step = steps[event.key];
      const next = at + step;
      if (at < 0 || !step || !cells[next]) return;
      if (Math.abs(step) === 1 && Math.floor(next / across) !== Math.floor(at / across)) return;
      event.preventDefault();
      cells[next].focus();
      choose(next);
    });
  }

  /**
   * @param {Cell[]} shown row by row
   * @param {number} width
   */
  function update(shown, width) {
    if (cells.length !== shown.length || across !== width) arrange(shown.length, width);
    const stop = Math.max(0, shown.findIndex(({ chosen }) => chosen));
    shown.forEach(({ text, ground, colour, label, outside, chosen, changed, marked }, place) => {
      const cell = cells[place];
      setText(cell, text);
      if (cell.style.backgroundColor !== ground) cell.style.backgroundColor = ground;
      cell.style.color = colour || "";
      setData(cell, "outside", !!outside);
      setData(cell, "chosen", !!chosen);
      setData(cell, "changed", !!changed);
      setData(cell, "marked", !!marked);
      cell.title = outside ? "outside the picture, so 0" : "";
      if (!choose) return;
      cell.tabIndex = place === stop ? 0 : -1;
      cell.setAttribute("aria-pressed", String(!!chosen));
      cell.setAttribute("aria-label", label || text);
    });
  }
  return { root, update };
}
