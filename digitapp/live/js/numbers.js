// Numbers as people read them: a true minus sign, and as few digits as tell them apart.

import { percent } from "./reading.js";

const WORDS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const SMALL = 0.1; // weights below this get a third decimal

/**
 * @param {number} value
 * @param {number} [places]
 */
export function numeral(value, places = 2) {
  const digits = Math.abs(value).toFixed(places);
  return value < 0 && Number(digits) ? `−${digits}` : digits;
}

/**
 * With its sign, for what is added.
 * @param {number} value
 * @param {number} [places]
 */
export function signed(value, places = 2) {
  const text = numeral(value, places);
  return text.startsWith("−") ? text : `+${text}`;
}

/** @param {number} value */
export function weightNumeral(value) {
  return numeral(value, value && Math.abs(value) < SMALL ? 3 : 2);
}

/**
 * A percentage that is not 0, however small the share: down to 0.00001 %.
 * @param {number} share
 */
export function sharePercent(share) {
  return share > 0.0005 ? percent(share) : percent(share, decimalsOf(share) - 2);
}

/**
 * With how many decimals a number is told from 0: with three to seven.
 * @param {number} value 0 or more
 */
export function decimalsOf(value) {
  return value < 1e-7 ? 3 : Math.min(7, Math.max(3, Math.ceil(-Math.log10(value))));
}

/** @param {number} count */
export function counted(count) {
  return WORDS[count] || count.toLocaleString("en");
}

/** @param {number} place from 1 */
export function ordinal(place) {
  const teen = place % 100 > 10 && place % 100 < 14;
  const ending = teen ? "th" : ["th", "st", "nd", "rd"][place % 10] || "th";
  return `${place.toLocaleString("en")}${ending}`;
}

/**
 * Round up to 1, 2 or 5 times a power of ten: a scale that seldom changes.
 * @param {number} size
 */
export function scaleFor(size) {
  const power = 10 ** Math.floor(Math.log10(Math.max(size, 0.01)));
  const step = [1, 2, 5, 10].find((each) => each * power >= size * (1 - 1e-9)) || 10;
  return step * power;
}
