// What networks get to see of a drawing: prepared for each of them or, in the stress test, distorted.

import { distorted, image, placedStrokes } from "./distortions.js";
import { prepared } from "./ink.js";
import { penPath } from "./path.js";
import { sliderValues } from "./sliders.js";
import { remainingInk } from "./strokes.js";

/** @typedef {import("./distortions.js").Distortion} Distortion */
/** @typedef {import("./ink.js").Preparation} Preparation */
/** @typedef {import("./ink.js").Prepared} Prepared */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * The picture for a network, and the pen's way, which is made when first asked for: few networks
 * read it. `prepared` has the steps to the picture. A distorted picture has neither: it is read
 * alone.
 * @typedef {object} Seen
 * @property {Float32Array} image
 * @property {Float32Array | null} path
 * @property {Prepared | null} prepared
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
  const left = remainingInk(strokes);
  /** @type {Float32Array | null | undefined} */
  let path;
  return (how) => {
    const key = JSON.stringify(how);
    const found = seen.get(key);
    if (found !== undefined) return found;
    const made = prepared(left, how);
    const kept = made && {
      image: made.image,
      get path() {
        return (path ??= penPath(left));
      },
      prepared: made,
    };
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
  const seen = made && { image: made, path: null, prepared: null };
  return { how: now, image: made, look: () => seen };
}

/**
 * @param {Trial["example"]} example
 * @returns {Stroke[]}
 */
function asked(example) {
  return example.map((stroke) => ({ ...stroke, points: Float64Array.from(stroke.points) }));
}
