// The network at work: pixels, layer by layer, answers, lit by the drawing, with lines for what
// speaks most for an answer or, of a chosen node, for what it gets and hands on.

import { contributionsOf } from "../explaining/contributions.js";
import { linesOf, traceOf } from "../explaining/trace.js";
import { isOff, NO_EDITS } from "../edits.js";
import { make, scrollSideways, setText, whenThemeChanges } from "./elements.js";
import { framesOn } from "./inside_frames.js";
import { legend } from "./inside_legend.js";
import { networkPicture } from "./inside_picture.js";
import { boxOf } from "./inside_places.js";
import { followPointer } from "./inside_pointing.js";
import { textOnAll, textOnUnit } from "./inside_words.js";

/**
 * @typedef {import("../network.js").Description} Description
 * @typedef {import("../network.js").LayerOutput} LayerOutput
 * @typedef {import("../reading.js").Prediction} Prediction
 * @typedef {import("../edits.js").Edits} Edits
 * @typedef {import("./inside_pointing.js").Spot} Spot
 * @typedef {import("./inside_words.js").Scenery} Scenery
 * @typedef {{column: number, unit: number}} Selected
 * @typedef {{row: number, column: number}} Position on a map
 */

/**
 * A network; without weights, there are no lines.
 * @typedef {object} Readable
 * @property {Description} description
 * @property {(layer: number, part: "kernel", edits?: Edits) => Float32Array} [values]
 */

/**
 * @typedef {object} Shows what the picture shows
 * @property {Readable | null} network null before it is there
 * @property {Pick<LayerOutput, "values">[]} activations of all layers; none without ink
 * @property {Prediction | null} prediction null without ink
 * @property {Edits} [edits]
 * @property {Selected | null} [selected] by default, what was chosen in the picture
 * @property {boolean} resting whether the pen rests: then others may become the most active nodes
 */

const HINT = "Press a node, a pixel or an answer";
const HELP = `${HINT}. Arrow keys move, Enter chooses, Escape lets go.`;
/** @type {Shows} */
const NOTHING = { network: null, activations: [], prediction: null, resting: false };

/**
 * @param {Element} parent
 * @param {object} [options]
 * @param {boolean} [options.large] on a page of its own, with a line of text below
 * @param {(selected: Selected | null, at: Position | null) => void} [options.onSelect] called when a
 *   unit is chosen, or let go; `at` is the value of a map that was pressed
 */
export function insideView(parent, { large = false, onSelect } = {}) {
  const root = make("section", "live-inside", parent);
  if (large) root.dataset.size = "large";
  const head = make("div", "live-head", root);
  make("h2", "live-title", head, "Inside the network");
  const hint = make("p", "live-hint", head);
  if (large) legend(head);
  const scroller = make("div", "live-scroller live-inside-scroller", root);
  const stage = make("div", "live-inside-stage", scroller);
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", `Inside the network. ${HELP}`);
  const picture = networkPicture(stage, scroller, large ? "large" : "small");
  const rings = ["chosen", "pointed"].map((name) => make("div", `live-inside-${name}`, stage));
  const frames = large ? framesOn(stage) : null; // the small form has no texts beside it
  const line = large ? make("p", "live-inside-line", root) : hint;
  for (const each of new Set([hint, line])) each.setAttribute("aria-hidden", "true");
  const said = make("p", "live-unseen", root);
  said.setAttribute("aria-live", "polite");
  const { own } = picture;

  let shows = NOTHING;
  /** @type {Scenery | null} */
  let scenery = null;
  /** @type {Selected | null} */
  let picked = null; // in this picture
  /** @type {Spot | null} */
  let spot = null; // pointed at
  let rested = ""; // what it showed when the pen rested last

  const pointing = followPointer(stage, {
    placed: () => own.placed,
    point(found, byKey) {
      spot = found;
      if (byKey && found) scrollTo(found);
      tell(byKey);
    },
    choose({ column, place }, at, byKey) {
      select({ column, unit: own.shown[column].units[place] }, at);
      if (byKey) tell(true);
    },
    leave: () => select(null, null),
  });

  /**
   * @param {Selected | null} selected
   * @param {Position | null} at
   */
  function select(selected, at) {
    picked = selected;
    if (onSelect) onSelect(selected, at);
    if (shows.selected === undefined) show();
  }

  /** @returns {Selected | null} */
  const chosen = () => (shows.selected === undefined ? picked : shows.selected);

  /** @param {Spot} found */
  function scrollTo({ column, place }) {
    const { x, width } = boxOf(own.placed[column], place);
    const { scrollLeft, clientWidth } = scroller;
    if (x < scrollLeft) scroller.scrollLeft = x - width;
    else if (x + width > scrollLeft + clientWidth) scroller.scrollLeft = x + 2 * width - clientWidth;
  }

  /** Work out what is shown, and paint it. */
  function show() {
    if (!own.placed.length) return;
    const selected = chosen();
    if (selected) picture.include(shows.activations, selected);
    scenery = sceneryOf();
    const { activations, prediction } = shows;
    const shares = prediction ? prediction.shares : null;
    picture.paint({ activations, shares, lines: linesNow(scenery), isOff: scenery.isOff });
    tell(false);
  }

  /** @returns {Scenery} */
  function sceneryOf() {
    const { network, activations, prediction, edits } = shows;
    const { layers, class_names: names } = /** @type {Readable} */ (network).description;
    const { columns, shown } = own;
    const values = network?.values?.bind(network);
    const kernelOf = values && ((/** @type {number} */ layer) => values(layer, "kernel", edits));
    const passage = kernelOf && activations.length ? { layers, columns, activations, kernelOf } : null;
    return {
      columns,
      names,
      order: [...shown[shown.length - 1].units],
      activations,
      prediction,
      contributions: passage && contributionsOf(passage),
      isOff: (column, unit) => isOff(edits ?? NO_EDITS, columns[column].place, unit),
    };
  }

  /** @param {Scenery} now */
  function linesNow({ columns, contributions, prediction, order }) {
    if (!contributions || !prediction) return [];
    const isShown = (/** @type {number} */ n, /** @type {number} */ unit) =>
      own.shown[n].places[unit] >= 0;
    const selected = chosen();
    if (selected && columns[selected.column].kind !== "outputs")
      return linesOf(columns, contributions, isShown, selected);
    const output = selected ? selected.unit : order[prediction.choice];
    return traceOf(columns, contributions, isShown, output);
  }

  /** @param {boolean} aloud whether screen readers are to hear of it at once */
  function tell(aloud) {
    if (!scenery) return;
    const selected = chosen();
    const pointed = spot && { column: spot.column, unit: own.shown[spot.column].units[spot.place] };
    ring(rings[0], selected);
    ring(rings[1], pointed);
    frames?.place(own, selected);
    const about = pointed || selected;
    const text = about ? textOnUnit(scenery, about) : large ? rested : HINT;
    setText(line, text);
    if (aloud) setText(said, text);
  }

  /**
   * @param {HTMLElement} element
   * @param {Selected | null} around
   */
  function ring(element, around) {
    const place = around ? own.shown[around.column].places[around.unit] : -1;
    if (element.hidden !== place < 0) element.hidden = place < 0; // or its style is computed anew
    if (!around || place < 0) return;
    const { x, y, width, height } = boxOf(own.placed[around.column], place);
    element.style.transform = `translate(${x}px, ${y}px)`;
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
  }

  function rest() {
    const { activations } = shows;
    if (!scenery || !shows.resting) return;
    if (activations.length && picture.choose(activations, chosen())) show();
    rested = textOnAll(scenery);
    frames?.rest(own.placed, activations);
    tell(false);
    setText(said, line.textContent === HINT ? rested : line.textContent || "");
  }

  /** @param {Shows} now */
  function update(now) {
    const { network } = now;
    if (!network) return;
    const before = shows;
    shows = now;
    const another = network.description !== before.network?.description;
    if (another && picture.open(network.description)) {
      pointing.reset();
      picked = null;
      scenery = null;
      picture.arrange();
    }
    if (differ(before, now)) show();
    if (now.resting && (!before.resting || differ(before, now))) rest();
  }

  /**
   * Scroll the picture sideways to the frame around a part of it.
   * @param {string} part
   */
  function reveal(part) {
    const frame = frames?.around(part);
    if (frame) scrollSideways(scroller, frame);
  }

  function arrangeAgain() {
    if (picture.arrange()) show();
    rest();
  }

  new ResizeObserver(arrangeAgain).observe(scroller);
  whenThemeChanges(root, () => {
    picture.recolour();
    show();
  });
  if (large) setText(hint, HINT);
  return { root, update, reveal };
}

/**
 * @param {Shows} one
 * @param {Shows} other
 */
function differ(one, other) {
  const { network, activations, prediction, edits, selected } = one;
  return (
    network !== other.network ||
    activations !== other.activations ||
    prediction !== other.prediction ||
    edits !== other.edits ||
    selected?.column !== other.selected?.column ||
    selected?.unit !== other.selected?.unit
  );
}
