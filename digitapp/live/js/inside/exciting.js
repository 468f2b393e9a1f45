// The training images that excite the chosen node most.

import { counted, imagesOf, noteOn, pictureList } from "./sample_words.js";
import { sampleValues } from "./sample_store.js";
import { largestIn } from "../explaining/layer_values.js";
import { receptiveField } from "../explaining/receptive_field.js";
import { inputOf, PIXELS } from "../explaining/samples.js";
import { SIDE } from "../ink.js";
import { make, setText } from "../views/elements.js";
import { numeral } from "../numbers.js";

/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../explaining/sample_values.js").SampleValues} SampleValues */
/** @typedef {import("../explaining/samples.js").Sample} Sample */

const MOST = 9; // images

/**
 * @param {HTMLElement} parent
 * @param {Tools} tools
 */
export function excitingPart(parent, tools) {
  const root = make("section", "live-exciting", parent);
  make("h3", "live-samples-title", root, "What excites it most");
  const sentence = make("p", "live-samples-said", root);
  const pictures = pictureList(root, MOST, "The images that excite it most");
  const note = make("p", "live-samples-small", root);
  /** @type {Scene | null} */
  let latest = null;
  /** @type {{ values: SampleValues, column: number, unit: number } | null} */
  let shown = null;

  /** @param {Scene | null} scene */
  function update(scene) {
    latest = scene;
    const selected = scene?.inspection.selected;
    root.hidden = !scene || !selected || scene.columns[selected.column]?.kind === "pixels";
    if (!scene || !selected || root.hidden) return;
    const { message, sample, values } = sampleValues(scene, tools, "training", root, again);
    pictures.list.hidden = note.hidden = Boolean(message);
    if (!sample || !values) {
      setText(sentence, message);
      shown = null;
      return;
    }
    const { column, unit } = selected;
    const same = shown?.values === values && shown.column === column && shown.unit === unit;
    if (!same) show(scene, sample, values, column, unit);
    shown = { values, column, unit };
    setText(note, `${aboutNumbers(scene, column)} ${noteOn(sample, scene)}`);
  }

  function again() {
    if (root.isConnected && !root.hidden) update(latest);
  }

  /**
   * @param {Scene} scene
   * @param {Sample} sample
   * @param {SampleValues} values
   * @param {number} column
   * @param {number} unit
   */
  function show(scene, sample, values, column, unit) {
    const { training, classNames } = sample;
    const hidden = scene.columns[column].kind !== "outputs";
    const most = values.exciting(column, unit, MOST);
    const found = hidden ? most.filter(({ value }) => value > 0) : most;
    const labels = found.map(({ image }) => training.labels[image]);
    const of = `Of ${imagesOf(sample)}`;
    const few = found.length === 1 ? "only this one excites" : "only these excite";
    const these = found.length < most.length ? `${few} it` : "these excite it most";
    const none = `${of} none excites it: its value is never above 0.`;
    setText(sentence, found.length ? `${of} ${these}: ${counted(labels, classNames)}.` : none);
    const fields = fieldsOf(scene, values, column, unit, found);
    pictures.show(
      sample,
      found.map(({ image, value }, n) => ({ image, value: numeral(value), field: fields[n] })),
    );
  }
  return { root, update };
}

/**
 * Where in each image a filter's map has its largest value: the pixels on which that depends.
 * @param {Scene} scene
 * @param {SampleValues} values
 * @param {number} n column
 * @param {number} unit
 * @param {{ image: number }[]} found
 * @returns {string[]} as CSS `inset`; none for anything but maps
 */
function fieldsOf({ network, description, columns }, { images }, n, unit, found) {
  const column = columns[n];
  if (column.kind !== "maps" || !found.length) return [];
  const input = new Float32Array(found.length * PIXELS);
  found.forEach(({ image }, at) => input.set(inputOf(images, image, image + 1), at * PIXELS));
  const { values } = network.run(input, { activations: true }).activations[column.place];
  const size = column.height * column.width;
  return found.map((_, at) => {
    const own = values.subarray(at * size * column.count, (at + 1) * size * column.count);
    const best = Math.floor(largestIn(own, column.count, unit) / column.count);
    const row = Math.floor(best / column.width);
    const { rows, columns: across } = receptiveField(description, columns, n, row, best % column.width);
    const share = (/** @type {number} */ pixels) => `${(100 * pixels) / SIDE}%`;
    const [right, bottom] = [SIDE - 1 - across.last, SIDE - 1 - rows.last];
    return [rows.first, right, bottom, across.first].map(share).join(" ");
  });
}

/**
 * What the numbers below the pictures are.
 * @param {Scene} scene
 * @param {number} n column
 */
function aboutNumbers({ columns }, n) {
  const { kind, title } = columns[n];
  return {
    maps: "The number is the largest value on its map; the frame is the part of the image on which that depends.",
    outputs: "The number is its score, before the softmax makes probabilities of all scores.",
    units: "The number is its value.",
    pixels: title,
  }[kind];
}
