// Where in the values of a layer those of one of its units are; channels come last.

/** @typedef {{ height: number, width: number, count: number }} Maps */

/**
 * The values of one map, row by row.
 * @param {Float32Array} values of all maps
 * @param {Maps} maps
 * @param {number} map
 */
export function valuesOfMap(values, { height, width, count }, map) {
  return Float32Array.from({ length: height * width }, (_, at) => values[at * count + map]);
}

/**
 * The place of the largest of the values at `from`, `from + step`, ...; of equal ones, the first.
 * @param {Float32Array} values
 * @param {number} step
 * @param {number} from
 */
export function largestIn(values, step, from) {
  let found = from;
  for (let at = from; at < values.length; at += step) if (values[at] > values[found]) found = at;
  return found;
}
