// The controls of a replay: play and pause, stroke by stroke, and a slider over the pen's way.

import { make, setText } from "./elements.js";

const STEPS = 64; // of the slider: a press on an arrow key moves by one

/**
 * @param {Element} parent
 * @param {object} told
 * @param {() => void} told.toggled play or pause was pressed
 * @param {(by: -1 | 1) => void} told.stepped to the end of the stroke before, or of the next one
 * @param {(share: number) => void} told.moved the slider was, to this share of the way
 */
export function replayControls(parent, { toggled, stepped, moved }) {
  const root = make("div", "live-replay-controls", parent);

  /**
   * @param {string} sign
   * @param {string} title
   * @param {() => void} pressed
   */
  function button(sign, title, pressed) {
    const made = make("button", "live-replay-button", root, sign);
    made.type = "button";
    name(made, title);
    made.addEventListener("click", pressed);
    return made;
  }

  /**
   * @param {HTMLElement} element
   * @param {string} title
   */
  function name(element, title) {
    if (element.title === title) return;
    element.title = title;
    element.setAttribute("aria-label", title);
  }

  const play = button("▶", "Play", toggled);
  const before = button("‹", "To the end of the stroke before", () => stepped(-1));
  const slider = make("input", "live-replay-range", root);
  Object.assign(slider, { type: "range", min: "0", max: String(STEPS), step: "any" });
  slider.setAttribute("aria-label", "Where the pen is on its way");
  const after = button("›", "To the end of the next stroke", () => stepped(1));

  slider.addEventListener("input", () => moved(Number(slider.value) / STEPS));
  slider.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!by) return; // with any step, browsers differ in how far an arrow key goes
    event.preventDefault();
    moved(Math.min(Math.max((Math.round(Number(slider.value)) + by) / STEPS, 0), 1));
  });

  /**
   * @param {object} shown
   * @param {boolean} shown.playing
   * @param {boolean} shown.usable whether there is a way at all
   * @param {number} shown.share of the way
   * @param {string} shown.said where the pen is, in words
   */
  function update({ playing, usable, share, said }) {
    setText(play, playing ? "❚❚" : "▶");
    name(play, playing ? "Pause" : "Play");
    for (const each of [play, before, after, slider]) each.disabled = !usable;
    if (document.activeElement !== slider || Math.abs(Number(slider.value) - share * STEPS) > 1e-6) {
      slider.value = String(share * STEPS);
    }
    if (slider.getAttribute("aria-valuetext") !== said) slider.setAttribute("aria-valuetext", said);
  }

  return { root, focus: () => play.focus({ preventScroll: true }), update };
}
