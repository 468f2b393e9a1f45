// What the network read after each stroke, as a row of badges.

import { percent, UNREAD } from "../reading.js";
import { make, makeScroller, setData, setText } from "./elements.js";

const TITLE = "Stroke by stroke";

/** @typedef {{stroke: number, sign: string, sure: number, doubtful: boolean}} Stage */

/** @param {Element} list */
function makeBadge(list) {
  const badge = make("li", "live-badge", list);
  const stroke = make("span", "live-badge-stroke", badge);
  const sign = make("b", "live-badge-sign", badge);
  const sure = make("span", "live-badge-sure", badge);

  /** @param {Stage} stage */
  function update(stage) {
    setText(stroke, `${stage.stroke}:`);
    setText(sign, stage.sign);
    setText(sure, stage.sign === UNREAD ? "" : percent(stage.sure, 0));
    setData(badge, "doubtful", stage.doubtful);
  }
  return { badge, update };
}

/** @param {Element} parent */
export function timelineView(parent) {
  const root = make("section", "live-timeline", parent);
  make("h2", "live-title", root, TITLE);
  const scroller = makeScroller("live-badges", root, "What the network read after each stroke");
  const list = make("ol", "live-list", scroller);
  /** @type {ReturnType<typeof makeBadge>[]} */
  const badges = [];

  /** @param {Stage[]} stages */
  function update(stages) {
    const more = stages.length > badges.length;
    while (badges.length < stages.length) badges.push(makeBadge(list));
    while (badges.length > stages.length) badges.pop()?.badge.remove();
    stages.forEach((stage, place) => badges[place].update(stage));
    if (more) scroller.scrollLeft = scroller.scrollWidth;
  }

  return { root, update };
}
