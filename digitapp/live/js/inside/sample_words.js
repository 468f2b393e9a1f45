// Counts of labels in words, and small pictures with a caption.

import { inThousands } from "./sample_store.js";
import { PIXELS } from "../explaining/samples.js";
import { SIDE } from "../ink.js";
import { make, makePicture, paintInk, pen, setText } from "../views/elements.js";
import { counted as inLetters } from "../numbers.js";

/** @typedef {import("../explaining/samples.js").Sample} Sample */
/** @typedef {import("./scene.js").Scene} Scene */

/**
 * A number of images of one class, such as "seven 4s", "one 9" or "ankle boot (3)".
 * @param {number} count
 * @param {string} name
 */
function several(count, name) {
  if (name.length > 1) return `${name} (${count})`;
  const number = inLetters(count);
  return count === 1 ? `${number} ${name}` : `${number} ${name}s`;
}

/**
 * Count labels in words, the most frequent first: "seven 4s and one 9".
 * @param {number[]} labels
 * @param {string[]} names
 */
export function counted(labels, names) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) || 0) + 1);
  const sorted = [...counts].sort(([one, more], [other, most]) => most - more || one - other);
  const parts = sorted.map(([label, count]) => several(count, names[label]));
  const last = parts.pop() || "none";
  return parts.length ? `${parts.join(", ")} and ${last}` : last;
}

/**
 * How many images there are to choose from, such as "2,000 training images".
 * @param {Sample} sample
 */
export function imagesOf({ training, trained }) {
  return `${inThousands(training.count)} ${trained ? "training images" : "images"}`;
}

/**
 * Where the images come from, and that they are read by the network as it was learned.
 * @param {Sample} sample
 * @param {Scene} scene
 */
export function noteOn({ about }, { unchanged }) {
  return `${about}${unchanged ? " Your changes to the network are left out here." : ""}`;
}

/**
 * A list of small pictures of training images, each with a line or two below it.
 * @param {HTMLElement} parent
 * @param {number} count
 * @param {string} name for screen readers
 */
export function pictureList(parent, count, name) {
  const list = make("ol", "live-list live-examples", parent);
  list.setAttribute("role", "list"); // Safari forgets it for lists without bullets
  list.setAttribute("aria-label", name);
  const items = Array.from({ length: count }, () => {
    const item = make("li", "live-example", list);
    const frame = make("div", "live-example-frame", item);
    const canvas = makePicture("live-pixels", frame, "");
    canvas.width = canvas.height = SIDE;
    const field = make("span", "live-example-field", frame);
    field.hidden = true;
    const label = make("span", "live-example-label", item);
    return { item, canvas, field, label, value: make("span", "live-example-value", item) };
  });

  /**
   * @param {Sample} sample
   * @param {{ image: number, value: string, field?: string }[]} found the images, at most `count`;
   *   `field`: CSS `inset` of a frame in the picture
   */
  function show({ training, classNames }, found) {
    items.forEach(({ item, canvas, field, label, value }, n) => {
      const shown = found[n];
      item.hidden = !shown;
      field.hidden = !shown?.field;
      if (!shown) return;
      const name = classNames[training.labels[shown.image]];
      paintImage(canvas, imageAt(training, shown.image));
      canvas.setAttribute("aria-label", `An image of ${name}`);
      field.style.inset = shown.field || "";
      setText(label, name);
      setText(value, shown.value);
    });
  }
  return { list, show };
}

/**
 * @param {HTMLCanvasElement} canvas of 28 x 28
 * @param {ArrayLike<number>} image 784 values, 0 paper to 255 ink
 */
export function paintImage(canvas, image) {
  const brush = pen(canvas);
  const pixels = brush.createImageData(SIDE, SIDE);
  paintInk(new Uint32Array(pixels.data.buffer), image, 255);
  brush.putImageData(pixels, 0, 0);
}

/**
 * One of the images of a sample.
 * @param {import("../explaining/samples.js").Images} images
 * @param {number} n
 */
export function imageAt({ images }, n) {
  return images.subarray(n * PIXELS, (n + 1) * PIXELS);
}
