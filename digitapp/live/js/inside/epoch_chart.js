// A small curve over the epochs, with what was read after each of them as a letter below.

import { make, makeSvg } from "../views/elements.js";

const HEIGHT = 132; // pixels
const [TOP, BOTTOM] = [10, 92]; // of the curve
const [LETTERS, NUMBERS] = [110, 128]; // base lines
const SIDE = 12; // pixels on both sides: half the slider's thumb, so that points stand below it
const WIDEST = 22; // pixels, of what marks the chosen epoch
const APART = 30; // pixels between two numbers
const LETTER = 8; // pixels, of a name below the curve
const LEAST = 3; // letters of a name that there is always room for

/**
 * @typedef {object} Point
 * @property {number | null} value null while it is not known
 * @property {string} letter what was read, or ""
 * @property {boolean} differs whether that is not what the finished network reads
 * @property {string} number of the epoch
 */

/**
 * @param {Element} element
 * @param {Record<string, string | number>} values
 */
function set(element, values) {
  for (const [name, value] of Object.entries(values)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {boolean} on
 */
function flag(element, name, on) {
  element.toggleAttribute(`data-${name}`, on);
}

/**
 * @param {HTMLElement} parent
 * @param {(place: number) => void} chosen called with the place that is pressed
 */
export function epochChart(parent, chosen) {
  const root = make("div", "live-epoch-chart", parent);
  const svg = makeSvg("svg", "live-epoch-svg", root);
  set(svg, { role: "img", height: HEIGHT });
  const now = makeSvg("rect", "live-epoch-now", svg);
  const zero = makeSvg("line", "live-epoch-zero", svg);
  const top = makeSvg("line", "live-epoch-top", svg);
  const curve = makeSvg("path", "live-epoch-curve", svg);
  const dots = makeSvg("g", "live-epoch-dots", svg);
  /** @type {{ dot: Element, letter: Element, number: Element }[]} */
  let marks = [];
  let width = 0;
  /** @type {Parameters<typeof update> | null} */
  let latest = null;

  svg.addEventListener("click", (event) => {
    const { left } = svg.getBoundingClientRect();
    const place = Math.round((/** @type {MouseEvent} */ (event).clientX - left - SIDE) / apart());
    chosen(Math.min(Math.max(place, 0), marks.length - 1));
  });
  new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    if (latest) update(...latest);
  }).observe(root);

  /** How many pixels two points are apart. */
  function apart() {
    return Math.max(1, width - 2 * SIDE) / Math.max(1, marks.length - 1);
  }

  /** @param {number} place */
  function xOf(place) {
    return (SIDE + place * apart()).toFixed(1);
  }

  /**
   * Where the middle of a name stands, so that none of it is cut off at the sides.
   * @param {number} x
   * @param {string} name
   */
  function inside(x, name) {
    const half = (name.length * LETTER) / 2;
    return Math.min(Math.max(x, half), Math.max(half, width - half)).toFixed(1);
  }

  /** @param {number} count */
  function setCount(count) {
    dots.replaceChildren();
    marks = Array.from({ length: count }, () => ({
      dot: makeSvg("circle", "live-epoch-dot", dots),
      letter: makeSvg("text", "live-epoch-letter", dots),
      number: makeSvg("text", "live-epoch-number", dots),
    }));
    marks.forEach(({ dot }) => set(dot, { r: 4 }));
  }

  /**
   * @param {Point[]} points
   * @param {number} place the one that is shown
   * @param {{ low: number, high: number, name: string }} scale
   */
  function update(points, place, { low, high, name: spoken }) {
    latest = [points, place, { low, high, name: spoken }];
    if (points.length !== marks.length) setCount(points.length);
    if (!width) return;
    const yOf = (/** @type {number} */ value) =>
      (BOTTOM - ((value - low) / (high - low || 1)) * (BOTTOM - TOP)).toFixed(1);
    const last = points.length - 1;
    const every = Math.ceil(APART / apart());
    const room = Math.max(LEAST, Math.floor(apart() / LETTER) - 1);
    let path = "";
    points.forEach(({ value, letter, differs, number }, at) => {
      const mark = marks[at];
      const [x, y] = [xOf(at), yOf(value ?? low)];
      if (value !== null) path += `${path ? "L" : "M"}${x} ${y}`;
      set(mark.dot, { cx: x, cy: y });
      const name = letter.length > room ? `${letter.slice(0, room - 1)}…` : letter;
      set(mark.letter, { x: inside(Number(x), name), y: LETTERS });
      set(mark.number, { x, y: NUMBERS });
      flag(mark.dot, "known", value !== null);
      write(mark.letter, name);
      flag(mark.letter, "differs", differs);
      const numbered = at === last || (at % every === 0 && last - at >= every);
      write(mark.number, numbered ? number : "");
      for (const each of Object.values(mark)) flag(each, "chosen", at === place);
    });
    set(curve, { d: path || "M0 0" });
    const side = Math.min(WIDEST, apart());
    const middle = Number(xOf(place));
    set(now, { x: middle - side / 2, y: 0, width: side, height: HEIGHT, rx: 4 });
    const level = yOf(Math.max(low, 0));
    set(zero, { x1: SIDE, x2: width - SIDE, y1: level, y2: level });
    set(top, { x1: SIDE, x2: width - SIDE, y1: TOP, y2: TOP });
    set(svg, { "aria-label": spoken, width });
  }
  return { root, update };
}
