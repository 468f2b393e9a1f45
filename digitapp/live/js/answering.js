// The answer of the first network, as views show it.

import { disagreement } from "./parts_words.js";
import { answerView } from "./views/answer.js";
import { setData } from "./views/elements.js";
import { partsView } from "./views/parts.js";

/** @typedef {import("./live.js").Frame} Frame */

/**
 * What the first network says; the server's reading while the browser cannot run it.
 * @param {Frame} frame
 */
export function first({ results, record, settled }) {
  const [result] = results.values();
  const ready = result && (result.state === "ready" || result.state === "blank");
  const known = !ready && settled ? record : null;
  const parts = (ready ? result.parts : known && known.parts) || null;
  return { result, prediction: (ready && result.prediction) || known, parts };
}

/**
 * The answer; with what picture and movement say each, where the page says of `movement` whether the
 * network reads it.
 * @type {import("./mounts.js").Mount}
 */
export function answer(place, data) {
  const view = answerView(place);
  /** @type {Frame | null} */
  let latest = null;
  let { movement } = data;
  /** @type {(name: string) => void} */
  let tell = () => undefined;
  const parts =
    movement === undefined
      ? null
      : partsView(view.body, {
          onReplay: () => latest?.replay.show(),
          onExample: (name) => tell(name),
        });
  setData(view.root, "parts", !!parts);
  return {
    told(now, pick) {
      view.setNames(now.choices);
      ({ movement } = now);
      tell = pick;
      parts?.setExamples(now.examples);
    },
    update(frame) {
      latest = frame;
      const { result, prediction, parts: said } = first(frame);
      if (!result) return;
      const message = result.state === "blank" ? data.invitation : result.problem;
      const differ = parts && said && prediction ? disagreement(said, prediction.sign) : "";
      view.update({ state: result.state, prediction, message, differ });
      const blank = result.state === "blank" && frame.settled;
      const sign = prediction ? prediction.sign : "";
      parts?.update({ reads: movement, blank, parts: said, sign });
    },
  };
}
