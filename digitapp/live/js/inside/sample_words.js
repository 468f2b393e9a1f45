// Counts of labels in words, and small pictures with a caption.

import { PIXELS } from "../explaining/samples.js";
import { SIDE } from "../ink.js";
import { make, makePicture, paintInk, pen, setText } from "../views/elements.js";
import { counted as inLetters } from "../numbers.js";

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
 * A list of small pictures, each with a line or two below it.
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
    const label = make("span", "live-example-label", item);
    return { item, canvas, field, label, value: make("span", "live-example-value", item) };
  });

  /**
   * @param {number} n
   * @param {{ image: Uint8Array, label: string, value: string, field?: string } | null} shown
   *   `field`: CSS `inset` of a frame in the picture
   */
  function show(n, shown) {
    const { item, canvas, field, label, value } = items[n];
    item.hidden = !shown;
    if (!shown) return;
    paintImage(canvas, shown.image);
    canvas.setAttribute("aria-label", `An image of ${shown.label}`);
    field.hidden = !shown.field;
    field.style.inset = shown.field || "";
    setText(label, shown.label);
    setText(value, shown.value);
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
