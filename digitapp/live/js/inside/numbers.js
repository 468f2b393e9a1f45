// Numbers as people read them: a true minus sign, and as few digits as tell them apart.

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
