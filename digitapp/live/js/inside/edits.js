// Changes to a network, for "what if": nodes switched off, and weights set to other values.

/**
 * Never changed: each function returns another one.
 * @typedef {object} Edits
 * @property {readonly Off[]} off
 * @property {readonly Weight[]} weights
 */

/**
 * A node that is switched off, or a map: it hands on 0.
 * @typedef {object} Off
 * @property {number} layer of the description: the activation function after the node, if there is one
 * @property {number} unit
 */

/**
 * A weight that has another value.
 * @typedef {object} Weight
 * @property {number} layer of the description
 * @property {"kernel" | "bias"} part
 * @property {number} index among the values of this part
 * @property {number} value
 */

/** @type {Edits} */
export const NO_EDITS = Object.freeze({ off: [], weights: [] });
