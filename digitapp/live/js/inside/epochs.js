// The same drawing through a run's network as it was after each epoch.

import { percent } from "../reading.js";
import { make, setText } from "../views/elements.js";
import { epochChart } from "./epoch_chart.js";
import { EpochReadings } from "./epoch_readings.js";
import { epochSlider } from "./epoch_slider.js";
import { firstLayers } from "./first_layers.js";
import { drawOne } from "./subject.js";

/** @typedef {import("../reading.js").Prediction} Prediction */
/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Facts} Facts */
/** @typedef {import("./scene.js").Scene} Scene */

/**
 * A place of the slider: the network after an epoch or, last, as it is now.
 * @typedef {{ epoch: number | null, address: string, accuracy: number | null, title: string,
 *   number: string }} Place
 */

const ABOUT =
  "The same drawing, read by the network as it was after each epoch: after each pass through its " +
  "training images. The picture above and the other tabs follow.";
const EACH = "this shows what the network of each epoch says of it.";

/**
 * @param {HTMLElement} parent
 * @param {Tools} tools
 */
export function epochsPart(parent, { base, networks }) {
  const root = make("section", "live-epochs", parent);
  const why = make("p", "live-epochs-why", root);
  const body = make("div", "live-epochs-body", root);
  make("p", "live-epochs-about", body, ABOUT);
  const slider = epochSlider(body, {
    name: "Epoch",
    chosen: choose,
    there: (at) => Boolean(places[at] && networks.get(places[at].address)),
  });
  const said = make("p", "live-epochs-said", body);
  const title = make("p", "live-epochs-title", body);
  const chart = epochChart(body, choose);
  const layers = firstLayers(root, base);
  const readings = new EpochReadings(networks);
  /** @type {Place[]} */
  let places = [];
  let known = "";
  /** @type {Scene | null} */
  let latest = null;

  /** @param {number} at */
  function choose(at) {
    const place = places[at];
    if (latest && place) latest.inspection.setEpoch(place.epoch);
  }

  /**
   * A frame for what has arrived; the chosen network is read anew.
   * @param {string} address
   */
  function arrived(address) {
    if (!latest) return;
    const { inspection } = latest;
    const chosen = places.find(({ epoch }) => epoch === inspection.epoch);
    if (chosen?.address === address) inspection.changed();
    else inspection.shown();
  }

  /** @param {Facts} facts */
  function setFacts(facts) {
    const now = JSON.stringify([facts.name, facts.epochs, facts.over_epochs]);
    if (now === known) return;
    known = now;
    places = facts.epochs.length ? placesOf(facts) : [];
    readings.setNetworks(places.map(({ address }) => address));
    slider.stop();
  }

  /** @param {Scene | null} scene */
  function update(scene) {
    latest = scene;
    root.hidden = !scene;
    if (!scene) return;
    setFacts(scene.facts);
    const { over_epochs: over } = scene.facts;
    why.hidden = !over.why;
    setText(why, over.why);
    body.hidden = !places.length;
    layers.update(scene);
    if (!places.length) return;
    if (scene.resting) networks.loadHeld(arrived);
    if (readings.read(scene)) scene.inspection.shown();
    show(scene);
  }

  /** @param {Scene} scene */
  function show({ inspection, image, facts }) {
    const at = Math.max(
      0,
      places.findIndex(({ epoch }) => epoch === inspection.epoch),
    );
    const found = places.map(({ address }) => readings.get(address));
    const end = found[found.length - 1];
    const there = networks.get(places[at].address);
    const failed = there instanceof Error ? `It cannot be shown: ${there.message}` : "";
    const spoken = failed || (image ? sentence(found[at]) : "");
    slider.update(at, places.length, places[at].title, spoken);
    setText(said, [spoken, accuracyOf(places[at], facts)].filter(Boolean).join(" "));
    const name = end ? end.choices[end.choice] : "";
    const sure = name ? `How sure it was of “${name}”, from 0 to 100 %; below, what it read` : "";
    setText(title, sure || (image ? "" : `${drawOne(facts)}: ${EACH}`));
    const points = places.map(({ number }, n) => ({
      value: image && end && found[n] ? found[n].shares[end.choice] : null,
      letter: (image && found[n]?.sign) || "",
      differs: Boolean(end && found[n] && found[n].sign !== end.sign),
      number,
    }));
    chart.update(points, at, { low: 0, high: 1, name: inWords(points, name) });
  }
  return { root, update };
}

/**
 * @param {Facts} facts
 * @returns {Place[]}
 */
function placesOf({ epochs, over_epochs: { total, finished, done, best } }) {
  const end = done ? "Finished" : "As it is now";
  const back = best === null ? "" : `, back at epoch ${best}, the best one`;
  return [
    ...epochs.map(({ epoch, address, val_accuracy: accuracy }) => ({
      ...{ epoch, address, accuracy, number: String(epoch) },
      title: epoch ? `After epoch ${epoch} of ${total}` : "Before the training",
    })),
    { epoch: null, address: finished, accuracy: null, number: "end", title: `${end}${back}` },
  ];
}

/** @param {Prediction | null} prediction */
function sentence(prediction) {
  if (!prediction) return "The network is on its way.";
  if (prediction.refused) return "It says that this is none of its choices.";
  return `It says ${prediction.name}, ${percent(prediction.sure)} sure.`;
}

/**
 * @param {Place} place
 * @param {Facts} facts
 */
function accuracyOf({ epoch, accuracy }, { over_epochs: { base } }) {
  if (epoch === 0 && base) return "It has the weights of the network that it began with.";
  if (epoch === 0) return "Its weights are random: it has not learned anything yet.";
  if (accuracy === null) return "";
  return `It read ${percent(accuracy, 1)} of the validation images right.`;
}

/**
 * The chart in words.
 * @param {import("./epoch_chart.js").Point[]} points
 * @param {string} name
 */
function inWords(points, name) {
  const known = points.filter(({ value }) => value !== null);
  if (!known.length) return "A curve over the epochs, empty until something is drawn";
  const told = known.map(({ number, value, letter }) => {
    const when = number === "0" ? "before the training" : number === "end" ? "now" : `after ${number}`;
    return `${when} ${percent(value ?? 0, 0)}, read as ${letter}`;
  });
  return `How sure it was of ${name}: ${told.join("; ")}`;
}
