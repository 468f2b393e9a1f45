// The views that a page may mount, by name. Each gets the place, what the server says of it, and a
// function that tells the server what was pressed.

import { answer, first } from "./answering.js";
import { networkPicture, waysToLook } from "./inside/page.js";
import { columnsFor, sceneOf } from "./inside/scene.js";
import { wordsPart } from "./inside/words.js";
import { seen } from "./seen.js";
import { barsView } from "./views/bars.js";
import { curveMarks } from "./views/curve.js";
import { insideView } from "./views/inside.js";
import { pictureView } from "./views/picture.js";
import { readingsView } from "./views/readings.js";
import { timelineView } from "./views/timeline.js";
import { verdictsView } from "./views/verdicts.js";

/** @typedef {import("./live.js").Frame} Frame */
/** @typedef {import("./live.js").Result} Result */
/** @typedef {import("./inside/inspection.js").Inspection} Inspection */
/** @typedef {import("./inside/scene.js").Facts} Facts */
/** @typedef {import("./inside/scene.js").Scene} Scene */

/**
 * A mounted view: `told` is called when the server says something, `update` on each frame.
 * @typedef {object} Mounted
 * @property {(data: any, pick: (name: string) => void) => void} told
 * @property {(frame: Frame) => void} update
 * @property {boolean} [activations] whether it wants the activations of all layers
 * @property {boolean} [pictures] whether it has many, and may wait a frame where frames are slow
 */

/** @typedef {(place: HTMLElement, data: any, pick: (name: string) => void) => Mounted} Mount */

/** @type {Mount} */
function bars(place) {
  /** @type {(name: string) => void} */
  let tell = () => undefined;
  let picked = ""; // waits until the server knows the drawing that it is about
  let shown = "";
  /** @type {Frame | null} */
  let latest = null;
  const view = barsView(place, { choices: [] });

  /** @param {string} name */
  function press(name) {
    picked = name;
    if (latest) update(latest);
  }

  /** @param {Frame} frame */
  function update(frame) {
    latest = frame;
    const { prediction } = first(frame);
    if (prediction) {
      view.update(prediction.shares, prediction.choice, { refused: prediction.refused });
    } else view.update(null, -1);
    if (!picked || !frame.settled) return;
    if (frame.count) tell(picked);
    picked = "";
  }

  return {
    update,
    told({ choices, picks }, pick) {
      tell = pick;
      const now = JSON.stringify([choices, picks]);
      if (now === shown) return;
      shown = now;
      view.setChoices(choices, picks.length ? press : null, picks);
    },
  };
}

/** @type {Mount} */
function timeline(place) {
  /** @type {Frame | null} */
  let latest = null;
  const view = timelineView(place, (stroke) => latest?.replay.show(stroke));
  return {
    told: () => undefined,
    update(frame) {
      latest = frame;
      view.update(frame.record ? frame.record.timeline : []);
    },
  };
}

/** @type {Mount} */
function inside(place) {
  /** @type {Inspection | null} */
  let inspection = null;
  const view = insideView(place, {
    onSelect(selected, at) {
      if (!selected) return inspection?.unselect();
      inspection?.select(selected.column, selected.unit);
      if (at) inspection?.moveTo(at.row, at.column);
      inspection?.open("node"); // the Inside page has its rule there
    },
  });
  return {
    activations: true,
    pictures: true,
    told: () => undefined,
    update(frame) {
      const [found] = frame.results;
      if (!found) return;
      const [name, { network, activations, parts, ...said }] = found;
      ({ inspection } = frame);
      if (network) inspection.fit(name, columnsFor(network.description));
      const { selected } = inspection;
      const prediction = parts ? parts.picture : said.prediction; // it shows what reads the picture
      view.update({ network, activations, prediction, selected, resting: frame.resting });
    },
  };
}

/**
 * @param {(place: HTMLElement, tools: import("./inside/page.js").Tools) =>
 *   { update: (scene: Scene | null, inspection: Inspection, facts: Facts) => void }} part of the Inside page
 * @param {boolean} pictures whether it may wait a frame where frames are slow
 * @returns {Mount}
 */
function ofInside(part, pictures) {
  return (place, data) => {
    const { update } = part(place, { base: data.base, networks: data.networks });
    let { facts } = data;
    return {
      activations: true,
      pictures,
      told: (now) => (facts = now.facts),
      update: (frame) => update(sceneOf(frame, facts), frame.inspection, facts),
    };
  };
}

/** @type {Mount} */
function words(place, data) {
  const part = wordsPart(place, { base: data.base, networks: data.networks, words: data.words });
  let { facts } = data;
  return {
    pictures: true,
    told: (now) => (facts = now.facts),
    update: (frame) => part.update(sceneOf(frame, facts)),
  };
}

/** @type {Mount} */
function readings(place, { invitation }) {
  const view = readingsView(place, invitation);
  return {
    told: ({ cards }) => view.setCards(cards),
    update: ({ results }) => view.update(results),
  };
}

/** @type {Mount} */
function distorted(place, { title }) {
  const picture = pictureView(place, title);
  return {
    told: () => undefined,
    update: ({ trial }) => picture.update(trial && trial.image),
  };
}

/** @type {Mount} */
function verdicts(place, data) {
  const view = verdictsView(place);
  const marks = curveMarks(data.chart);
  /** @type {{ digit: string, plotted: keyof import("./distortions.js").Distortion }} */
  let { digit, plotted } = data;
  return {
    told(now) {
      ({ digit, plotted } = now);
      view.setCards(now.cards);
    },
    update({ trial, results, settled }) {
      if (!trial) return;
      view.update(results, trial.meant ?? digit, settled);
      /** @type {Map<string, number>} */
      const shares = new Map();
      for (const [name, { prediction }] of results) {
        if (!prediction) continue;
        shares.set(name, prediction.shares[prediction.choices.indexOf(digit)]);
      }
      marks.update({ x: trial.how[plotted], shares });
    },
  };
}

/** @type {Record<string, Mount>} */
export const VIEWS = {
  answer,
  bars,
  seen,
  timeline,
  inside,
  network: ofInside(networkPicture, false),
  ways: ofInside(waysToLook, true),
  words,
  readings,
  distorted,
  verdicts,
};
