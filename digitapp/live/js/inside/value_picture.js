// A picture with one value a pixel, on which a place may be chosen by mouse, finger or arrow keys.

import { SIDE } from "../ink.js";
import { make, makePicture, paintInk, pen, setText } from "../views/elements.js";

/** @typedef {import("./tints.js").Tints} Tints */
/** @typedef {{ row: number, column: number }} Place */
/** @typedef {Place & { height: number, width: number }} Area */

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
});

/**
 * @typedef {object} Choosing
 * @property {(place: Place) => void} choose
 * @property {(place: Place | null) => void} [point] called when the mouse is over another place
 * @property {(rows: number, columns: number) => void} [step] called for arrow keys; by default the
 *   next pixel is chosen
 * @property {boolean} [drag] whether moving on chooses all the way, as for something that is moved
 */

/**
 * @param {HTMLElement} parent
 * @param {string} name for screen readers, and its caption
 * @param {Choosing | null} [choosing]
 */
export function valuePicture(parent, name, choosing = null) {
  const root = make("figure", "live-value-picture", parent);
  const frame = make("div", "live-value-frame", root);
  const canvas = makePicture("live-pixels", frame, name);
  const mark = make("span", "live-value-mark", frame);
  const caption = make("figcaption", "live-value-caption", root, name);
  const brush = pen(canvas, { willReadFrequently: true });
  let image = brush.createImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  /** @type {Area | null} */
  let marked = null;
  mark.hidden = true;
  if (choosing) followChoice(frame, choosing);

  /**
   * @param {number} height
   * @param {number} width
   */
  function resize(height, width) {
    if (canvas.width === width && canvas.height === height) return;
    Object.assign(canvas, { width, height });
    image = brush.createImageData(width, height);
    pixels = new Uint32Array(image.data.buffer);
  }

  /** @param {ArrayLike<number>} values 0 paper to 1 ink, 28x28 */
  function showInk(values) {
    resize(SIDE, SIDE);
    paintInk(pixels, values);
    brush.putImageData(image, 0, 0);
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} width
   * @param {number} full the value that gets the strongest colour
   * @param {Tints} tints
   */
  function show(values, width, full, tints) {
    resize(values.length / width, width);
    tints.paint(pixels, values, full);
    brush.putImageData(image, 0, 0);
  }

  /**
   * Put a frame around some of its pixels; it may reach beyond the picture.
   * @param {Area | null} area
   */
  function setMark(area) {
    mark.hidden = !area;
    marked = area;
    if (!area) return;
    const share = (/** @type {number} */ n, /** @type {number} */ of) => `${(100 * n) / of}%`;
    mark.style.left = share(area.column, canvas.width);
    mark.style.top = share(area.row, canvas.height);
    mark.style.width = share(area.width, canvas.width);
    mark.style.height = share(area.height, canvas.height);
  }

  /**
   * @param {HTMLElement} on
   * @param {Choosing} how
   */
  function followChoice(on, { choose, point = () => undefined, step, drag = false }) {
    on.tabIndex = 0;
    on.setAttribute("role", "group");
    on.classList.add("live-choosable");
    if (drag) on.classList.add("live-draggable");
    let held = false;

    /** @param {MouseEvent} event */
    function under({ clientX, clientY }) {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const row = Math.floor(((clientY - top) / height) * canvas.height);
      const column = Math.floor(((clientX - left) / width) * canvas.width);
      return clamped({ row, column });
    }

    on.addEventListener("pointerdown", (event) => {
      if (event.button || !drag) return;
      held = true;
      on.setPointerCapture(event.pointerId);
      choose(under(event));
    });
    on.addEventListener("click", (event) => {
      if (!drag) choose(under(event)); // a finger may only have scrolled the page
    });
    on.addEventListener("pointermove", (event) => {
      if (held) choose(under(event));
      else if (event.pointerType === "mouse") point(under(event));
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      on.addEventListener(end, () => {
        held = false;
        if (end === "pointerleave") point(null);
      });
    }
    on.addEventListener("keydown", (event) => {
      const [down, across] = STEPS[event.key] || [0, 0];
      if ((!down && !across) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (step) return step(down, across);
      const middle = { row: canvas.height >> 1, column: canvas.width >> 1 };
      const { row, column } = marked || middle;
      choose(clamped({ row: row + down, column: column + across }));
    });
  }

  /** @param {Place} place */
  function clamped({ row, column }) {
    return {
      row: Math.max(0, Math.min(canvas.height - 1, row)),
      column: Math.max(0, Math.min(canvas.width - 1, column)),
    };
  }

  return {
    root,
    frame,
    showInk,
    show,
    setMark,
    /** @param {string} text */
    setCaption: (text) => setText(caption, text),
    /** @param {string} text */
    setName(text) {
      if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
    },
    /** @param {string} text what the keys do */
    setHelp: (text) => frame.setAttribute("aria-label", text),
  };
}
