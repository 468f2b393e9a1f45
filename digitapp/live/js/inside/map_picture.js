// Paints the map of digits: all images once, and above them what moves.

import { PIXELS } from "../explaining/samples.js";
import { SIDE } from "../ink.js";
import { coloursOf, css, make, mixed, pen, whenThemeChanges } from "../views/elements.js";

const MARGIN = 14; // CSS pixels around the outermost images
const LETTERS = 11; // their size
const SMALL = [12, 22]; // the side of an image, at least and at most
const IN_WIDTH = 45; // images that the map is wide, within these limits
const RING = 8; // the radius of the mark of what is read wrongly
const MANY = 100; // of these marks: from here on their lines are thinner
const ACROSS = 40; // images in a row of the sheet
const HIT = 30; // how far from an image one may point at it

/**
 * @typedef {object} Points
 * @property {Float32Array} places x and y of each, -1 to 1
 * @property {string[]} names of its class, of each
 * @property {boolean[]} wrong whether it is read wrongly
 * @property {Uint8Array} images count x 784
 */

/** @typedef {[number, number]} Place on the map, -1 to 1 */

/** @param {HTMLElement} frame */
export function mapPicture(frame) {
  const ground = pen(make("canvas", "live-map-canvas", frame));
  const above = pen(make("canvas", "live-map-canvas", frame));
  for (const { canvas } of [ground, above]) canvas.setAttribute("aria-hidden", "true");
  /** @type {Points | null} */
  let points = null;
  /** @type {HTMLCanvasElement | null} */
  let sheet = null; // the images side by side
  let asImages = false;
  let marks = 0; // how many are read wrongly
  let colours = coloursOf(frame);
  /** @type {{ trail: Place[], chosen: number }} */
  let moving = { trail: [], chosen: -1 };

  /** @param {Place} place */
  function onFrame([x, y]) {
    const [width, height] = [frame.clientWidth / 2, frame.clientHeight / 2];
    return [width + x * (width - MARGIN), height + y * (height - MARGIN)];
  }

  /** @param {number} n */
  function placeOf(n) {
    const { places } = /** @type {Points} */ (points);
    return onFrame([places[2 * n], places[2 * n + 1]]);
  }

  function arrange() {
    const dots = window.devicePixelRatio || 1;
    for (const { canvas } of [ground, above]) {
      canvas.width = Math.round(frame.clientWidth * dots);
      canvas.height = Math.round(frame.clientHeight * dots);
    }
    paint();
  }

  /** @param {CanvasRenderingContext2D} on */
  function cleared(on) {
    const dots = window.devicePixelRatio || 1;
    on.setTransform(1, 0, 0, 1, 0, 0);
    on.clearRect(0, 0, on.canvas.width, on.canvas.height);
    on.scale(dots, dots);
    on.textAlign = "center";
    on.textBaseline = "middle";
  }

  function paint() {
    cleared(ground);
    if (points) {
      sheet = asImages ? sheetOf(points.images, css(colours.text)) : null;
      const { wrong } = points;
      marks = wrong.filter(Boolean).length;
      wrong.forEach((is, n) => is || paintOne(ground, n, 1));
      wrong.forEach((is, n) => is && paintOne(ground, n, 1)); // no other lies upon their rings
    }
    paintAbove();
  }

  /**
   * @param {CanvasRenderingContext2D} on
   * @param {number} n
   * @param {number} size 1 as usual
   */
  function paintOne(on, n, size) {
    const { names, wrong } = /** @type {Points} */ (points);
    const [x, y] = placeOf(n);
    if (sheet) {
      const [least, most] = SMALL;
      const side = size * Math.min(most, Math.max(least, frame.clientWidth / IN_WIDTH));
      const from = [(n % ACROSS) * SIDE, Math.floor(n / ACROSS) * SIDE];
      on.globalAlpha = 0.75; // one that lies upon others can be told from them
      on.fillStyle = css(colours.panel);
      on.fillRect(x - side / 2, y - side / 2, side, side);
      on.globalAlpha = 1;
      on.drawImage(sheet, from[0], from[1], SIDE, SIDE, x - side / 2, y - side / 2, side, side);
    } else {
      on.font = `600 ${LETTERS * size}px ${getComputedStyle(frame).fontFamily}`;
      on.fillStyle = css(wrong[n] ? colours.text : mixed(colours.panel, colours.text, 0.75));
      on.fillText(names[n], x, y);
    }
    const width = marks > MANY ? 1 : 2;
    if (wrong[n]) circle(on, x, y, RING * size, css(colours.doubtful), width);
  }

  function paintAbove() {
    cleared(above);
    if (!points) return;
    const { trail, chosen } = moving;
    const paper = css(colours.panel);
    if (chosen >= 0) {
      const [x, y] = placeOf(chosen);
      circle(above, x, y, 15, css(colours.text), 2, paper);
      paintOne(above, chosen, 1.5);
    }
    const path = trail.map(onFrame);
    path.slice(1).forEach(([x, y], n) => {
      above.globalAlpha = (n + 1) / path.length;
      above.strokeStyle = css(colours.accent);
      above.lineWidth = 3;
      above.beginPath();
      above.moveTo(path[n][0], path[n][1]);
      above.lineTo(x, y);
      above.stroke();
    });
    above.globalAlpha = 1;
    const last = path[path.length - 1];
    if (!last) return;
    circle(above, last[0], last[1], 9, paper, 6);
    circle(above, last[0], last[1], 9, css(colours.accent), 4);
    circle(above, last[0], last[1], 2, css(colours.accent), 2);
  }

  /**
   * @param {Points | null} shown
   * @param {boolean} images whether as images, not as names
   */
  function update(shown, images) {
    if (shown === points && images === asImages) return;
    [points, asImages] = [shown, images];
    paint();
  }

  /**
   * @param {Place[]} trail where one's drawing was, the last one now
   * @param {number} chosen image; -1 for none
   */
  function move(trail, chosen) {
    moving = { trail, chosen };
    paintAbove();
  }

  /**
   * The image nearest to a point of the frame, in CSS pixels; -1 if none is near.
   * @param {number} left
   * @param {number} top
   */
  function imageNear(left, top) {
    let [best, near] = [-1, HIT];
    points?.names.forEach((_, n) => {
      const [x, y] = placeOf(n);
      const far = Math.hypot(x - left, y - top);
      if (far < near) [best, near] = [n, far];
    });
    return best;
  }

  new ResizeObserver(arrange).observe(frame);
  whenThemeChanges(frame, () => {
    colours = coloursOf(frame);
    paint();
  });
  return { update, move, imageNear };
}

/**
 * @param {CanvasRenderingContext2D} on
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {number} width of the line
 * @param {string} [fill]
 */
function circle(on, x, y, radius, colour, width, fill = "") {
  on.beginPath();
  on.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) {
    on.fillStyle = fill;
    on.fill();
  }
  on.strokeStyle = colour;
  on.lineWidth = width;
  on.stroke();
}

/**
 * All images side by side, ink in a colour on nothing.
 * @param {Uint8Array} images
 * @param {string} colour
 */
function sheetOf(images, colour) {
  const count = images.length / PIXELS;
  const canvas = document.createElement("canvas");
  canvas.width = ACROSS * SIDE;
  canvas.height = Math.ceil(count / ACROSS) * SIDE;
  const brush = pen(canvas);
  const data = brush.createImageData(canvas.width, canvas.height);
  for (let at = 0; at < images.length; at += 1) {
    const [n, pixel] = [Math.floor(at / PIXELS), at % PIXELS];
    const x = (n % ACROSS) * SIDE + (pixel % SIDE);
    const y = Math.floor(n / ACROSS) * SIDE + Math.floor(pixel / SIDE);
    data.data[4 * (y * canvas.width + x) + 3] = images[at];
  }
  brush.putImageData(data, 0, 0);
  brush.globalCompositeOperation = "source-in";
  brush.fillStyle = colour;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
