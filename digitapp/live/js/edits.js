// What has been changed in a network to see what becomes of its answer: nodes that are switched
// off, and weights with other values. Immutable; the network itself stays as it is.

/**
 * A node or a map whose values are 0. `layer` is the layer of the description after which they
 * are: its activation function, if one follows.
 * @typedef {{ layer: number, unit: number }} Off
 */

/** @typedef {"kernel" | "bias"} Part of a layer's weights */

/**
 * A weight that has another value; `index` counts the values of the part as they are packed.
 * @typedef {{ layer: number, part: Part, index: number, value: number }} Weight
 */

/** @typedef {{ readonly off: readonly Off[], readonly weights: readonly Weight[] }} Edits */

/** @type {Edits} */
export const NO_EDITS = Object.freeze({ off: Object.freeze([]), weights: Object.freeze([]) });

/** @param {Edits} edits */
export function count({ off, weights }) {
  return off.length + weights.length;
}

/**
 * @param {Edits} edits
 * @param {number} layer
 * @param {number} unit
 */
export function isOff({ off }, layer, unit) {
  return off.some((each) => each.layer === layer && each.unit === unit);
}

/**
 * Switch a node off or, if it is off, on again.
 * @param {Edits} edits
 * @param {number} layer
 * @param {number} unit
 * @returns {Edits}
 */
export function switched({ off, weights }, layer, unit) {
  const others = off.filter((each) => each.layer !== layer || each.unit !== unit);
  return made(others.length < off.length ? others : [...off, { layer, unit }], weights);
}

/**
 * @param {Edits} edits
 * @param {number} layer
 * @param {Part} part
 * @param {number} index
 */
export function changeOf({ weights }, layer, part, index) {
  return weights.find((each) => isAt(each, layer, part, index)) || null;
}

/**
 * Give a weight another value.
 * @param {Edits} edits
 * @param {number} layer
 * @param {Part} part
 * @param {number} index
 * @param {number} value
 * @returns {Edits}
 */
export function changed({ off, weights }, layer, part, index, value) {
  const now = { layer, part, index, value };
  const before = weights.findIndex((each) => isAt(each, layer, part, index));
  if (before < 0) return made(off, [...weights, now]);
  return made(
    off,
    weights.map((each, n) => (n === before ? now : each)),
  );
}

/**
 * Put a node or a weight back.
 * @param {Edits} edits
 * @param {Off | Omit<Weight, "value">} one as in `edits`, or with the same place
 * @returns {Edits}
 */
export function restored({ off, weights }, one) {
  if ("part" in one) {
    const { layer, part, index } = one;
    return made(
      off,
      weights.filter((each) => !isAt(each, layer, part, index)),
    );
  }
  const others = off.filter(({ layer, unit }) => layer !== one.layer || unit !== one.unit);
  return made(others, weights);
}

/**
 * @param {readonly Off[]} off
 * @param {readonly Weight[]} weights
 * @returns {Edits}
 */
function made(off, weights) {
  if (!off.length && !weights.length) return NO_EDITS;
  return Object.freeze({ off: Object.freeze([...off]), weights: Object.freeze([...weights]) });
}

/**
 * @param {Weight} one
 * @param {number} layer
 * @param {Part} part
 * @param {number} index
 */
function isAt(one, layer, part, index) {
  return one.layer === layer && one.part === part && one.index === index;
}
