// What the picture and the movement say each, below the answer that both give together.

import { disagree } from "../parts_words.js";
import { percent } from "../reading.js";
import { make, makeSilent, setData, setText } from "./elements.js";

const ALONE = "This network reads the picture alone, not how your pen moves.";
const NO_DIGIT = "no digit";

/** @typedef {import("../parts_words.js").Parts} Parts */
/** @typedef {import("../parts_words.js").Said} Said */
/** @typedef {{ name: string, spoken: string }} Example to be drawn by a press */

/**
 * @param {Element} parent
 * @param {string} title
 */
function makePart(parent, title) {
  const root = make("span", "live-part", parent);
  const label = make("span", "live-part-title", root);
  make("span", "live-unseen", label, "From the ");
  make("span", "live-part-name", label, title);
  make("span", "live-unseen", label, ": ");
  const sign = make("b", "live-part-sign", root);
  make("span", "live-unseen", root, ", ");
  const share = make("span", "live-part-share", root);

  /**
   * @param {Said} part
   * @param {boolean} decided whether both together say the same
   */
  function update(part, decided) {
    setText(sign, part.refused ? NO_DIGIT : part.sign);
    setText(share, percent(part.refused ? part.other : part.sure, 0));
    setData(root, "decided", decided);
    setData(root, "digit", part.sign);
  }
  return { update };
}

/**
 * @param {Element} parent
 * @param {{ onReplay: () => void, onExample: (name: string) => void }} told
 */
export function partsView(parent, { onReplay, onExample }) {
  const root = make("div", "live-parts", parent);
  const both = make("div", "live-parts-both", root);
  const picture = makePart(both, "picture");
  const movement = makePart(both, "movement");
  const counts = make("span", "live-parts-counts", both);
  const replay = make("button", "live-parts-replay", both);
  replay.type = "button";
  makeSilent("live-parts-play", replay).textContent = "▶";
  make("span", "live-parts-word", replay, "Replay");
  replay.title = "See your pen move once more, and what was read meanwhile";
  replay.addEventListener("click", onReplay);
  const examples = make("div", "live-parts-examples", root);
  const alone = make("p", "live-parts-alone", root, ALONE);
  let offered = "";

  /** @param {readonly Example[]} all */
  function setExamples(all) {
    if (JSON.stringify(all) === offered) return;
    offered = JSON.stringify(all);
    examples.replaceChildren();
    if (all.length) make("span", "live-parts-or", examples, "Or try a tricky");
    for (const { name, spoken } of all) {
      const button = make("button", "live-parts-example", examples, name);
      button.type = "button";
      button.title = spoken;
      button.setAttribute("aria-label", spoken);
      button.addEventListener("click", () => onExample(name));
    }
  }

  /**
   * @param {object} shown
   * @param {boolean} shown.reads whether the network reads the movement
   * @param {boolean} shown.blank whether nothing is drawn
   * @param {Parts | null} shown.parts
   * @param {string} shown.sign of both together
   */
  function update({ reads, blank, parts, sign }) {
    const state = !reads ? "alone" : parts ? "both" : blank ? "examples" : "none";
    setData(root, "state", state);
    both.hidden = state !== "both";
    examples.hidden = state !== "examples";
    alone.hidden = state !== "alone";
    setData(root, "disagree", !!parts && reads && disagree(parts));
    if (!parts) return;
    picture.update(parts.picture, parts.picture.sign === sign);
    movement.update(parts.movement, parts.movement.sign === sign);
    const share = percent(parts.weight, 0);
    setText(counts, `counts ${share}`);
    counts.title = `How much the movement counted in the answer: ${share}; the picture counted the rest.`;
  }

  update({ reads: false, blank: true, parts: null, sign: "" });
  return { root, setExamples, update };
}
