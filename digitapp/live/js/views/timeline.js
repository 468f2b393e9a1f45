// What the network read after each stroke, as a row of badges.

import { percent, UNREAD } from "../reading.js";
import { make, makeScroller, setData, setText } from "./elements.js";

const TITLE = "Stroke by stroke";

/**
 * `parts` is what picture and movement said each, if the network reads both.
 * @typedef {{stroke: number, sign: string, sure: number, doubtful: boolean, parts?: Parts | null}} Stage
 */

/** @typedef {import("../parts_words.js").Parts} Parts */

/**
 * @param {Element} list
 * @param {(stroke: number) => void} onReplay
 */
function makeBadge(list, onReplay) {
  const badge = make("li", "live-badge", list);
  const replay = make("button", "live-badge-replay", badge);
  replay.type = "button";
  const stroke = make("span", "live-badge-stroke", replay);
  const sign = make("b", "live-badge-sign", replay);
  const sure = make("span", "live-badge-sure", replay);
  const other = make("span", "live-badge-other", replay);
  let number = 0;
  replay.addEventListener("click", () => onReplay(number));

  /** @param {Stage} stage */
  function update({ parts = null, ...stage }) {
    number = stage.stroke;
    setText(stroke, `${stage.stroke}:`);
    setText(sign, stage.sign);
    setText(sure, stage.sign === UNREAD ? "" : percent(stage.sure, 0));
    setText(other, parts ? otherwise(parts, stage.sign) : "");
    setData(badge, "doubtful", stage.doubtful);
    replay.disabled = !parts;
    replay.title = parts ? `See your pen move up to the end of stroke ${number}` : "";
  }
  return { badge, update };
}

/**
 * What the one of picture and movement said that was not followed, if there is one.
 * @param {Parts} parts
 * @param {string} sign of both together
 */
function otherwise({ picture, movement }, sign) {
  if (picture.sign === movement.sign) return "";
  return picture.sign === sign ? `movement ${movement.sign}` : `picture ${picture.sign}`;
}

/**
 * @param {Element} parent
 * @param {(stroke: number) => void} [onReplay] called with a stroke's number when it is pressed
 */
export function timelineView(parent, onReplay = () => undefined) {
  const root = make("section", "live-timeline", parent);
  make("h2", "live-title", root, TITLE);
  const scroller = makeScroller("live-badges", root, "What the network read after each stroke");
  const list = make("ol", "live-list", scroller);
  /** @type {ReturnType<typeof makeBadge>[]} */
  const badges = [];

  /** @param {Stage[]} stages */
  function update(stages) {
    const more = stages.length > badges.length;
    while (badges.length < stages.length) badges.push(makeBadge(list, onReplay));
    while (badges.length > stages.length) badges.pop()?.badge.remove();
    stages.forEach((stage, place) => badges[place].update(stage));
    if (more) scroller.scrollLeft = scroller.scrollWidth;
  }

  return { root, update };
}
