// Pictures of examples as a network gets them: dark ink on white.

import { SIDE } from "../ink.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} image 0 paper to 255 ink
 */
export function show(canvas, image) {
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const picture = pen.createImageData(SIDE, SIDE);
  image.forEach((ink, at) => picture.data.set([255 - ink, 255 - ink, 255 - ink, 255], 4 * at));
  pen.putImageData(picture, 0, 0);
}
