// A run as a page of its own: what is drawn is prepared and read in each frame in which it changes.

import { prepared } from "../../live/js/ink.js";
import { Network } from "../../live/js/network.js";
import { disagreement } from "../../live/js/parts_words.js";
import { penPath } from "../../live/js/path.js";
import { read } from "../../live/js/reader.js";
import { runtime } from "../../live/js/runtime.js";
import { answerView } from "../../live/js/views/answer.js";
import { barsView } from "../../live/js/views/bars.js";
import { filmstripView } from "../../live/js/views/filmstrip.js";
import { insideView } from "../../live/js/views/inside.js";
import { choicesOf } from "../../live/js/views/layers.js";
import { pictureView } from "../../live/js/views/picture.js";
import { paper } from "./paper.js";

const RESTING = 150; // milliseconds without a change
const CANNOT = "This browser cannot run the network.";
const WASM = "data:application/wasm;base64,";

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function textOf(id) {
  return element(id).textContent || "";
}

/** @param {string} id */
function bytesOf(id) {
  const text = atob(textOf(id));
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const description = JSON.parse(textOf("network"));
const canvas = /** @type {HTMLCanvasElement} */ (element("paper"));
const [undo, clear] = ["undo", "clear"].map(
  (id) => /** @type {HTMLButtonElement} */ (element(id)),
);
const choices = choicesOf(description);
const answer = answerView(element("answer"));
const bars = barsView(element("bars"), { choices });
const picture = pictureView(element("seen"));
const filmstrip = filmstripView(element("seen"), JSON.parse(textOf("steps")));
const inside = insideView(element("inside"));
const drawing = paper(canvas, changed);
const invitation = `${canvas.getAttribute("aria-label")}: the answer appears while you draw.`;
/** @type {Network | null} */
let network = null;
let problem = "";
let waiting = 0;
let rest = 0;

function changed() {
  clearTimeout(rest);
  rest = setTimeout(() => show(true), RESTING);
  if (!waiting) waiting = requestAnimationFrame(() => show(false));
}

/** @param {boolean} resting whether the pen rests */
function show(resting) {
  waiting = 0;
  const strokes = drawing.strokes();
  undo.disabled = clear.disabled = !strokes.length;
  const ink = prepared(strokes, description.preparation);
  picture.update(ink ? ink.image : null);
  filmstrip.update({ strokes, prepared: ink });
  if (network && ink) {
    const seen = { image: ink.image, path: penPath(strokes) };
    const { prediction, parts, activations } = read(network, seen, { activations: true });
    const differ = parts ? disagreement(parts, prediction.sign) : "";
    answer.update({ state: "ready", prediction, differ });
    bars.update(prediction.shares, prediction.choice, { refused: prediction.refused });
    const picture = parts ? parts.picture : prediction; // it shows what reads the picture
    inside.update({ network, activations, prediction: picture, resting });
    return;
  }
  if (problem) answer.update({ state: "unavailable", message: problem });
  else if (network) answer.update({ state: "blank", message: invitation });
  else answer.update({ state: "loading", message: "The network is getting ready." });
  bars.update(null, -1);
  inside.update({ network: network || { description }, activations: [], prediction: null, resting });
}

async function start() {
  const tf = await runtime({
    core: "",
    backend: "",
    simd: WASM + textOf("simd"),
    plain: WASM + textOf("plain"),
  });
  network = new Network(tf, description, new Float32Array(bytesOf("weights").buffer));
}

answer.setNames(choices);
undo.addEventListener("click", drawing.undo);
clear.addEventListener("click", drawing.clear);
document.addEventListener("keydown", (event) => {
  const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
  if (wanted) drawing.undo();
});
start()
  .catch((error) => {
    problem = `${error.message || CANNOT} Try this page in another browser.`;
  })
  .then(changed);
changed();
