// Words about the classes of a network: `digitapp/reading/class_words.py`.

const NOT_A_DIGIT = "not a digit";
const DIGITS = [..."0123456789"];
const ALWAYS_MANY = "trousers"; // a word without a singular
const CLOTHES = ["T-shirt", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

/**
 * Whether the classes are the ten digits, beside that of none of them.
 * @param {string[]} names
 */
function areDigits(names) {
  const known = new Set(names.filter((name) => name !== NOT_A_DIGIT));
  return known.size === DIGITS.length && DIGITS.every((digit) => known.has(digit));
}

/**
 * A class with its article, such as "an 8". What a user named may be no noun, or of another language,
 * so it stands in quotation marks.
 * @param {string} name
 */
export function withArticle(name) {
  if (DIGITS.includes(name) || CLOTHES.includes(name)) {
    return "8aeiou".includes(name[0]) ? `an ${name}` : `a ${name}`;
  }
  return name === ALWAYS_MANY ? name : `“${name}”`;
}

/**
 * Says that something is none of a network's classes, as a sentence of the network's own.
 * @param {string[]} names
 */
export function refusalOf(names) {
  return areDigits(names)
    ? "This doesn't look like a digit to me."
    : "This doesn't look like anything I know.";
}

/**
 * The same in short, without its first words: such as "not a digit".
 * @param {string[]} names
 */
export function noneOf(names) {
  return areDigits(names) ? "not a digit" : "none of these";
}

/**
 * Says that none of a network's classes is likely.
 * @param {string[]} names
 */
export function nothingClose(names) {
  return `${areDigits(names) ? "No digit" : "Nothing that it knows"} comes close.`;
}
