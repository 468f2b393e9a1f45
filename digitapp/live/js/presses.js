// Notices when a button or anything else outside the canvas is pressed, by mouse, finger or keys:
// strokes that were begun before it are not like those that were begun after it.

import { isCanvas } from "./pen.js";

/** @param {() => void} pressed */
export function followPresses(pressed) {
  document.addEventListener(
    "click",
    (event) => {
      if (!isCanvas(event)) pressed();
    },
    { capture: true, passive: true },
  );
}
