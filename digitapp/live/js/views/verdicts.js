// How each network reads the distorted drawing: a card each, in the colour of its curve.

import { percent, UNREAD } from "../reading.js";
import { make, makeSilent, setData, setText } from "./elements.js";

/**
 * @typedef {object} Card
 * @property {string} name of the network
 * @property {string} title
 * @property {string} colour
 * @property {string} line a background like its curve
 * @property {string} range in which it reads the digit, as a sentence
 * @property {string} practised what it was trained with, as a sentence
 * @property {Shown} record the server's reading
 */

/**
 * @typedef {Pick<import("../reading.js").Prediction,
 *   "name" | "sign" | "sure" | "other" | "refused" | "none">} Shown
 */

/** @typedef {import("../live.js").Result} Result */

/** @param {Element} parent */
function makeCard(parent) {
  const root = make("div", "live-verdict", parent);
  const left = make("div", "live-verdict-left", root);
  const sign = make("span", "live-verdict-sign", left);
  const line = makeSilent("live-verdict-line", left);
  const words = make("div", "live-verdict-words", root);
  const title = make("p", "live-verdict-title", words);
  const said = make("p", "live-verdict-said", words);
  const what = make("span", "live-verdict-part", said);
  const sure = make("span", "live-verdict-part", said);
  const range = make("p", "live-verdict-range", words);
  const practised = make("p", "live-verdict-practised", words);

  /** @param {Card} card */
  function setCard(card) {
    sign.style.color = card.colour;
    line.style.background = card.line;
    setText(title, card.title);
    // A unit stays on the line of its number.
    setText(range, card.range.replace(/ (?=px|%)/g, "\u00a0"));
    setText(practised, card.practised);
  }

  /**
   * @param {Shown | null} read
   * @param {string} digit the right one
   * @param {string} state
   */
  function update(read, digit, state) {
    const right = !!read && read.name === digit && !read.refused;
    const refused = read && read.refused ? `✗ thinks it is ${read.none}` : "";
    setText(sign, read ? read.sign : UNREAD);
    setText(what, read ? refused || (right ? "✓ right" : "✗ wrong") : "");
    setText(sure, read ? `${percent(refused ? read.other : read.sure)} sure` : "");
    setData(root, "state", state);
    setData(root, "digit", read ? read.sign : UNREAD);
  }
  return { root, setCard, update };
}

/**
 * The server's own cards say the same in words to a screen reader.
 *
 * @param {Element} parent
 */
export function verdictsView(parent) {
  const root = make("section", "live-verdicts", parent);
  root.setAttribute("aria-hidden", "true");
  /** @type {Card[]} */
  let cards = [];
  /** @type {ReturnType<typeof makeCard>[]} */
  const made = [];

  /** @param {Card[]} told */
  function setCards(told) {
    cards = told;
    while (made.length > cards.length) made.pop()?.root.remove();
    while (made.length < cards.length) made.push(makeCard(root));
    cards.forEach((card, place) => made[place].setCard(card));
  }

  /**
   * @param {ReadonlyMap<string, Result>} results by network
   * @param {string} digit the right one
   * @param {boolean} settled whether the server's sentences are about what is drawn
   */
  function update(results, digit, settled) {
    setData(root, "settled", settled);
    cards.forEach(({ name, record }, place) => {
      const result = results.get(name);
      const own = result && (result.state === "ready" || result.state === "blank");
      const read = own ? result.prediction : record;
      made[place].update(read, digit, result ? result.state : "loading");
    });
  }
  return { root, setCards, update };
}
