// The examples of one dataset, as the browser knows them: those that the server sent, and what was
// done since.

export const PIXELS = 784; // of a picture

/**
 * @typedef {object} Example
 * @property {number | null} id in the store; null until the server has said it
 * @property {string} key by which the browser knows its own; empty for others
 * @property {number} into id of the class
 * @property {Uint8Array} image 28 rows of 28, 0 paper to 255 ink
 * @property {boolean} [fixed] whether somebody else drew it, who alone may change it
 */

export class Album {
  constructor() {
    /** @type {Example[]} */
    this.all = [];
  }

  /** @param {number} into @returns {Example[]} oldest first */
  of(into) {
    return this.all.filter((each) => each.into === into);
  }

  /** @param {number} into */
  count(into) {
    return this.all.reduce((sum, each) => sum + Number(each.into === into), 0);
  }

  /**
   * Take all examples from the server; those known here stay the same objects.
   * @param {[number, number][]} rows id and class of each, oldest first
   * @param {Uint8Array} images one after the other
   * @param {number[]} others ids of those that only others may change
   */
  load(rows, images, others = []) {
    const fixed = new Set(others);
    const known = new Map(this.all.map((each) => [each.id, each]));
    const unsaved = this.all.filter(({ id }) => id === null);
    const found = rows.map(([id, into], place) => {
      const image = images.subarray(place * PIXELS, (place + 1) * PIXELS);
      const now = { into, fixed: fixed.has(id) };
      return Object.assign(known.get(id) ?? { id, key: "", image }, now);
    });
    this.all = [...found, ...unsaved];
  }

  /** @param {Record<string, number>} ids by key: what the server has kept */
  named(ids) {
    for (const each of this.all) if (each.id === null) each.id = ids[each.key] ?? null;
  }

  /** @param {Example[]} gone */
  remove(gone) {
    const those = new Set(gone);
    this.all = this.all.filter((each) => !those.has(each));
  }
}

/** @param {Example} example @returns {string | number} how the server knows it */
export function reference({ id, key }) {
  return id ?? key;
}
