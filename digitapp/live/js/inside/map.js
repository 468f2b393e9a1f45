// The map of digits: test images where the network's last hidden layer puts them, and among them
// one's own drawing, while it is drawn.

import { nearest, placeAmong } from "../explaining/neighbours.js";
import { make, setData, setText } from "../views/elements.js";
import { mapDetails, readingOf } from "./map_details.js";
import { imageTowards } from "./map_keys.js";
import { layoutOf } from "./map_layout.js";
import { mapPicture } from "./map_picture.js";
import { drawnValues, hiddenInWords } from "./neighbours_view.js";
import { inThousands, sampleValues } from "./sample_store.js";
import { counted, noteOn } from "./sample_words.js";
import { drawOne, mapOfWhat } from "./subject.js";

/** @typedef {import("./map_picture.js").Place} Place */
/** @typedef {import("./map_picture.js").Points} Points */
/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../explaining/sample_values.js").SampleValues} SampleValues */
/** @typedef {import("../explaining/samples.js").Sample} Sample */

const NAMED = 8; // neighbours of the drawing
const TRAIL = 24; // places of the drawing
const SHORT = 2; // letters of a name that is written on the map
const SOURCE =
  "Laid out by UMAP (McInnes, Healy and Melville, 2018), which keeps near each other what is near " +
  "for the network; left and right, and how far apart groups are, mean nothing. Your drawing is " +
  "put among the images nearest to it, the closer to one the more they are alike.";

/**
 * A map that is there.
 * @typedef {{ sample: Sample, values: SampleValues, points: Points }} Shown
 */

/**
 * @param {HTMLElement} parent
 * @param {Tools} tools
 */
export function mapPart(parent, tools) {
  const root = make("section", "live-map", parent);
  const about = make("p", "live-map-about", root);
  const body = make("div", "live-map-body", root);
  const frame = make("div", "live-map-frame", body);
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
    const picture = mapPicture(frame);
  const wait = make("p", "live-map-wait", frame);
  const side = make("div", "live-map-side", body);
  const yours = make("p", "live-map-yours", side);
  const details = mapDetails(side);
  const option = make("label", "live-map-option", side);
  const images = make("input", "", option);
  images.type = "checkbox";
  option.append(" Show the images themselves");
  make("p", "live-samples-small", root, SOURCE);
  const small = make("p", "live-samples-small", root);
  /** @type {Scene | null} */
  let latest = null;
  /** @type {Shown | null} */
  let shown = null;
  /** @type {Place[]} */
  let trail = [];
  let state = -1; // of which the last place of the trail is
  let chosen = -1;

  /** @param {Scene | null} scene */
  function update(scene) {
    latest = scene;
    root.hidden = !scene;
    if (!scene) return;
    frame.setAttribute("aria-label", `${mapOfWhat(scene.facts)}: the arrow keys lead from image to image`);
    const { sample, values, message } = sampleValues(scene, tools, "test", root, again);
    if (shown && shown.values !== values) hide();
    if (sample && values && !shown) layOut(scene, sample, values);
    else if (!values) setText(wait, message);
    setText(small, sample ? noteOn(sample, scene) : "");
    if (shown) follow(scene, shown);
  }

  function again() {
    if (root.isConnected && !root.hidden) update(latest);
  }

  function hide() {
    shown = null;
    [trail, state, chosen] = [[], -1, -1];
    setData(root, "ready", false);
    picture.update(null, false);
    details.update(null, null, -1);
    setText(about, "");
    setText(yours, "");
  }

  /**
   * @param {Scene} scene
   * @param {Sample} sample
   * @param {SampleValues} values
   */
  function layOut({ resting }, sample, values) {
    if (!resting) return;
    const { places, progress, problem } = layoutOf(values, again);
    setText(wait, problem || `The map is laid out: ${Math.round(100 * progress)} %`);
    if (!places) return;
    setText(wait, "");
    const { count, images: pixels } = sample.test;
    const read = Array.from({ length: count }, (_, n) => readingOf(sample, values, n));
    const names = read.map(({ label }) => label);
    const wrong = read.map((each) => each.wrong);
    shown = { sample, values, points: { places, names, wrong, images: pixels } };
    const short = names.every((name) => name.length <= SHORT);
    option.hidden = !short;
    if (!short) images.checked = true;
    picture.update(shown.points, images.checked);
    details.update(null, null, -1);
    setText(about, aboutMap(sample, values, wrong.filter(Boolean).length));
    setData(root, "ready", true);
  }

  /**
   * Put the drawing where it belongs.
   * @param {Scene} scene
   * @param {Shown} on
   */
  function follow(scene, { sample, values, points }) {
    const { image, resting } = scene;
    if (!image) {
      setText(yours, `${drawOne(scene.facts)}, and watch where it lands.`);
      if (!trail.length) return;
      trail = [];
      picture.move(trail, chosen);
      return;
    }
    const moved = state !== scene.state;
    if (!moved && !resting) return;
    const near = nearest(values.vectors, drawnValues(scene, image, values.hidden), NAMED + 1);
    if (moved) {
      state = scene.state;
      trail = [...trail, placeAmong(near, points.places)].slice(-TRAIL);
      picture.move(trail, chosen);
    }
    if (!resting) return;
    const labels = near.slice(0, NAMED).map((each) => sample.test.labels[each.image]);
    setText(yours, `Your drawing is nearest to ${counted(labels, sample.classNames)}.`);
  }

  /** @param {number} n image; -1 for none */
  function choose(n) {
    if (!shown || n === chosen) return;
    chosen = n;
    setData(frame, "chosen", n < 0 ? false : String(n));
    picture.move(trail, chosen);
    details.update(shown.sample, shown.values, chosen);
  }

  /** @param {PointerEvent} event */
  function point({ clientX, clientY }) {
    const { left, top } = frame.getBoundingClientRect();
    choose(picture.imageNear(clientX - left - frame.clientLeft, clientY - top - frame.clientTop));
  }

  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("keydown", (event) => {
    if (!shown || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = trail[trail.length - 1] || [0, 0];
    const next = imageTowards(event.key, shown.points.places, chosen, from);
    if (next === null) return;
    event.preventDefault();
    choose(next);
  });
  images.addEventListener("change", () => picture.update(shown && shown.points, images.checked));
  return { root, update };
}

/**
 * @param {Sample} sample
 * @param {SampleValues} values
 * @param {number} wrong how many are read wrongly
 */
function aboutMap({ test, title }, { hidden }, wrong) {
  const many = `${inThousands(test.count)} test images of ${title}`;
  const ringed = wrong === 1 ? "The one with a ring is" : `The ${inThousands(wrong)} with a ring are`;
  const read = wrong ? `${ringed} read wrongly.` : "All of them are read rightly.";
  return (
    `These are ${many}. The nearer two of them are, the more alike they are for the network, ` +
    `${hiddenInWords(hidden)}. ${read}`
  );
}
