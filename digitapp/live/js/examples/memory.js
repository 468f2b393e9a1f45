// What a tab of the browser remembers of a dataset when its page is loaded anew: the class that was
// drawn, what was on the paper, and which examples can be taken back.

const PLACE = "digitapp.examples";
const MOST = 100; // examples that can be taken back

/** @typedef {import("./sheet.js").Line} Line */
/** @typedef {{ chosen: number, lines: number[][], kept: number[] }} Memory */

/** @returns {Record<string, Memory>} by dataset */
function all() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
  } catch {
    return {}; // the browser blocks storage for this page, or something else was stored
  }
}

/** @param {string} dataset @returns {Memory | undefined} */
export function recalled(dataset) {
  const found = all()[dataset];
  return found && Array.isArray(found.lines) && Array.isArray(found.kept) ? found : undefined;
}

/**
 * @param {string} dataset
 * @param {number} chosen id of the class
 * @param {Line[]} lines
 * @param {number[]} kept ids of examples, oldest first
 */
export function remember(dataset, chosen, lines, kept) {
  const memory = { chosen, lines: lines.map(({ points }) => points), kept: kept.slice(-MOST) };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ ...all(), [dataset]: memory }));
  } catch {
    // As above.
  }
}
