// What networks get to see of a drawing: prepared for each of them or, in the stress test, distorted.

import { distorted, image, placedStrokes } from "./distortions.js";
import { prepared } from "./ink.js";
import { sliderValues } from "./sliders.js";

/** @typedef {import("./distortions.js").Distortion} Distortion */
/** @typedef {import("./ink.js").Preparation} Preparation */
/** @typedef {import("./ink.js").Prepared} Prepared */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * The picture for a network; `prepared` has the steps to it, unless it is distorted.
 * @typedef {{ image: Float32Array, prepared: Prepared | null }} Seen
 */

/** @typedef {(how: Preparation) => Seen | null} Look null when there is no ink */

/**
 * What the server says of the stress test.
 * @typedef {object} Trial
 * @property {Distortion} how where the sliders were when it was told of them last
 * @property {boolean} again whether the distorted drawing is prepared once more
 * @property {Preparation} preparation
 * @property {{ points: number[], width: number, eraser: boolean }[]} example tested while nothing
 *   is drawn
 */

/**
 * Return a function that prepares strokes, once for all networks of the same preparation.
 * @param {readonly Stroke[]} strokes
 * @returns {Look}
 */
export function preparing(strokes) {
  /** @type {Map<string, Seen | null>} */
  const seen = new Map();
  return (how) => {
    const key = JSON.stringify(how);
    const found = seen.get(key);
    if (found !== undefined) return found;
    const made = prepared(strokes, how);
    const kept = made && { image: made.image, prepared: made };
    seen.set(key, kept);
    return kept;
  };
}

/**
 * Distort strokes as the sliders say; all networks see the same.
 * @param {readonly Stroke[]} strokes
 * @param {Trial} trial
 * @returns {{ how: Distortion, image: Float32Array | null, look: Look }}
 */
export function distorting(strokes, { how, again, preparation, example }) {
  const now = sliderValues(how);
  const placed = placedStrokes(strokes, preparation) || placedStrokes(asked(example), preparation);
  const made = placed && image(distorted(placed, now), again ? preparation : null);
  const seen = made && { image: made, prepared: null };
  return { how: now, image: made, look: () => seen };
}

/**
 * @param {Trial["example"]} example
 * @returns {Stroke[]}
 */
function asked(example) {
  return example.map((stroke) => ({ ...stroke, points: Float64Array.from(stroke.points) }));
}
