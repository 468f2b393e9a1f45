// One drawing read by many networks: a card for each, in the colour of its run.

import { disagree } from "../parts_words.js";
import { NONE_OF_THESE, percent, UNREAD } from "../reading.js";
import { make, makeSilent, setData, setText } from "./elements.js";

const LONG = 3; // letters of a name from which it is set smaller
const LEAST = 0.02; // of the height: what the smallest share still shows
const BY_SERVER = "read by the server";

/**
 * @typedef {object} Card
 * @property {string} name of the network
 * @property {number} run
 * @property {string} title
 * @property {string} colour
 * @property {string[]} choices of the network
 * @property {Shown & { parts?: Parts | null } | null} record the server's reading
 */

/**
 * @typedef {Pick<import("../reading.js").Prediction,
 *   "sign" | "sure" | "other" | "refused" | "none" | "shares" | "choice">} Shown
 */

/** @typedef {import("../parts_words.js").Parts} Parts */

/** @typedef {import("../live.js").Result} Result */

/**
 * What picture and movement say each, of a network that reads both.
 * @param {Parts} parts
 */
function inShort({ picture, movement }) {
  return `picture ${picture.sign}, movement ${movement.sign}`;
}

/** @param {string} name */
function shortened(name) {
  if (name === NONE_OF_THESE) return UNREAD;
  return name.length < LONG ? name : name.slice(0, 1);
}

/**
 * @param {Element} parent
 * @param {Card} card
 */
function makeCard(parent, { run, title, colour, choices }) {
  const root = make("div", "live-reading", parent);
  root.style.setProperty("--live-run", colour);
  setData(root, "run", String(run));
  make("div", "live-reading-title", root, title).title = title;
  const body = make("div", "live-reading-body", root);
  const sign = make("span", "live-reading-sign", body);
  const words = make("span", "live-reading-words", body);
  const sure = make("span", "", words);
  const note = make("span", "live-reading-note", words);
  const bars = make("div", "live-reading-bars", root);
  const names = make("div", "live-reading-names", root);
  const fills = choices.map((name) => {
    make("span", "", names, shortened(name));
    return makeSilent("live-reading-fill", bars);
  });

  /** @type {{ result: Result | undefined, record: Card["record"] } | null} */
  let latest = null; // most frames bring news of a few cards only

  /** @param {Shown | null} shown null before there is ink */
  function read(shown) {
    setText(sign, shown ? shown.sign : UNREAD);
    setData(root, "digit", shown ? shown.sign : UNREAD);
    setData(root, "empty", !shown);
    setData(sign, "long", !!shown && shown.sign.length >= LONG);
    const told = shown && (shown.refused ? `${shown.none}: ${percent(shown.other)}` : "");
    setText(sure, shown ? told || `${percent(shown.sure)} sure` : "");
    fills.forEach((fill, place) => {
      const share = shown ? shown.shares[place] : 0;
      fill.style.transform = `scaleY(${Math.max(LEAST, share).toFixed(4)})`;
      setData(fill, "chosen", !!shown && place === shown.choice);
      fill.title = shown ? `${choices[place]}: ${percent(share)}` : choices[place];
    });
  }

  /**
   * @param {Result | undefined} result
   * @param {Card["record"]} record
   */
  function update(result, record) {
    if (latest && latest.result === result && latest.record === record) return;
    latest = { result, record };
    const state = result ? result.state : "loading";
    const own = state === "ready" || state === "blank";
    setData(root, "state", state);
    const parts = own && result ? result.parts : record && record.parts;
    setText(note, state === "unavailable" ? BY_SERVER : parts ? inShort(parts) : "");
    note.title = state === "unavailable" && result ? result.problem : "";
    setData(root, "disagree", !!parts && disagree(parts));
    read(own && result ? result.prediction : record);
  }
  return { update };
}

/**
 * The server's own cards say the same in words to a screen reader, once a stroke is finished.
 *
 * @param {Element} parent
 * @param {string} invitation
 */
export function readingsView(parent, invitation) {
  const root = make("section", "live-readings", parent);
  root.setAttribute("aria-hidden", "true");
  make("p", "live-hint", root, invitation);
  const list = make("div", "live-reading-cards", root);
  /** @type {Card[]} */
  let cards = [];
  /** @type {ReturnType<typeof makeCard>[]} */
  let made = [];
  let shown = "";

  /** @param {Card[]} told */
  function setCards(told) {
    cards = told;
    const now = JSON.stringify(cards.map((card) => ({ ...card, record: null })));
    if (now === shown) return;
    shown = now;
    list.replaceChildren();
    made = cards.map((card) => makeCard(list, card));
  }

  /** @param {ReadonlyMap<string, Result>} results by network */
  function update(results) {
    made.forEach((card, place) => {
      const { name, record } = cards[place];
      card.update(results.get(name), record);
    });
  }
  return { root, setCards, update };
}
