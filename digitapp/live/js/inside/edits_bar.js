// What is changed in the network, what the answer was before and is now, and the way back.

import { percent } from "../reading.js";
import { make, makeScroller, setData, setText } from "../views/elements.js";
import { NO_EDITS, restored } from "../edits.js";
import { choiceName, choiceOf } from "./node_choice.js";
import { titleOf } from "./node_words.js";
import { weightNumeral } from "../numbers.js";
import { drawOne } from "./subject.js";

/**
 * @typedef {import("../reading.js").Prediction} Prediction
 * @typedef {import("../edits.js").Off} Off
 * @typedef {import("../edits.js").Weight} Weight
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {{ edit: Off | Weight, where: { column: number, unit: number }, text: string }} Change
 */

const UNTOUCHED = "Nothing is changed in this network.";

/** @param {HTMLElement} parent */
export function editsBar(parent) {
  const root = make("section", "live-edits", parent);
  root.setAttribute("aria-label", "What is changed in the network");
  const epoch = make("p", "live-edits-epoch", root);
  const finished = make("button", "live-button live-edits-finished", root);
  finished.type = "button";
  const answers = make("p", "live-edits-answers", root);
  const list = makeScroller("live-edits-list", root, "Changes");
  const all = make("button", "live-button live-edits-all", root, "Put all back");
  all.type = "button";
  const said = make("p", "live-unseen", root);
  said.setAttribute("aria-live", "polite");
  /** @type {Scene | null} */
  let latest = null;
  /** @type {ReturnType<typeof makeChip>[]} */
  const chips = [];

  finished.addEventListener("click", () => latest?.inspection.setEpoch(null));
  all.addEventListener("click", () => latest?.inspection.setEdits(NO_EDITS));

  /**
   * What is changed, in words, and where it is.
   * @param {Scene} scene
   * @returns {Change[]}
   */
  function changes({ columns, description, inspection, network }) {
    const { off, weights } = inspection.edits;
    const names = description.class_names;
    const switches = off.map((edit) => {
      const column = columns.findIndex(({ place }) => place === edit.layer);
      const where = { column, unit: edit.unit };
      return { edit, where, text: `${titleOf(columns, names, where)}: off` };
    });
    const numbers = weights.map((edit) => {
      const { column, unit, choice } = choiceOf(columns, edit);
      const layer = description.layers[edit.layer];
      const width = layer.kind === "Convolution" ? layer.kernel.shape[1] : 1;
      const where = { column, unit };
      const what = choiceName(columns, column, choice, width);
      const before = network.values(edit.layer, edit.part)[edit.index];
      const values = `${weightNumeral(before)} → ${weightNumeral(edit.value)}`;
      return { edit, where, text: `${titleOf(columns, names, where)}, ${what}: ${values}` };
    });
    return [...switches, ...numbers];
  }

  function makeChip() {
    const item = make("span", "live-edit", list);
    const name = make("button", "live-edit-name", item);
    const back = make("button", "live-edit-back", item, "×");
    name.type = back.type = "button";
    /** @type {Change | null} */
    let shown = null;
    name.addEventListener("click", () => {
      if (!latest || !shown) return;
      latest.inspection.select(shown.where.column, shown.where.unit);
      latest.inspection.open("node");
    });
    back.addEventListener("click", () => {
      if (!latest || !shown) return;
      latest.inspection.setEdits(restored(latest.inspection.edits, shown.edit));
    });

    /** @param {Change | undefined} change */
    function update(change) {
      item.hidden = !change;
      if (!change) return;
      shown = change;
      setText(name, change.text);
      name.title = change.text; // which may be cut off
      back.setAttribute("aria-label", `Put back: ${change.text}`);
    }
    return { update };
  }

  /** @param {Scene | null} scene */
  function update(scene) {
    latest = scene;
    const earlier = scene ? scene.inspection.epoch : null;
    setData(root, "epochs", !!scene?.facts.epochs?.length);
    setData(root, "earlier", earlier !== null);
    setData(root, "panel", scene ? scene.inspection.panel : false);
    epoch.hidden = finished.hidden = earlier === null;
    if (scene && earlier !== null) {
      setText(epoch, earlier ? `As it was after epoch ${earlier}` : "As it was before the training");
      const { done } = scene.facts.over_epochs;
      setText(finished, done ? "Back to the finished network" : "Back to the network as it is now");
    }
    showChanges(scene);
  }

  /** @param {Scene | null} scene */
  function showChanges(scene) {
    const edits = scene ? scene.inspection.edits : NO_EDITS;
    const none = edits === NO_EDITS;
    setData(root, "empty", none);
    setData(root, "turned", false);
    all.hidden = list.hidden = none;
    if (none) setText(said, "");
    if (!scene || none) return setText(answers, scene ? UNTOUCHED : "");
    const now = changes(scene);
    while (chips.length < now.length) chips.push(makeChip());
    chips.forEach((each, n) => each.update(now[n]));
    setText(answers, comparison(scene));
    if (scene.resting) setText(said, comparison(scene));
    setData(root, "turned", hasTurned(scene));
  }
  return { root, update };
}

/**
 * The answer without and with the changes.
 * @param {Scene} scene
 */
export function comparison({ unchanged, prediction, facts }) {
  if (!unchanged || !prediction) return `${drawOne(facts)} to see what the change does to the answer.`;
  return `Before: ${answer(unchanged)}, now: ${answer(prediction)}`;
}

/**
 * Whether the changes have led to another answer.
 * @param {Scene} scene
 */
function hasTurned({ unchanged, prediction }) {
  return !!unchanged && !!prediction && unchanged.choice !== prediction.choice;
}

/** @param {Prediction} prediction */
function answer({ choices, choice, shares }) {
  return `${choices[choice]} (${percent(shares[choice])})`;
}
