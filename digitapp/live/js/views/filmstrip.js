// The steps from the drawing to the network's picture, as small pictures with their numbers.

import { CANVAS_SIDE, SIDE } from "../ink.js";
import { make, makePicture, makeSilent, pen, setText } from "./elements.js";

const BOX = 20; // pixels of the box that the ink is fitted into; some networks have a larger one
const SHEET = 160; // pixels of the side in which the drawing is painted, for the first three steps

/**
 * @typedef {import("../strokes.js").Stroke} Stroke
 * @typedef {Pick<import("../ink.js").Prepared, "image" | "bounds" | "box">} Prepared
 * @typedef {{strokes: readonly Stroke[], prepared: Prepared | null}} Steps
 * @typedef {{left: number, top: number, width: number, height: number}} Area
 * @typedef {{canvas: HTMLCanvasElement, brush: CanvasRenderingContext2D}} Sheet
 */

/**
 * @param {number} side
 * @param {HTMLCanvasElement} [canvas]
 * @returns {Sheet}
 */
function sheet(side, canvas = document.createElement("canvas")) {
  canvas.width = canvas.height = side;
  // Pictures this small are painted sooner without the graphics card.
  return { canvas, brush: pen(canvas, { willReadFrequently: true }) };
}

/**
 * Paint strokes in black on nothing; the eraser leaves nothing.
 *
 * @param {Sheet} on
 * @param {readonly Stroke[]} strokes
 */
function paint({ brush }, strokes) {
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.clearRect(0, 0, SHEET, SHEET);
  brush.scale(SHEET / CANVAS_SIDE, SHEET / CANVAS_SIDE);
  brush.lineCap = brush.lineJoin = "round";
  for (const { points, width, eraser } of strokes) {
    brush.globalCompositeOperation = eraser ? "destination-out" : "source-over";
    brush.lineWidth = width;
    brush.beginPath();
    brush.moveTo(points[0], points[1]);
    if (points.length === 2) brush.lineTo(points[0], points[1]);
    for (let n = 2; n < points.length; n += 2) brush.lineTo(points[n], points[n + 1]);
    brush.stroke();
  }
  brush.globalCompositeOperation = "source-over";
}

/**
 * Paint grey values, row by row: 0 black to 1 white.
 *
 * @param {Sheet} on
 * @param {Float32Array} values
 * @param {number} width
 */
function paintValues({ brush }, values, width) {
  const pixels = brush.createImageData(width, values.length / width);
  values.forEach((value, at) => {
    pixels.data.fill(Math.round(255 * value), 4 * at, 4 * at + 3);
    pixels.data[4 * at + 3] = 255;
  });
  brush.putImageData(pixels, 0, 0);
}

/**
 * Copy an area of a sheet into the middle of another.
 *
 * @param {Sheet} to
 * @param {Sheet} from
 * @param {Area} area
 * @param {number} room the side, in the area's pixels, of what the other one shows
 */
function place({ canvas, brush }, from, { left, top, width, height }, room) {
  const scale = canvas.width / room;
  const [across, down] = [((room - width) / 2) * scale, ((room - height) / 2) * scale];
  const [wide, high] = [width * scale, height * scale];
  brush.drawImage(from.canvas, left, top, width, height, across, down, wide, high);
}

/**
 * @param {Element} list
 * @param {number} number
 * @param {string} title
 */
function makeStep(list, number, title) {
  const item = make("li", "live-step", list);
  const button = make("button", "live-step-button", item);
  button.type = "button";
  button.setAttribute("aria-label", `${number}. ${title}`);
  const canvas = makePicture("live-pixels live-step-picture", button, title);
  canvas.setAttribute("aria-hidden", "true"); // the button's name says it
  makeSilent("live-step-number", button).textContent = `${number}`;
  makeSilent("live-step-title", button).textContent = title;
  return { button, canvas };
}

/**
 * @param {Element} parent
 * @param {{title: string, caption: string}[]} steps five, as in digitapp/drawing/digit.py
 */
export function filmstripView(parent, steps) {
  const root = make("section", "live-filmstrip", parent);
  make("h2", "live-title", root, "How your drawing gets there");
  const list = make("ol", "live-list live-steps", root);
  const caption = make("p", "live-caption", root);
  caption.setAttribute("role", "tooltip");
  caption.hidden = true;
  const made = steps.map(({ title }, n) => makeStep(list, n + 1, title));
  const sides = [SHEET, SHEET, SHEET, BOX, SIDE];
  const [drawing, inverted, cropped, small, centred] = made.map(({ canvas }, n) =>
    sheet(sides[n], canvas),
  );
  const [black, white, pixels] = [sheet(SHEET), sheet(SHEET), sheet(SIDE)];

  let captions = [""];
  let kept = -1; // the step whose caption stays, as it was pressed

  /** @param {number} n */
  function explain(n) {
    caption.hidden = n < 0;
    if (n >= 0) setText(caption, captions[n]);
  }

  /** @param {string[]} told of the steps: networks differ in how drawings are prepared for them */
  function setCaptions(told) {
    captions = told;
    made.forEach(({ button }, n) => button.setAttribute("aria-description", captions[n]));
    explain(kept);
  }

  made.forEach(({ button }, n) => {
    button.addEventListener("pointerenter", () => explain(n));
    button.addEventListener("focus", () => explain(n));
    button.addEventListener("pointerleave", () => explain(kept));
    button.addEventListener("blur", () => explain((kept = -1)));
    button.addEventListener("click", () => explain((kept = kept === n ? -1 : n)));
    button.addEventListener("keydown", ({ key }) => key === "Escape" && explain((kept = -1)));
  });

  /** @param {readonly Stroke[]} strokes */
  function showStrokes(strokes) {
    paint(black, strokes);
    white.brush.globalCompositeOperation = "copy";
    white.brush.drawImage(black.canvas, 0, 0);
    white.brush.globalCompositeOperation = "source-in";
    white.brush.fillStyle = "#fff";
    white.brush.fillRect(0, 0, SHEET, SHEET);
    drawing.brush.drawImage(black.canvas, 0, 0);
    inverted.brush.drawImage(white.canvas, 0, 0);
  }

  /** @param {Prepared} prepared */
  function showPrepared({ image, bounds, box }) {
    const [left, top, right, bottom] = [bounds.left, bounds.top, bounds.right, bounds.bottom].map(
      (at) => Math.min(Math.max((at * SHEET) / CANVAS_SIDE, 0), SHEET),
    );
    const [width, height] = [right - left, bottom - top];
    place(cropped, white, { left, top, width, height }, Math.max(width, height));
    paintValues(pixels, box.values, box.width);
    const room = Math.max(BOX, box.width, box.height);
    place(small, pixels, { left: 0, top: 0, width: box.width, height: box.height }, room);
    paintValues(centred, image, SIDE);
  }

  /** @param {Steps} shown `prepared` is null before there is ink */
  function update({ strokes, prepared }) {
    for (const { canvas, brush } of [drawing, inverted, cropped, small, centred]) {
      brush.fillStyle = canvas === drawing.canvas ? "#fff" : "#000";
      brush.fillRect(0, 0, canvas.width, canvas.height);
    }
    showStrokes(strokes);
    if (prepared) showPrepared(prepared);
  }

  setCaptions(steps.map((step) => step.caption));
  update({ strokes: [], prepared: null });
  return { root, setCaptions, update };
}
