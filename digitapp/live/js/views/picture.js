// The picture that the network gets: 28x28 pixels, each with its value under the pointer.

import { SIDE } from "../ink.js";
import { make, makePicture, paintInk, pen, setText } from "./elements.js";

const TITLE = "What the network gets";
const NAME = "The picture that the network gets, 28 by 28 pixels";
const ADVICE = "Point at a pixel";

/**
 * @param {Element} parent
 * @param {string} [title]
 */
export function pictureView(parent, title = TITLE) {
  const root = make("section", "live-picture", parent);
  const head = make("header", "live-head", root);
  make("h2", "live-title", head, title);
  const value = make("span", "live-hint", head, ADVICE);
  const frame = make("div", "live-picture-frame", root);
  const canvas = makePicture("live-pixels", frame, NAME);
  const mark = make("span", "live-mark", frame);
  canvas.width = canvas.height = SIDE;
  const brush = pen(canvas);
  const pixels = brush.createImageData(SIDE, SIDE);

  /** @type {Float32Array | null} */
  let shown = null;
  /** @type {{row: number, column: number} | null} */
  let pointed = null;

  function tell() {
    mark.hidden = !pointed;
    if (!pointed) {
      setText(value, ADVICE);
      return;
    }
    const { row, column } = pointed;
    const ink = shown ? shown[row * SIDE + column] : 0;
    setText(value, `row ${row + 1}, column ${column + 1}: ${ink.toFixed(2)}`);
    mark.style.transform = `translate(${100 * column}%, ${100 * row}%)`;
  }

  /** @param {PointerEvent} event */
  function point({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * SIDE);
    const row = Math.floor(((clientY - top) / height) * SIDE);
    const within = Math.min(row, column) >= 0 && Math.max(row, column) < SIDE;
    pointed = within ? { row, column } : null;
    tell();
  }

  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "touch") return; // a finger that is lifted may still be read
    pointed = null;
    tell();
  });

  /** @param {Float32Array | null} image 784 values, 0 paper to 1 ink; null before there is ink */
  function update(image) {
    shown = image;
    paintInk(new Uint32Array(pixels.data.buffer), image);
    brush.putImageData(pixels, 0, 0);
    if (pointed) tell();
  }

  update(null);
  tell();
  return { root, update };
}
