// The answer: the digit in large type, how sure the network is, and what else it could be.

import { inWords, NONE_OF_THESE, UNREAD } from "../reading.js";
import { make, setData, setText } from "./elements.js";

const LONG = 3; // letters of a name from which it stands above the words instead of beside them
const WITHOUT_READING = {
  loading: ["One moment", "The network is on its way to your browser."],
  ready: ["", ""],
  blank: ["Your turn", "Draw a digit: the answer appears while you draw."],
  unavailable: ["Not read here", "The network cannot run here; the server reads instead."],
};

/**
 * @typedef {Pick<import("../reading.js").Prediction,
 *   "sign" | "sure" | "refused" | "refusal" | "unsure" | "sentence">} Shown
 *
 * The server's prediction may be shown while the network cannot run here.
 * @typedef {object} Answer
 * @property {"loading" | "ready" | "blank" | "unavailable"} state
 * @property {Shown | null} [prediction]
 * @property {string} [message] instead of the sentence that is shown without a prediction
 * @property {string} [differ] instead of the prediction's sentence, where two readers differ
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

  /**
   * @param {string} state
   * @param {string} digit
   * @param {number} confidence
   */
  function setState(state, digit, confidence) {
    setData(root, "state", state);
    setData(root, "digit", digit);
    setData(root, "confidence", confidence ? confidence.toFixed(4) : "0");
    revision += 1;
    root.dataset.revision = String(revision);
  }

  /**
   * @param {Shown} prediction
   * @param {string} differ
   */
  function read(prediction, differ) {
    const { headline, explanation, doubtful } = inWords(prediction);
    setText(sign, prediction.sign);
    setText(first, headline);
    setText(doubt, explanation.slice(0, -prediction.sentence.length));
    setText(rest, differ || prediction.sentence);
    setData(root, "doubtful", doubtful);
  }

  /** @param {string[]} words a headline and a sentence */
  function say([headline, sentence]) {
    setText(sign, UNREAD);
    setText(first, headline);
    setText(doubt, "");
    setText(rest, sentence);
    setData(root, "doubtful", false);
  }

  /** @param {Answer} answer */
  function update({ state, prediction = null, message = "", differ = "" }) {
    const [headline, sentence] = WITHOUT_READING[state];
    if (prediction) read(prediction, differ);
    else say([headline, message || sentence]);
    setData(root, "empty", !prediction);
    const shown = state === "blank" ? "ready" : state;
    setState(shown, prediction ? prediction.sign : UNREAD, prediction ? prediction.sure : 0);
  }

  update({ state: "loading" });
  return { root, body, setNames, update };
}
