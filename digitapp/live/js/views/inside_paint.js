// Paints a network's picture: the values of each column in the places that the layout gives.

import { css, mixed, pen } from "./elements.js";
import { gapOf } from "./inside_grids.js";
import { boxOf } from "./inside_places.js";

/**
 * @typedef {import("./inside_layout.js").Placed} Placed
 * @typedef {import("./inside_shown.js").Shown} Shown
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
 * @param {Shown} chosen
 */
export function makeMaps({ column, side, across, shown, left, top }, { units }) {
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
    for (let place = 0; place < shown; place += 1) {
      const map = column.kind === "pixels" ? 0 : units[place];
      const corner = Math.floor(place / across) * stepY * canvas.width + (place % across) * stepX;
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
 * @param {Shown} chosen
 */
export function makeUnits({ side, pitch, across, shown, left, top }, { units }) {
  /**
   * @param {CanvasRenderingContext2D} on
   * @param {Float32Array | null} values
   * @param {Scale} scale
   */
  return function paint(on, values, scale) {
    const factor = scale.zero / largest(values);
    for (let place = 0; place < shown; place += 1) {
      const value = values ? Math.round(values[units[place]] * factor) : 0;
      const x = left + (place % across) * pitch;
      on.fillStyle = scale.names[scale.zero + value];
      on.fillRect(x, top + Math.floor(place / across) * pitch, side, side);
    }
  };
}

/**
 * The answers as squares, lit by their shares.
 *
 * @param {Placed} placed
 */
export function makeAnswers(placed) {
  /**
   * @param {CanvasRenderingContext2D} on
   * @param {ArrayLike<number> | null} shares
   * @param {Scale} scale
   */
  return function paint(on, shares, scale) {
    for (let answer = 0; answer < placed.shown; answer += 1) {
      const { x, y, width, height } = boxOf(placed, answer);
      const share = Math.sqrt(shares ? shares[answer] : 0); // small shares are seen, too
      on.fillStyle = scale.names[scale.zero + Math.round(share * scale.zero)];
      on.fillRect(x, y, width, height);
    }
  };
}

/**
 * Cross out what is switched off.
 *
 * @param {CanvasRenderingContext2D} on
 * @param {Placed} placed
 * @param {number[]} places
 * @param {Colours} colours
 */
export function crossOut(on, placed, places, { text }) {
  on.strokeStyle = css(text);
  on.lineWidth = 2;
  for (const place of places) {
    const { x, y, width, height } = boxOf(placed, place);
    on.beginPath();
    on.moveTo(x, y);
    on.lineTo(x + width, y + height);
    on.moveTo(x + width, y);
    on.lineTo(x, y + height);
    on.stroke();
  }
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
