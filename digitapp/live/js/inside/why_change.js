// The fewest pixels that would change the network's mind, when they are asked for.

import { fewestPixels, MOST_PIXELS } from "../explaining/fewest.js";
import { inSlices } from "../slices.js";
import { percent } from "../reading.js";
import { make, setData, setText } from "../views/elements.js";
import { whyPicture } from "./why_picture.js";

const SOURCE =
  "A greedy search led by the gradient, one pixel at a time (after Papernot et al. 2016); each pixel " +
  "that proves needless is put back.";
const WAYS = {
  add: { press: "Add ink", one: "pixel of ink more", many: "pixels of ink more", colour: "blue" },
  remove: { press: "Take ink away", one: "pixel of ink less", many: "pixels of ink less", colour: "orange" },
};

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../explaining/fewest.js").Fewest} Fewest */
/** @typedef {import("../explaining/fewest.js").Way} Way */
/** @typedef {import("../reading.js").Prediction} Prediction */

/**
 * What is asked: of which scene, and which answer is aimed at; null for any other.
 * @typedef {{ scene: Scene, key: string, target: number | null }} Question
 */

/** @param {Element} parent */
export function whyChange(parent) {
  const root = make("section", "live-why-change", parent);
  const title = make("h3", "live-why-question", root);
  const row = make("div", "live-why-ways", root);
  const ways = [makeWay(row, "add"), makeWay(row, "remove")];
  make("p", "live-why-source", root, SOURCE);

  /** @param {Question | null} question */
  function update(question) {
    const name = question && question.target !== null && question.scene.prediction?.choices[question.target];
    setText(title, name ? `What would make it say ${name}?` : "What would change its mind?");
    for (const way of ways) way.update(question);
  }
  return { root, update, repaint: () => ways.forEach((way) => way.repaint()) };
}

/**
 * @param {Element} parent
 * @param {Way} way
 */
function makeWay(parent, way) {
  const { press, one, many, colour } = WAYS[way];
  const root = make("div", "live-why-way", parent);
  const button = make("button", "live-why-press", root, press);
  button.type = "button";
  const picture = whyPicture(root, press);
  const turn = make("p", "live-why-turn", root);
  const sentence = make("p", "live-why-sentence", root);
  sentence.setAttribute("role", "status");
  /** @type {Question | null} */
  let question = null;
  let [searched, shown] = ["", ""]; // keys of the questions

  async function search() {
    if (!question) return;
    const { scene, key, target } = question;
    const { network, image, inspection } = scene;
    if (!image) return;
    searched = key;
    setData(root, "busy", true);
    setText(sentence, "Searching ...");
    const isWanted = () => searched === key && question?.key === key;
    const work = fewestPixels(network, image, way, { edits: inspection.edits, target });
    let failed = false; // the network was freed, or there is no memory
    const found = await inSlices(work, isWanted).catch(() => void (failed = true));
    if (searched !== key) return;
    searched = "";
    setData(root, "busy", false);
    if (found) show(found, image, key);
    else if (failed) setText(sentence, "The search failed. Press again.");
    else setText(sentence, shown ? "The drawing has changed. Press again." : "");
  }

  /**
   * @param {Fewest} found
   * @param {Float32Array} image
   * @param {string} key
   */
  function show({ pixels, before, after }, image, key) {
    const marks = new Float32Array(image.length);
    for (const pixel of pixels) marks[pixel] = way === "add" ? 1 : -1;
    const count = `${pixels.length} ${pixels.length === 1 ? one : many} (${colour})`;
    const told = pixels.length
      ? `${count}: the fewest that were found. There may be fewer.`
      : `Not with ${MOST_PIXELS} pixels, the most that are tried.`;
    setText(turn, pixels.length ? `${said(before)} \u2192 ${said(after)}` : "");
    setText(sentence, told);
    picture.show(image, marks, pixels.length ? `${turn.textContent}. ${told}` : told);
    shown = key;
    setData(root, "earlier", false);
    setData(root, "found", pixels.length > 0);
  }

  /** @param {Question | null} now */
  function update(now) {
    question = now;
    const key = now ? now.key : "";
    button.disabled = !now;
    setData(root, "earlier", shown !== "" && shown !== key);
    if (now && !shown) picture.show(now.scene.image, null, "");
  }

  button.addEventListener("click", () => void search());
  return { update, repaint: picture.repaint };
}

/** @param {Prediction} reading */
function said({ choices, shares, choice }) {
  return `${choices[choice]} (${percent(shares[choice])})`;
}
