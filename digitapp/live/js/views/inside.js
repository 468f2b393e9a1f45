// The network at work: pixels, layer by layer, answers, lit by the drawing.

import { coloursOf, make, makePicture, makeScroller, pen, whenThemeChanges } from "./elements.js";
import { labelsOn } from "./inside_labels.js";
import { layout } from "./inside_layout.js";
import { makeAnswers, makeMaps, makeUnits, paintLinks, scaleOf } from "./inside_paint.js";
import { choicesOf, columnsOf } from "./layers.js";

const NAME = "The network at work";

/**
 * @typedef {import("./layers.js").Description} Description
 * @typedef {import("./layers.js").Column} Column
 * @typedef {import("./inside_layout.js").Placed} Placed
 * @typedef {import("./inside_paint.js").Scale} Scale
 * @typedef {{values: Float32Array}} Values
 * @typedef {(on: CanvasRenderingContext2D, values: any, scale: Scale) => void} Paint
 */

/**
 * @param {Placed} placed
 * @returns {Paint}
 */
function painterOf(placed) {
  if (placed.column.kind === "outputs") return makeAnswers(placed);
  return placed.column.kind === "units" ? makeUnits(placed) : makeMaps(placed);
}

/** @param {Element} parent */
export function insideView(parent) {
  const root = make("section", "live-inside", parent);
  make("h2", "live-title", root, "Inside the network");
  const scroller = makeScroller("live-inside-scroller", root, "Inside the network");
  const stage = make("div", "live-inside-stage", scroller);
  const canvas = makePicture("live-inside-canvas", stage, NAME);
  const labels = labelsOn(stage);
  const brush = pen(canvas);

  /** @type {Description | null} */
  let description = null;
  /** @type {string[]} */
  let choices = [];
  /** @type {Column[]} */
  let columns = [];
  /** @type {Placed[]} */
  let placed = [];
  /** @type {Paint[]} */
  let painters = [];
  /** @type {Values[]} */
  let activations = [];
  /** @type {ArrayLike<number> | null} */
  let shares = null;
  let colours = coloursOf(root);
  let scale = scaleOf(colours);

  function arrange() {
    const [width, height] = [scroller.clientWidth, canvas.clientHeight];
    if (!columns.length || !width || !height) return;
    const found = layout(columns, choices, width, height);
    placed = found.placed;
    painters = placed.map(painterOf);
    stage.style.width = `${found.width}px`;
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(found.width * dots);
    canvas.height = Math.round(height * dots);
    labels.write(placed, choices);
    recolour();
  }

  function paint() {
    const dots = window.devicePixelRatio || 1;
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, canvas.width, canvas.height);
    brush.scale(dots, dots);
    paintLinks(brush, placed, colours);
    placed.forEach(({ column }, n) => {
      const values = activations[column.place]?.values || null;
      painters[n](brush, column.kind === "outputs" ? shares : values, scale);
    });
    labels.mark(shares);
  }

  function recolour() {
    colours = coloursOf(root);
    scale = scaleOf(colours);
    paint();
  }

  /** @param {Description} found */
  function open(found) {
    description = found;
    columns = columnsOf(found);
    choices = choicesOf(found);
    const layers = columns.map(({ title }) => title).join(", ");
    canvas.setAttribute("aria-label", `${NAME}: ${layers}`);
    arrange();
  }

  /**
   * @param {Description | null} network as packed by the server; null before it is there
   * @param {Values[]} values the activations of `run`, one per layer; none without ink
   * @param {ArrayLike<number> | null} shown the shares of the choices; null without ink
   */
  function update(network, values, shown) {
    activations = values;
    shares = shown;
    if (network && network !== description) open(network);
    else if (placed.length) paint();
  }

  new ResizeObserver(arrange).observe(scroller);
  whenThemeChanges(root, recolour);
  return { root, update };
}
