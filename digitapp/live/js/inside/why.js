// "Why this digit?": what in the drawing speaks for an answer, and what against it.

import { gradientTimesInput, integratedGradients, scoreOf } from "../explaining/attribution.js";
import { occlusion, PATCH } from "../explaining/occlusion.js";
import { outputsOf } from "../explaining/resistance.js";
import { inSlices } from "../slices.js";
import { choicesOf } from "../views/layers.js";
import { make, makeSilent, setData, setText, whenThemeChanges } from "../views/elements.js";
import { whyChange } from "./why_change.js";
import { whyChoices } from "./why_choices.js";
import { whyCard } from "./why_picture.js";
import { whyRival } from "./why_rival.js";
import { whyWhat } from "./subject.js";
import { accounted, mostCovered, mostInk, plain } from "./why_text.js";

const QUICK = 5; // milliseconds that the gradient may take while the pen moves
const SMOOTHING = 0.2;
const BLANK = "blank"; // in place of the key of a drawing
const EMPTY = "empty"; // there is one, but nothing is known of it yet
const NOTHING = { image: null, values: null, sentence: "" };
const WAITING = "Computed when the pen rests.";
const METHODS = [
  {
    title: "Gradient \u00d7 input",
    what: "How fast the score rises with the ink of each pixel, times the ink that is there.",
    source: "Simonyan et al. 2013; Shrikumar et al. 2016",
  },
  {
    title: "Integrated gradients",
    what: "The same, added up while the drawing appears on blank paper, step by step.",
    source: "Sundararajan, Taly and Yan 2017",
  },
  {
    title: "Occlusion",
    what: `How much the score falls when ${PATCH}\u00d7${PATCH} pixels of paper cover the place.`,
    source: "Zeiler and Fergus 2014",
  },
];

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * An answer that is asked about: its place among the choices, its output, its name, and the same of
 * the rival with which it is compared; `key` tells all this and the drawing from others.
 * @typedef {{ choice: number, output: number, name: string, key: string,
 *   rival: number | null, rivalName: string }} Asked
 */

/** @param {HTMLElement} parent */
export function whyPart(parent) {
  const root = make("section", "live-why", parent);
  const head = make("header", "live-why-head", root);
  const title = make("h2", "live-title", head);
  const score = make("span", "live-hint", head);
  const asking = make("div", "live-why-asking", root);
  const choices = whyChoices(asking, (name) => scene?.inspection.ask(name));
  const rivals = whyRival(asking, (name) => scene?.inspection.compare(name));
  const legend = makeLegend(root);
  const row = make("div", "live-why-cards", root);
  const [gradient, integrated, occluded] = METHODS.map((method) => whyCard(row, method));
  const cards = [gradient, integrated, occluded];
  const change = whyChange(root);
  /** @type {Scene | null} */
  let scene = null;
  let explained = ""; // the key of what is being explained, or is
  let pace = 0; // milliseconds that a gradient takes

  /** @param {Scene | null} now */
  function update(now) {
    scene = now;
    const asked = now && askedAbout(now);
    setData(root, "empty", !asked);
    if (now) {
      const { prediction, inspection } = now;
      const names = choicesOf(now.description);
      const digit = names.includes(inspection.digit ?? "") ? inspection.digit : null;
      choices.update(names, digit, prediction ? prediction.choices[prediction.choice] : "");
      rivals.update(names, inspection.rival);
    }
    if (now && asked) explain(now, asked);
    else empty();
  }

  function empty() {
    explained = "";
    setText(title, scene ? whyWhat(scene.facts) : "");
    setText(score, "");
    legend.name("an answer", "");
    for (const card of cards) if (!card.isOf(BLANK)) card.show(BLANK, NOTHING);
    change.update(null);
  }

  /**
   * @param {Scene} now
   * @param {Asked} asked
   */
  function explain(now, asked) {
    const { activations, network, prediction } = now;
    const { key, name, choice, rivalName } = asked;
    setText(title, rivalName ? `Why ${name} and not ${rivalName}?` : `Why ${name}?`);
    legend.name(name, rivalName);
    const scores = activations[network.scored - 1];
    setText(score, scores ? scoresInWords(scores.values, asked) : "");
    if (!gradient.isOf(key) && (now.resting || pace < QUICK)) explainNow(now, asked);
    if (now.resting && explained !== key) void explainInSlices(now, asked);
    for (const card of cards) {
      if (card.isOf(BLANK) || card.isOf(EMPTY)) card.show(EMPTY, { image: now.image, values: null, sentence: WAITING });
      else card.mark(key);
    }
    const target = prediction && prediction.choice !== choice ? choice : null;
    change.update({ scene: now, key: `${now.state} ${target}`, target });
  }

  /**
   * @param {Scene} now
   * @param {Asked} asked
   */
  function explainNow({ network, image, inspection }, { key, name, output, rival, rivalName }) {
    if (!image) return;
    const began = performance.now();
    const values = gradientTimesInput(network, image, output, inspection.edits, rival);
    pace += SMOOTHING * (performance.now() - began - pace);
    gradient.show(key, { image, values, sentence: mostInk(image, values, name, rivalName) });
  }

  /**
   * @param {Scene} now
   * @param {Asked} asked
   */
  async function explainInSlices({ network, image, inspection: { edits } }, asked) {
    const { key, name, output, rival, rivalName } = asked;
    if (!image) return;
    explained = key;
    const isWanted = () =>
      explained === key && scene !== null && askedAbout(scene)?.key === key && isSeen(root);
    const sums = inSlices(integratedGradients(network, image, output, edits, rival), isWanted);
    const covers = inSlices(occlusion(network, image, output, edits, PATCH, rival), isWanted);
    covers.catch(() => undefined); // nobody waits for it any more if the other fails
    try {
      const sum = await sums;
      if (sum) {
        const sentence = mostInk(image, sum.values, name, rivalName);
        const of = rivalName ? `Score of ${name} less that of ${rivalName}:` : "Score";
        integrated.show(key, { image, values: sum.values, sentence, numbers: accounted(sum, of) });
      }
      const cover = await covers;
      if (cover) {
        const { values, places } = cover;
        const sentence = mostCovered(image, values, name, rivalName);
        occluded.show(key, { image, values, sentence, numbers: `Covered at ${places} places.` });
      } else if (explained === key) explained = ""; // it begins again when it is seen again
    } catch {
      if (explained === key) explained = ""; // the network was freed, or there is no memory: try again
    }
  }

  empty();
  whenThemeChanges(root, () => {
    for (const { repaint } of [...cards, change]) repaint();
  });
  return { root, update };
}

/**
 * @param {Scene} scene
 * @returns {Asked | null} null without a drawing
 */
function askedAbout({ image, prediction, inspection, description, state }) {
  if (!image || !prediction) return null;
  const { choices } = prediction;
  const chosen = inspection.digit === null ? -1 : choices.indexOf(inspection.digit);
  const choice = chosen < 0 ? prediction.choice : chosen;
  const outputs = outputsOf(description.class_names);
  const other = inspection.rival === null ? -1 : choices.indexOf(inspection.rival);
  const compared = other >= 0 && other !== choice;
  return {
    ...{ choice, output: outputs[choice], name: choices[choice] },
    ...{ rival: compared ? outputs[other] : null, rivalName: compared ? choices[other] : "" },
    key: `${state} ${choice} ${compared ? other : ""}`,
  };
}

/**
 * @param {Float32Array} scores
 * @param {Asked} asked
 */
function scoresInWords(scores, { output, rival }) {
  const own = plain(scores[output]);
  if (rival === null) return `Score before the softmax: ${own}`;
  const lead = plain(scoreOf(scores, output, rival));
  return `Scores before the softmax: ${own} and ${plain(scores[rival])}; the difference: ${lead}`;
}

/** @param {HTMLElement} root */
function isSeen(root) {
  return root.isConnected && root.offsetParent !== null;
}

/** @param {HTMLElement} parent */
function makeLegend(parent) {
  const root = make("p", "live-why-legend", parent);
  const [positive, negative] = ["for", "against"].map((kind) => {
    const part = make("span", "live-why-key", root);
    setData(makeSilent("live-why-swatch", part), "kind", kind);
    return make("span", "", part);
  });
  /**
   * @param {string} name of the answer
   * @param {string} rival with which it is compared, if any
   */
  function name(name, rival) {
    setText(positive, `Blue speaks for ${name}`);
    setText(negative, `Orange speaks ${rival ? `for ${rival}` : `against ${name}`}`);
  }
  return { name };
}
