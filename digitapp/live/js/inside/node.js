// The tab "Node": the rule of the chosen node in numbers and in a sentence, moving while one draws,
// and what becomes of the answer when it is switched off or one of its weights is changed.

import { ruleOf } from "../explaining/rule.js";
import { make, setData, setText } from "../views/elements.js";
import { unitsOf } from "../views/layers.js";
import { changed, changeOf, restored, switched } from "../edits.js";
import { comparison } from "./edits_bar.js";
import { nodeBodies } from "./node_bodies.js";
import { changePart } from "./node_change.js";
import { BIAS, choiceName, weightAt } from "./node_choice.js";
import { chosenWeight, EmptyPage, firstChoice, largestWeight } from "./node_state.js";
import { passageOf, startOn } from "./node_state.js";
import { sentenceOn, titleOf } from "./node_words.js";
import { scaleFor } from "../numbers.js";
import { drawOne } from "./subject.js";
import { Tints } from "./tints.js";

/**
 * @typedef {import("../explaining/rule.js").DenseRule} DenseRule
 * @typedef {import("../explaining/rule.js").ConvolutionRule} ConvolutionRule
 * @typedef {import("../views/layers.js").Column} Column
 * @typedef {import("./node_choice.js").Choice} Choice
 * @typedef {import("./scene.js").Scene} Scene
 */

const INVITATION =
  "Press a node in the picture above: here you will see what it does with your drawing, number by number.";
const THEN = "Then press a node in the picture above, and see what it does with it.";
const EMPTY = "Nothing is drawn, so all pixels are 0.";
const LEAST_REACH = 5; // of the slider

/** @param {HTMLElement} parent */
export function nodePart(parent) {
  const root = make("section", "live-node", parent);
  const invitation = make("div", "live-node-invitation", root);
  invitation.dataset.part = "weights activation"; // a text may speak of them before one is chosen
  const invited = make("p", "", invitation);
  const brightest = button("Show me the most active node", invitation, showBrightest);
  const about = make("div", "live-node-about", root);
  const head = make("header", "live-node-head", about);
  const title = make("h2", "live-node-title", head);
  const previous = button("‹", head, () => goOn(-1));
  const next = button("›", head, () => goOn(1));
  const off = button("Switch this node off", head, switchIt);
  off.classList.add("live-node-off");
  previous.setAttribute("aria-label", "The one before");
  next.setAttribute("aria-label", "The next one");
  const sentence = make("p", "live-node-sentence", about);
  const tints = new Tints(root, () => latest && update(latest, true));
  const bodies = nodeBodies(about, tints, { choose, open, moveTo });
  const change = changePart(about, { set: setWeight, restore: restoreWeight });
  const empty = new EmptyPage();

  /** @type {Scene | null} */
  let latest = null;
  /** @type {DenseRule | ConvolutionRule | null} */
  let weighed = null; // the rule of a node that has weights
  let choice = BIAS;
  let [known, shown] = ["", ""]; // the node, and all that is shown of it
  let full = 1;
  /** @type {{column: Column, position: {row: number, column: number}} | null} */
  let before = null; // the map that was looked at last

  /** @param {Choice} chosen */
  function choose(chosen) {
    choice = chosen;
    if (latest) update(latest, true);
  }

  /**
   * @param {number} column
   * @param {number} unit
   * @param {{row: number, column: number}} [position]
   */
  function open(column, unit, position) {
    if (position) moveTo(position.row, position.column);
    latest?.inspection.select(column, unit);
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  function moveTo(row, column) {
    latest?.inspection.moveTo(row, column);
  }

  function showBrightest() {
    if (!latest) return;
    const { columns, activations } = latest;
    const column = columns.findIndex(({ kind }) => kind !== "pixels");
    const { place, count } = columns[column];
    const values = activations[place]?.values || new Float32Array(1);
    open(column, values.indexOf(Math.max(...values)) % count);
  }

  /** @param {number} step */
  function goOn(step) {
    const selected = latest?.inspection.selected;
    if (!latest || !selected) return;
    const all = unitsOf(latest.columns[selected.column]);
    open(selected.column, (selected.unit + step + all) % all);
  }

  function switchIt() {
    const selected = latest?.inspection.selected;
    if (!latest || !selected) return;
    const { inspection, columns } = latest;
    inspection.setEdits(switched(inspection.edits, columns[selected.column].place, selected.unit));
  }

  /** @param {number} value */
  function setWeight(value) {
    if (!latest || !weighed) return;
    const { layer, part, index } = weightAt(weighed, choice);
    latest.inspection.setEdits(changed(latest.inspection.edits, layer, part, index, value));
  }

  function restoreWeight() {
    if (!latest || !weighed) return;
    latest.inspection.setEdits(restored(latest.inspection.edits, weightAt(weighed, choice)));
  }

  /**
   * @param {Scene | null} scene
   * @param {boolean} [again] whether all is painted again
   */
  function update(scene, again = false) {
    latest = scene;
    const selected = scene && scene.inspection.selected;
    invitation.hidden = !!selected;
    about.hidden = !selected;
    if (!scene || !selected) {
      if (scene) setText(invited, scene.image ? INVITATION : `${drawOne(scene.facts)} first. ${THEN}`);
      brightest.hidden = !scene || !scene.image;
      known = shown = "";
      return;
    }
    const { inspection, facts } = scene;
    const { column, unit } = selected;
    const fresh = known !== `${facts.name} ${column} ${unit}`;
    known = `${facts.name} ${column} ${unit}`;
    const { row, column: across } = inspection.position;
    const now = `${known} ${scene.state} ${row} ${across} ${scene.resting}`;
    if (now === shown && !again) return;
    shown = now;
    show(scene, selected, fresh);
  }

  /**
   * @param {Scene} scene
   * @param {{column: number, unit: number}} selected
   * @param {boolean} fresh whether it is another node than before
   */
  function show(scene, selected, fresh) {
    const { columns, description, network, inspection, facts } = scene;
    const passage = passageOf(scene, empty);
    const column = columns[selected.column];
    if (fresh) choice = firstChoice(scene, selected);
    if (column.kind === "maps") settle(passage.activations[column.place].values, column, fresh);
    const rule = ruleOf(passage, selected, inspection.position);
    weighed = rule.kind === "dense" || rule.kind === "convolution" ? rule : null;
    full = weighed ? largestWeight(network, weighed) : 1;
    const name = titleOf(columns, description.class_names, selected);
    const said = sentenceOn(rule, name, columns[selected.column + 1]);
    setText(title, name);
    const invited = scene.image ? "" : `${EMPTY} ${drawOne(facts)}, and watch the numbers move. `;
    setText(sentence, invited + said);
    off.hidden = column.kind === "pixels";
    off.setAttribute("aria-pressed", String(rule.off));
    setText(off, rule.off ? "Switched off: switch it on again" : switchWords(column.kind));
    setData(about, "off", rule.off);
    bodies.update({ scene: { ...scene, ...passage }, rule, choice, full, fresh });
    change.root.hidden = !weighed;
    if (!weighed) return;
    const { layer, part, index } = weightAt(weighed, choice);
    const size = "patch" in weighed ? weighed.patch.width : 1;
    change.update({
      name: choiceName(columns, selected.column, choice, size),
      value: chosenWeight(network, weighed, choice, inspection.edits),
      trained: chosenWeight(network, weighed, choice),
      changed: !!changeOf(inspection.edits, layer, part, index),
      reach: scaleFor(Math.max(LEAST_REACH, 3 * full)),
      answers: inspection.edits.off.length + inspection.edits.weights.length ? comparison(scene) : "",
    });
  }

  /**
   * Begin in a good place of another map.
   * @param {Float32Array} values of all maps
   * @param {Column} column
   * @param {boolean} fresh
   */
  function settle(values, column, fresh) {
    if (!latest || !latest.inspection.selected) return;
    const { inspection } = latest;
    const { position } = inspection;
    const { unit } = latest.inspection.selected;
    const isUntouched = !position.row && !position.column;
    const isOther = before && before.column !== column && before.position === position;
    if (fresh && (isUntouched || isOther)) {
      const known = isOther && !isUntouched ? before : null;
      const { row, column: across } = startOn(values, { column, unit }, known);
      inspection.moveTo(row, across);
    }
    before = { column, position: inspection.position };
  }
  return { root, update };
}

/** @param {"pixels" | "maps" | "units" | "outputs"} kind */
function switchWords(kind) {
  if (kind === "maps") return "Switch this map off";
  return kind === "outputs" ? "Switch this answer off" : "Switch this node off";
}

/**
 * @param {string} text
 * @param {HTMLElement} parent
 * @param {() => void} press
 */
function button(text, parent, press) {
  const made = make("button", "live-button", parent, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}
