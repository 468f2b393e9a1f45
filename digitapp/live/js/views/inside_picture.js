// The canvas of a network's picture, with the words that lie over it.

import { outputsOf } from "../explaining/resistance.js";
import { coloursOf, makePicture, pen } from "./elements.js";
import { labelsOn } from "./inside_labels.js";
import { layout } from "./inside_layout.js";
import { paintLines } from "./inside_lines.js";
import { crossOut, makeAnswers, makeMaps, makeUnits, paintLinks, scaleOf } from "./inside_paint.js";
import { placesIn } from "./inside_places.js";
import { activityOf, Shown } from "./inside_shown.js";
import { choicesOf, columnsOf } from "./layers.js";

const NAME = "The network at work";
const LINES = { small: 0.8, large: 1 }; // their width

/**
 * @typedef {import("../explaining/trace.js").Line} Line
 * @typedef {import("./layers.js").Description} Description
 * @typedef {import("./layers.js").Column} Column
 * @typedef {import("./inside_layout.js").Placed} Placed
 * @typedef {import("./inside_paint.js").Scale} Scale
 * @typedef {{values: Float32Array}} Values
 * @typedef {(on: CanvasRenderingContext2D, values: any, scale: Scale) => void} Paint
 */

/**
 * @typedef {object} Content of the picture
 * @property {Values[]} activations one per layer of the description; none without ink
 * @property {ArrayLike<number> | null} shares of the choices; null without ink
 * @property {Line[]} lines
 * @property {(column: number, unit: number) => boolean} isOff
 */

/**
 * @param {Placed} placed
 * @param {Shown} shown
 * @returns {Paint}
 */
function painterOf(placed, shown) {
  if (placed.column.kind === "outputs") return makeAnswers(placed);
  return placed.column.kind === "units" ? makeUnits(placed, shown) : makeMaps(placed, shown);
}

/**
 * @param {HTMLElement} stage
 * @param {HTMLElement} frame as wide as the page allows
 * @param {"small" | "large"} size
 */
export function networkPicture(stage, frame, size) {
  const canvas = makePicture("live-inside-canvas", stage, NAME);
  const labels = labelsOn(stage, size === "large");
  const brush = pen(canvas);
  /** @type {{columns: Column[], placed: Placed[], shown: Shown[]}} */
  const own = { columns: [], placed: [], shown: [] };
  /** @type {Paint[]} */
  let painters = [];
  let known = ""; // what its look depends on
  /** @type {string[]} */
  let choices = [];
  /** @type {number[]} */
  let outputs = [];
  let colours = coloursOf(stage);
  let scale = scaleOf(colours);

  /**
   * @param {Description} description
   * @returns {boolean} whether it looks different: another epoch of a network does not
   */
  function open(description) {
    const columns = columnsOf(description);
    const about = JSON.stringify([columns, description.class_names]);
    if (about === known) return false;
    known = about;
    own.columns = columns;
    choices = choicesOf(description);
    outputs = outputsOf(description.class_names);
    own.placed = own.shown = painters = [];
    const layers = own.columns.map(({ title }) => title).join(", ");
    canvas.setAttribute("aria-label", `${NAME}: ${layers}`);
    return true;
  }

  /** @returns {boolean} whether there is something to paint */
  function arrange() {
    const { columns } = own;
    const [width, height] = [frame.clientWidth, canvas.clientHeight];
    if (!columns.length || !width || !height) return false;
    const found = layout(columns, choices, width, height, size);
    const before = own.shown;
    own.placed = found.placed;
    own.shown = found.placed.map((placed, n) => {
      const places = placesIn(placed);
      const same = before[n] && before[n].units.length === places;
      return same ? before[n] : shownIn(placed, places);
    });
    painters = own.placed.map((placed, n) => painterOf(placed, own.shown[n]));
    stage.style.width = `${found.width}px`;
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(found.width * dots);
    canvas.height = Math.round(height * dots);
    labels.write(own.placed, choices);
    recolour();
    return true;
  }

  /**
   * @param {Placed} placed
   * @param {number} places
   */
  function shownIn({ column }, places) {
    if (column.kind === "outputs") return new Shown(outputs, outputs.length);
    const total = column.kind === "pixels" ? places : column.count;
    return new Shown([...Array(places).keys()], total);
  }

  function recolour() {
    colours = coloursOf(stage);
    scale = scaleOf(colours);
  }

  /** @param {Content} content */
  function paint({ activations, shares, lines, isOff }) {
    const { placed, shown } = own;
    const dots = window.devicePixelRatio || 1;
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, canvas.width, canvas.height);
    brush.scale(dots, dots);
    if (!lines.length) paintLinks(brush, placed, colours);
    placed.forEach(({ column }, n) => {
      const values = activations[column.place]?.values || null;
      painters[n](brush, column.kind === "outputs" ? shares : values, scale);
    });
    paintLines(brush, lines, { placed, shown, colours, scale: LINES[size] });
    placed.forEach((each, n) => {
      if (each.column.kind === "pixels") return;
      const off = [...shown[n].units.keys()].filter((place) => isOff(n, shown[n].units[place]));
      crossOut(brush, each, off, colours);
    });
    labels.mark(shares);
  }

  /**
   * Show the most active units of the layers that do not fit.
   * @param {Values[]} activations
   * @param {{column: number, unit: number} | null} selected is shown in any case
   * @returns {boolean} whether others are shown than before
   */
  function choose(activations, selected) {
    const changed = own.placed.map(({ column }, n) => {
      if (own.shown[n].complete) return false;
      const activity = activityOf(column, activations[column.place].values);
      return own.shown[n].choose(activity, selected?.column === n ? selected.unit : -1);
    });
    return changed.includes(true);
  }

  /**
   * Show a unit that was chosen elsewhere.
   * @param {Values[]} activations
   * @param {{column: number, unit: number}} selected
   */
  function include(activations, { column: n, unit }) {
    const { column } = own.placed[n];
    own.shown[n].include(unit, activityOf(column, activations[column.place]?.values || null));
  }
  return { own, open, arrange, recolour, paint, choose, include };
}
