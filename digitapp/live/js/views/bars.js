// How probable each choice is: a bar each. Pressing one says what the drawing really was.

import { withArticle } from "../class_words.js";
import { NONE_OF_THESE, percent } from "../reading.js";
import { make, makeSilent, setData, setText } from "./elements.js";

const TITLE = "What it could be";
const INVITATION = "Wrong? Press what it was.";
const IN_ONE_COLUMN = 12; // choices; more are set in two columns, or three if their names are short
const NONE_LETTERS = 6; // that "none of these" takes, small and in two lines
const LONGEST = 14; // letters that the column of names has room for

/** @param {string} name */
function isChoice(name) {
  return name !== NONE_OF_THESE;
}

/**
 * @param {Element} list
 * @param {string} name
 * @param {((name: string) => void) | null} onPick
 */
function makeRow(list, name, onPick) {
  const item = make("li", "live-row", list);
  const row = make(onPick ? "button" : "div", "live-choice", item);
  if (onPick) {
    row.setAttribute("type", "button");
    row.setAttribute("aria-label", `It was ${withArticle(name)}`);
    row.addEventListener("click", () => onPick(name));
  }
  const label = make("span", "live-label", row, name);
  if (name === NONE_OF_THESE) label.classList.add("live-none");
  if (name.length > LONGEST) label.title = name;
  const fill = makeSilent("live-fill", makeSilent("live-track", row));
  const share = make("span", "live-share", row);
  let shown = NaN;

  /**
   * @param {number} value 0 to 1; -1 before there is ink
   * @param {"" | "winner" | "doubtful"} kind
   */
  function update(value, kind) {
    setData(item, "kind", kind || false);
    if (value === shown) return;
    shown = value;
    fill.style.transform = `scaleX(${Math.max(0, value).toFixed(4)})`;
    setText(share, value < 0 ? "" : percent(value, 1));
  }
  return { update };
}

/**
 * @param {Element} parent
 * @param {{choices: string[], onPick?: ((name: string) => void) | null}} options
 */
export function barsView(parent, { choices, onPick = null }) {
  const root = make("section", "live-bars", parent);
  const head = make("header", "live-head", root);
  make("h2", "live-title", head, TITLE);
  const hint = make("span", "live-hint", head);
  const list = make("ol", "live-choices live-list", root);
  list.setAttribute("role", "list"); // Safari forgets it for lists without bullets
  /** @type {ReturnType<typeof makeRow>[]} */
  let rows = [];

  /**
   * @param {string} where "" or "-narrow"
   * @param {number} columns
   */
  function setColumns(where, columns) {
    root.style.setProperty(`--live-columns${where}`, String(columns));
    root.style.setProperty(`--live-rows${where}`, String(Math.ceil(rows.length / columns)));
  }

  /**
   * @param {string[]} names
   * @param {((name: string) => void) | null} [pick] as `onPick`; by default as before
   * @param {string[]} [pickable] those that can be pressed; by default all but "none of these"
   */
  function setChoices(names, pick = onPick, pickable = names.filter(isChoice)) {
    onPick = pick;
    list.replaceChildren();
    rows = names.map((name) => makeRow(list, name, pickable.includes(name) ? onPick : null));
    setText(hint, onPick ? INVITATION : "");
    const letters = names.map((name) => (name === NONE_OF_THESE ? NONE_LETTERS : name.length));
    const longest = Math.max(1, ...letters);
    const columns = names.length <= IN_ONE_COLUMN ? 1 : longest <= NONE_LETTERS ? 3 : 2;
    root.style.setProperty("--live-letters", String(Math.min(longest, LONGEST)));
    setColumns("", columns);
    setColumns("-narrow", Math.min(columns, longest <= NONE_LETTERS ? 2 : 1));
    update(null, -1);
  }

  /**
   * @param {ArrayLike<number> | null} shares one for each choice, 0 to 1; null before there is ink
   * @param {number} choice the network's decision, as an index; -1 for none
   * @param {{refused?: boolean}} [how]
   */
  function update(shares, choice, { refused = false } = {}) {
    setData(root, "empty", !shares);
    rows.forEach((row, place) => {
      const kind = place !== choice ? "" : refused ? "doubtful" : "winner";
      row.update(shares ? (shares[place] ?? 0) : -1, shares ? kind : "");
    });
  }

  setChoices(choices);
  return { root, setChoices, update };
}
