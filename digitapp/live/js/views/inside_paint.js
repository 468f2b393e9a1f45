// Paints a network's picture: the values of each column in the places that the layout gives.

import { css, mixed, pen } from "./elements.js";
import { gapOf } from "./inside_grids.js";

/**
 * @typedef {import("./inside_layout.js").Placed} Placed
 * @typedef {import("./elements.js").Rgb} Rgb
 * @typedef {ReturnType<typeof import("./elements.js").coloursOf>} Colours
 * @typedef {{pixels: Uint32Array, names: string[], zero: number}} Scale
 */

const STEPS = 128; // of colour on each side of zero
const FULL = 0.75; // from here on the accent goes on towards the text's colour, which is brighter

/**
 * The colours of values from -1 to 1: as pixels, and as names.
 *
 * @param {Colours} colours
 * @returns {Scale}
 */
export function scaleOf({ accent, doubtful, panel, text }) {
  const dark = mixed(panel, text, 0.03);
  const of = (/** @type {number} */ value) => {
    const size = Math.abs(value);
    const lit = value < 0 ? doubtful : accent;
    if (size <= FULL) return mixed(dark, lit, size / FULL);
    return mixed(lit, text, (0.45 * (size - FULL)) / (1 - FULL));
  };
  const all = Array.from({ length: 2 * STEPS + 1 }, (_, n) => of((n - STEPS) / STEPS));
  const word = new Uint32Array(1);
  const bytes = new Uint8Array(word.buffer);
  const pixels = Uint32Array.from(all, ([red, green, blue]) => {
    bytes.set([red, green, blue, 255]);
    return word[0];
  });
  return { pixels, names: all.map(css), zero: STEPS };
}

/** @param {Float32Array | null} values */
function largest(values) {
  let found = 0;
  if (!values) return 1;
  for (let at = 0; at < values.length; at += 1) {
    const size = Math.abs(values[at]);
    if (size > found) found = size;
  }
  return found || 1;
}

/**
 * A grid of maps with a value a pixel, enlarged by the browser as it is drawn.
 *
 * @param {Placed} placed
 */
export function makeMaps({ column, side, across, shown, left, top }) {
  const zoom = side / column.width;
  const [stepX, stepY] = [column.width + gapOf(zoom), column.height + gapOf(zoom)];
  const canvas = document.createElement("canvas");
  canvas.width = across * stepX;
  canvas.height = Math.ceil(shown / across) * stepY;
  const brush = pen(canvas, { willReadFrequently: true });
  const image = brush.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);

  /**
   * @param {CanvasRenderingContext2D} on
   * @param {Float32Array | null} values channels last
   * @param {Scale} scale
   */
  return function paint(on, values, scale) {
    const { count, width, height } = column;
    const { pixels: colours, zero } = scale;
    const factor = zero / largest(values);
    for (let map = 0; map < shown; map += 1) {
      const corner = Math.floor(map / across) * stepY * canvas.width + (map % across) * stepX;
      for (let row = 0; row < height; row += 1) {
        const start = corner + row * canvas.width;
        for (let x = 0; x < width; x += 1) {
          const value = values ? values[(row * width + x) * count + map] * factor : 0;
          pixels[start + x] = colours[Math.round(value) + zero];
        }
      }
    }
    brush.putImageData(image, 0, 0);
    on.imageSmoothingEnabled = false;
    on.drawImage(canvas, left, top, canvas.width * zoom, canvas.height * zoom);
  };
}

/**
 * Nodes as squares.
 *
 * @param {Placed} placed
 */
export function makeUnits({ side, pitch, across, shown, left, top }) {
  /**
   * @param {CanvasRenderingContext2D} on
   * @param {Float32Array | null} values
   * @param {Scale} scale
   */
  return function paint(on, values, scale) {
    const factor = scale.zero / largest(values);
    for (let unit = 0; unit < shown; unit += 1) {
      const value = values ? Math.round(values[unit] * factor) : 0;
      const x = left + (unit % across) * pitch;
      on.fillStyle = scale.names[scale.zero + value];
      on.fillRect(x, top + Math.floor(unit / across) * pitch, side, side);
    }
  };
}

/**
 * The answers as squares, lit by their shares.
 *
 * @param {Placed} placed
 */
export function makeAnswers({ side, pitch, across, shown, left, top, width }) {
  const [rows, step] = [Math.ceil(shown / across), width / across];

  /**
   * @param {CanvasRenderingContext2D} on
   * @param {ArrayLike<number> | null} shares
   * @param {Scale} scale
   */
  return function paint(on, shares, scale) {
    for (let answer = 0; answer < shown; answer += 1) {
      const x = left + Math.floor(answer / rows) * step;
      const y = Math.round(top + (answer % rows) * pitch + (pitch - side) / 2);
      const share = Math.sqrt(shares ? shares[answer] : 0); // small shares are seen, too
      on.fillStyle = scale.names[scale.zero + Math.round(share * scale.zero)];
      on.fillRect(x, y, side, side);
    }
  };
}

/**
 * Faint lines from each column to the next: what one layer hands on.
 *
 * @param {CanvasRenderingContext2D} on
 * @param {Placed[]} placed
 * @param {Colours} colours
 */
export function paintLinks(on, placed, { panel, text }) {
  on.strokeStyle = css(mixed(panel, text, 0.16));
  on.lineWidth = 1;
  placed.slice(1).forEach((to, n) => {
    const from = placed[n];
    const [start, end] = [from.left + from.width + 6, to.left - 6];
    if (end <= start) return;
    on.beginPath();
    on.moveTo(start, from.top + 0.5);
    on.lineTo(end, to.top + 0.5);
    on.moveTo(start, from.top + from.height - 0.5);
    on.lineTo(end, to.top + to.height - 0.5);
    on.stroke();
  });
}
