// The answer: the digit in large type, how sure the network is, and what else it could be.

import { make, NONE_OF_THESE, setData, setText } from "./elements.js";

const LONG = 3; // letters of a name from which it stands above the words instead of beside them
const WITHOUT_READING = {
  loading: ["One moment", "The network is on its way to your browser."],
  ready: ["", ""],
  blank: ["Your turn", "Draw a digit: the answer appears while you draw."],
  unavailable: ["Not in this browser", "The network cannot run here; the server reads instead."],
};

/**
 * @typedef {Pick<import("../reading.js").Prediction,
 *   "sign" | "sure" | "refused" | "doubtful" | "headline" | "sentence" | "explanation">} Shown
 *
 * The server's prediction may be shown while the network cannot run here.
 * @typedef {object} Answer
 * @property {"loading" | "ready" | "blank" | "unavailable"} state
 * @property {Shown | null} [prediction]
 * @property {string} [message] instead of the sentence that is shown without a prediction
 */

/** @param {Element} parent */
export function answerView(parent) {
  const root = make("div", "live-answer", parent);
  const body = make("div", "live-answer-body", root);
  const sign = make("span", "live-sign", body);
  const words = make("div", "live-words", body);
  const first = make("p", "live-headline", words);
  const second = make("p", "live-sentence", words);
  const doubt = make("span", "live-doubt", second); // a narrow strip has no room for it
  const rest = make("span", "", second);
  let revision = 0;

  /**
   * @param {string[]} choices of the network: long names get a line of their own
   */
  function setNames(choices) {
    const names = choices.filter((name) => name !== NONE_OF_THESE);
    setData(root, "names", names.some((each) => each.length >= LONG) ? "long" : "short");
  }

  /** @param {Answer} answer */
  function update({ state, prediction = null, message = "" }) {
    const refused = Boolean(prediction && prediction.refused);
    const [headline, sentence] = WITHOUT_READING[state];
    setText(sign, prediction ? prediction.sign : "?");
    setText(first, prediction ? prediction.headline : headline);
    const told = prediction ? prediction.sentence : message || sentence;
    setText(doubt, prediction ? prediction.explanation.slice(0, -told.length) : "");
    setText(rest, told);
    setData(root, "doubtful", Boolean(prediction && prediction.doubtful));
    setData(root, "empty", !prediction);
    setData(root, "state", state === "blank" ? "ready" : state);
    setData(root, "digit", prediction && !refused ? prediction.sign : "?");
    setData(root, "confidence", prediction ? prediction.sure.toFixed(4) : "0");
    revision += 1;
    root.dataset.revision = String(revision);
  }

  update({ state: "loading" });
  return { root, setNames, update };
}
