// What the network gets of the drawing: its picture, and how it comes about; in their place, when it
// is asked for, the replay of the pen's way.

import { preparing } from "./looking.js";
import { CHANNELS } from "./path.js";
import { extent } from "./points.js";
import { read } from "./reader.js";
import { remainingInk } from "./strokes.js";
import { make, setData } from "./views/elements.js";
import { filmstripView } from "./views/filmstrip.js";
import { pictureView } from "./views/picture.js";
import { replayView } from "./views/replay.js";

/** @typedef {import("./live.js").Frame} Frame */
/** @typedef {import("./live.js").Result} Result */
/** @typedef {import("./replay/replay.js").Replay} Replay */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./views/replay.js").Found} Found */
/** @typedef {{ title: string, caption: string }} Step of the preparation */

/** @type {import("./mounts.js").Mount} */
export function seen(place, { steps }) {
  const root = make("div", "live-seen", place);
  const still = make("div", "live-seen-picture", root);
  const picture = pictureView(still);
  const film = filmstripView(still, steps);
  /** @type {Replay | null} */
  let replay = null;
  const moving = replayView(root, () => replay?.close());
  let asked = 0; // the last request that was followed
  let movement = false; // whether the network reads it

  /** @param {Frame} frame */
  function update(frame) {
    ({ replay } = frame);
    const [result] = frame.results.values();
    const open = replay.open && movement;
    setData(root, "replay", open);
    const prepared = result ? result.prepared : null;
    picture.update(prepared ? prepared.image : null);
    film.update({ strokes: frame.strokes, prepared });
    if (!open) {
      moving.stop();
      asked = replay.asked;
      return;
    }
    moving.update(frame.strokes, (strokes, finished) => found(frame, result, strokes, finished));
    if (asked !== replay.asked) moving.show(replay.stroke);
    asked = replay.asked;
  }

  return {
    pictures: true,
    told(data) {
      film.setCaptions(data.steps.map((/** @type {Step} */ { caption }) => caption));
      movement = !!data.movement;
    },
    update,
  };
}

/**
 * Read a part of the drawing; where the browser cannot, after finished strokes, as the server did.
 * @param {Frame} frame
 * @param {Result | undefined} result
 * @param {readonly Stroke[]} strokes
 * @param {number} finished how many strokes are
 * @returns {Found | null}
 */
function found({ record }, result, strokes, finished) {
  if (result && result.network && result.state !== "unavailable") {
    const { network } = result;
    const part = preparing(strokes)(network.description.preparation);
    if (!part) return null;
    const { prediction, parts } = read(network, part);
    return { together: prediction, parts, points: part.path ? places(part.path, strokes) : [] };
  }
  const stages = record ? record.timeline : [];
  const known = stages.find((/** @type {{ stroke: number }} */ { stroke }) => stroke === finished);
  return known ? { together: known, parts: known.parts, points: [] } : null;
}

/**
 * The points of a path where they are on the canvas.
 * @param {Float32Array} path
 * @param {readonly Stroke[]} strokes of which it was made
 */
function places(path, strokes) {
  const sides = remainingInk(strokes).map(({ points }) => extent(points));
  const side = (/** @type {number} */ each) => sides.map((one) => one[each]);
  const [left, top] = [Math.min(...side(0)), Math.min(...side(1))];
  const [right, bottom] = [Math.max(...side(2)), Math.max(...side(3))];
  const half = Math.max(right - left, bottom - top) / 2 || 1;
  return Array.from({ length: path.length / CHANNELS }, (_, each) => ({
    x: path[each * CHANNELS] * half + (left + right) / 2,
    y: path[each * CHANNELS + 1] * half + (top + bottom) / 2,
    right: path[each * CHANNELS + 2],
    down: path[each * CHANNELS + 3],
    up: path[each * CHANNELS + 4] > 0,
  }));
}
