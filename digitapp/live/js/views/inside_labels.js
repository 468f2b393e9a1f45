// The words of a network's picture, as text over the canvas: writing on it each time takes longer
// than all the rest.

import { make, makeSilent, setData } from "./elements.js";
import { detailOf } from "./layers.js";

/** @typedef {import("./inside_layout.js").Placed} Placed */

const BESIDE = 8; // pixels between an answer's square and its name

/**
 * Write a title under each column.
 *
 * @param {HTMLElement} stage
 * @param {boolean} large
 */
function titles(stage, large) {
  const row = make("div", "live-layers", stage);

  /** @param {Placed[]} placed */
  return function write(placed) {
    row.replaceChildren();
    placed.forEach(({ column, left, width, shown, room }, n) => {
      const title = make("p", "live-layer", row);
      make("b", "live-layer-name", title, n ? `${n}. ${column.title}` : column.title);
      const most = large && n && shown < column.count ? "; the most active" : "";
      make("span", "live-layer-detail", title, `${detailOf(column, shown)}${most}`);
      title.style.left = `${left + width / 2}px`;
      title.style.width = `${room}px`;
    });
    if (!large) return;
    const heights = [...row.children].map((each) => each.getBoundingClientRect().height);
    row.style.height = `${Math.ceil(Math.max(...heights))}px`;
  };
}

/**
 * Write the names of the answers beside their squares.
 *
 * @param {HTMLElement} stage
 */
function answers(stage) {
  const list = makeSilent("live-answers", stage); // the bars say the same
  /** @type {HTMLElement[]} */
  let labels = [];
  let marked = -1;

  /**
   * @param {Placed} placed
   * @param {string[]} names
   */
  function write({ side, pitch, across, shown, left, top, width }, names) {
    const [rows, step] = [Math.ceil(shown / across), width / across];
    list.replaceChildren();
    marked = -1;
    labels = names.map((name, n) => {
      const label = make("span", "live-answer-name", list, name);
      label.style.left = `${left + Math.floor(n / rows) * step + side + BESIDE}px`;
      label.style.top = `${top + (n % rows) * pitch}px`;
      label.style.maxWidth = `${step - side - BESIDE}px`;
      label.style.lineHeight = `${pitch}px`;
      return label;
    });
    list.style.fontSize = `${Math.min(13 / 16, (pitch - 2) / 16)}em`;
  }

  /** @param {ArrayLike<number> | null} shares */
  function mark(shares) {
    let best = -1;
    for (let n = 0; shares && n < shares.length; n += 1) {
      if (best < 0 || shares[n] > shares[best]) best = n;
    }
    if (best === marked) return;
    if (labels[marked]) setData(labels[marked], "best", false);
    if (labels[best]) setData(labels[best], "best", true);
    marked = best;
  }
  return { write, mark };
}

/**
 * @param {HTMLElement} stage
 * @param {boolean} large whether there is room for more words
 */
export function labelsOn(stage, large) {
  const writeTitles = titles(stage, large);
  const { write: writeAnswers, mark } = answers(stage);

  /**
   * @param {Placed[]} placed
   * @param {string[]} names of the answers
   */
  function write(placed, names) {
    writeTitles(placed);
    const last = placed[placed.length - 1];
    if (last.column.kind === "outputs") writeAnswers(last, names);
  }
  return { write, mark };
}
