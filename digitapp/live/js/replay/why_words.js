// Why the movement helped, or did not, in a sentence: made of what each of the two said alone.

import { capital, disagree, drawnLike, looksLike } from "../parts_words.js";
import { withArticle } from "../class_words.js";
import { percent } from "../reading.js";

const SURE = 0.8; // from which on the movement is said to be people's way of writing a digit

/** @typedef {import("../parts_words.js").Parts} Parts */
/** @typedef {import("../parts_words.js").Said} Said */

/**
 * @param {Parts} parts
 * @param {Said} together
 * @param {string} way the pen's, as way_words.js says it; empty if it is not simple
 */
export function whyInWords(parts, together, way) {
  const { picture, movement } = parts;
  if (!disagree(parts)) return agreement(parts, together);
  if (together.sign === movement.sign) return `${capital(looksLike(picture))}. ${moved(movement, way)}`;
  const said = movement.refused
    ? "People move the pen in another way for digits"
    : `It was ${drawnLike(movement)}`;
  if (together.sign === picture.sign) return `${said}. But the picture decided: ${looksLike(picture)}.`;
  return `${capital(looksLike(picture))}. ${said}. Both together: ${named(together)}.`;
}

/**
 * @param {Parts} parts
 * @param {Said} together
 */
function agreement({ picture, movement }, together) {
  if (together.refused || together.sign !== picture.sign) {
    return `Picture and movement say the same: ${named(picture)}.`;
  }
  const surer = shown(together) > Math.max(shown(picture), shown(movement));
  const same = `Picture and movement both say ${named(together)}.`;
  return surer ? `${same} Together they are surer than either alone.` : same;
}

/**
 * How sure it is in whole percent, as the replay shows it.
 * @param {Said} said
 */
function shown({ sure }) {
  return parseInt(percent(sure, 0));
}

/**
 * Why the movement decided.
 * @param {Said} movement
 * @param {string} way
 */
function moved({ name, refused, sure }, way) {
  const went = way ? `But your pen ${way}` : "But look how your pen moved";
  if (refused) return `${went}, and that is like no digit.`;
  const who = sure >= SURE ? `that is how people write ${withArticle(name)}` : `most like ${withArticle(name)}`;
  return `${went}: ${who}.`;
}

/** @param {Said} said */
function named({ name, refused }) {
  return refused ? "no digit" : withArticle(name);
}
