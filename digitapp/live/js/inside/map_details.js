// What is said of one image of the map.

import { withArticle } from "../class_words.js";
import { interpret, NOT_A_DIGIT, percent } from "../reading.js";
import { make, makePicture, setData, setText } from "../views/elements.js";
import { imageAt, paintImage } from "./sample_words.js";

/** @typedef {import("../explaining/sample_values.js").SampleValues} SampleValues */
/** @typedef {import("../explaining/samples.js").Sample} Sample */

const INVITATION = "Point at an image, touch it, or use the arrow keys on the map, to see what it is.";

/**
 * @typedef {object} Read
 * @property {string} label what the image is
 * @property {string} said what the network says of it, in a sentence
 * @property {boolean} wrong whether that is something else
 */

/**
 * What a network says of a test image.
 * @param {Sample} sample
 * @param {SampleValues} values
 * @param {number} n
 * @returns {Read}
 */
export function readingOf({ test, classNames }, values, n) {
  const label = classNames[test.labels[n]];
  const { name, refused, sure, other } = interpret(values.outputsOf(n), classNames);
  const answer = refused ? NOT_A_DIGIT : name;
  const wrong = answer !== label;
  const words = refused ? `none of these, ${percent(other)} sure` : `${name}, ${percent(sure)} sure`;
  return { label, said: `The network says ${words}${wrong ? ": wrong" : ""}.`, wrong };
}

/** @param {HTMLElement} parent */
export function mapDetails(parent) {
  const root = make("div", "live-map-details", parent);
  root.setAttribute("role", "status");
  const canvas = makePicture("live-pixels", root, "");
  canvas.width = canvas.height = 28;
  const words = make("div", "live-map-words", root);
  const title = make("p", "live-map-label", words);
  const said = make("p", "", words);

  /**
   * @param {Sample | null} sample
   * @param {SampleValues | null} values
   * @param {number} n image; -1 for none
   */
  function update(sample, values, n) {
    const read = sample && values && n >= 0 ? readingOf(sample, values, n) : null;
    canvas.style.visibility = read ? "" : "hidden"; // it keeps its place
    setData(root, "wrong", Boolean(read?.wrong));
    setText(title, read ? `This is ${withArticle(read.label)}.` : "");
    setText(said, read ? read.said : INVITATION);
    if (!read || !sample) return;
    paintImage(canvas, imageAt(sample.test, n));
    canvas.setAttribute("aria-label", `A test image of ${read.label}`);
  }
  return { root, update };
}
