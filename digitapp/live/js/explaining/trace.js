// Which contributions are worth a line in a network's picture. Each line fades in from nothing as it
// becomes one of the strongest, so that none appears or disappears at once while one draws.

/** @typedef {import("../views/layers.js").Column} Column */
/** @typedef {import("./contributions.js").Contributions} Contributions */

/**
 * @typedef {object} Line from a unit to one of the next column
 * @property {number} column of the latter
 * @property {number} from a unit, or `WHOLE`
 * @property {number} to
 * @property {number} value the contribution
 * @property {number} size its absolute value, as a share of the largest beside it
 * @property {number} visible from 0 to 1
 */

export const WHOLE = -1; // in place of a unit: the picture, of which a convolution gets all pixels

/** @typedef {{unit: number, value: number, size: number, visible: number}} Strong */
/** @typedef {(column: number, unit: number) => boolean} IsShown */

const TO_ANSWER = 10; // lines
const TO_NODE = 3;
const FOLLOWED = { most: 6, least: 3, together: 24 }; // nodes of a column, and about of all of them,
// that are followed further back: the lines of a deep network must not hide it
const OF_SELECTED = 12; // lines on each side
const FADING = 0.12; // of the strongest: the lead over the first left out with which a line is plain

/**
 * The contributions of the largest absolute values, in the order of their units.
 * @param {ArrayLike<number>} values
 * @param {number} most
 * @param {(unit: number) => boolean} [isShown] whether a unit may be among them
 * @returns {Strong[]}
 */
export function strongest(values, most, isShown = () => true) {
  /** @type {{unit: number, value: number, size: number}[]} strongest first, and one more */
  const found = [];
  for (let unit = 0; unit < values.length; unit += 1) {
    const size = Math.abs(values[unit]);
    if (!size || (found.length > most && size <= found[most].size) || !isShown(unit)) continue;
    let at = Math.min(found.length, most);
    while (at > 0 && found[at - 1].size < size) at -= 1;
    found.splice(at, 0, { unit, value: values[unit], size });
    if (found.length > most + 1) found.pop();
  }
  if (!found.length) return [];
  const largest = found[0].size;
  const next = found.length > most ? found[most].size : 0;
  return found
    .slice(0, most)
    .map(({ unit, value, size }) => {
      const visible = Math.min(1, (size - next) / largest / FADING);
      return { unit, value, size: size / largest, visible };
    })
    .sort((a, b) => a.unit - b.unit);
}

/**
 * The lines that lead to an output: the strongest contributions to it, those to the nodes that they
 * come from, and so on back to the pixels.
 * @param {Column[]} columns
 * @param {Contributions} contributions
 * @param {IsShown} isShown
 * @param {number} output
 * @returns {Line[]}
 */
export function traceOf(columns, contributions, isShown, output) {
  /** @type {Line[]} */
  const lines = [];
  const { most: many, least: few, together } = FOLLOWED;
  const wanted = Math.max(few, Math.min(many, Math.round(together / columns.length)));
  let followed = [{ unit: output, visible: 1 }];
  for (let n = columns.length - 1; n > 0; n -= 1) {
    const most = n === columns.length - 1 ? TO_ANSWER : TO_NODE;
    /** @type {Map<number, number>} by unit: how much it matters */
    const weights = new Map();
    for (const { unit: to, visible: seen } of followed) {
      for (const line of linesInto(columns, contributions, isShown, { column: n, unit: to }, most)) {
        line.size *= seen;
        line.visible *= seen;
        lines.push(line);
        weights.set(line.from, Math.max(weights.get(line.from) || 0, line.size * line.visible));
      }
    }
    followed = ofThese(weights, wanted);
  }
  return lines;
}

/**
 * @param {Map<number, number>} weights by unit
 * @param {number} most
 * @returns {{unit: number, visible: number}[]} those followed further
 */
function ofThese(weights, most) {
  const units = [...weights.keys()].sort((a, b) => a - b);
  const found = strongest(
    units.map((unit) => weights.get(unit) || 0),
    most,
  );
  return found.map(({ unit: at, size, visible }) => ({
    unit: units[at],
    visible: visible * (0.4 + 0.6 * size),
  }));
}

/**
 * The lines of one unit: its strongest inputs, and where it hands its value on.
 * @param {Column[]} columns
 * @param {Contributions} contributions
 * @param {IsShown} isShown
 * @param {{column: number, unit: number}} selected
 * @returns {Line[]}
 */
export function linesOf(columns, contributions, isShown, { column, unit }) {
  const here = { column, unit };
  const lines = column ? linesInto(columns, contributions, isShown, here, OF_SELECTED) : [];
  if (column === columns.length - 1) return lines;
  const given = contributions.outOf(column, unit);
  for (const each of strongest(given, OF_SELECTED, (to) => isShown(column + 1, to))) {
    const { value, size, visible } = each;
    lines.push({ column: column + 1, from: unit, to: each.unit, value, size, visible });
  }
  return lines;
}

/**
 * @param {Column[]} columns
 * @param {Contributions} contributions
 * @param {IsShown} isShown
 * @param {{column: number, unit: number}} target
 * @param {number} most
 * @returns {Line[]}
 */
function linesInto(columns, contributions, isShown, { column, unit: to }, most) {
  const given = contributions.into(column, to);
  const whole = columns[column - 1].kind === "pixels" && given.length === 1;
  return strongest(given, most, (from) => whole || isShown(column - 1, from)).map((each) => {
    const { value, size, visible } = each;
    return { column, from: whole ? WHOLE : each.unit, to, value, size, visible };
  });
}
