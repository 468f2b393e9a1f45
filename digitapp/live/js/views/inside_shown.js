// Which units of a column are in which places of a network's picture. Of a wide layer only the most
// active ones fit; whichever stays among them keeps its place.

/** @typedef {import("./layers.js").Column} Column */

export class Shown {
  /**
   * @param {number[]} units by place, at first
   * @param {number} total how many units there are
   */
  constructor(units, total) {
    this.units = Int32Array.from(units);
    this.places = new Int32Array(total).fill(-1); // by unit; -1: not shown
    this.units.forEach((unit, place) => (this.places[unit] = place));
  }

  get complete() {
    return this.units.length === this.places.length;
  }

  /**
   * Show the most active units.
   * @param {ArrayLike<number>} activity by unit
   * @param {number} kept a unit that is shown in any case; -1 for none
   * @returns {boolean} whether anything has changed
   */
  choose(activity, kept) {
    const { units, places } = this;
    const shown = (/** @type {number} */ unit) => (places[unit] < 0 ? 0 : 1);
    const rank = (/** @type {number} */ unit) => (unit === kept ? Infinity : activity[unit]);
    const best = Array.from(places.keys())
      .sort((a, b) => rank(b) - rank(a) || shown(b) - shown(a) || a - b)
      .slice(0, units.length);
    return this.replace(new Set(best));
  }

  /**
   * Show one more unit, in the place of the least active one.
   * @param {number} unit
   * @param {ArrayLike<number>} activity by unit
   */
  include(unit, activity) {
    const { units, places } = this;
    if (unit < 0 || unit >= places.length || places[unit] >= 0) return;
    let least = 0;
    units.forEach((each, place) => {
      if (activity[each] < activity[units[least]]) least = place;
    });
    this.put(unit, least);
  }

  /** @param {Set<number>} wanted as many units as there are places */
  replace(wanted) {
    const { units, places } = this;
    const coming = [...wanted].filter((unit) => places[unit] < 0).sort((a, b) => a - b);
    const free = [...units.keys()].filter((place) => !wanted.has(units[place]));
    coming.forEach((unit, n) => this.put(unit, free[n]));
    return coming.length > 0;
  }

  /**
   * @param {number} unit
   * @param {number} place
   */
  put(unit, place) {
    this.places[this.units[place]] = -1;
    this.units[place] = unit;
    this.places[unit] = place;
  }
}

/**
 * How active each unit of a column is: the size of its value; of a map, of all its values.
 * @param {Column} column
 * @param {Float32Array | null} values
 */
export function activityOf({ count }, values) {
  const found = new Float32Array(count);
  if (!values) return found;
  for (let at = 0; at < values.length; at += 1) found[at % count] += Math.abs(values[at]);
  return found;
}
