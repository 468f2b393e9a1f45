// What if: a slider and a number change the chosen weight, and the answer is compared.

import { make, setText } from "../views/elements.js";
import { weightNumeral } from "../numbers.js";

const LIMIT = 1000; // what may be typed
const STEPS = 200; // of the slider

/**
 * @typedef {object} Changing
 * @property {string} name of the weight
 * @property {number} value
 * @property {number} trained its value without changes
 * @property {boolean} changed
 * @property {number} reach of the slider, on both sides of 0
 * @property {string} answers without and with all changes
 */

/**
 * @param {HTMLElement} parent
 * @param {object} listeners
 * @param {(value: number) => void} listeners.set
 * @param {() => void} listeners.restore
 */
export function changePart(parent, { set, restore }) {
  const root = make("section", "live-change", parent);
  const title = make("h3", "live-change-title", root);
  const slider = make("input", "live-change-slider", root);
  const number = make("input", "live-change-number", root);
  const back = make("button", "live-button", root, "Put it back");
  const trained = make("span", "live-hint live-change-trained", root);
  const answers = make("p", "live-change-answers", root);
  slider.type = "range";
  Object.assign(number, { type: "number", step: "0.1", min: -LIMIT, max: LIMIT });
  back.type = "button";
  let typing = false;

  slider.addEventListener("input", () => set(Number(slider.value)));
  number.addEventListener("input", () => {
    const typed = number.value.trim() ? Number(number.value) : NaN;
    if (!Number.isFinite(typed)) return;
    const value = Math.max(-LIMIT, Math.min(LIMIT, typed));
    if (value !== typed) number.value = String(value); // the box never says more than is computed
    set(value);
  });
  number.addEventListener("focus", () => (typing = true));
  number.addEventListener("blur", () => {
    typing = false;
    number.value = shown;
  });
  back.addEventListener("click", restore);
  let shown = "";

  /** @param {Changing} now */
  function update({ name, value, trained: before, changed, reach, answers: said }) {
    setText(title, `What if? Change the ${name}`);
    for (const each of [slider, number]) {
      if (each.ariaLabel !== `Value of the ${name}`) each.ariaLabel = `Value of the ${name}`;
    }
    const ends = String(reach);
    if (slider.max !== ends) {
      Object.assign(slider, { min: `-${ends}`, max: ends, step: String(reach / STEPS) });
    }
    if (Number(slider.value) !== value) slider.value = String(value);
    shown = value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
    if (!typing && number.value !== shown) number.value = shown;
    slider.setAttribute("aria-valuetext", weightNumeral(value));
    back.disabled = !changed;
    setText(trained, changed ? `was ${weightNumeral(before)}` : "as it was learned");
    setText(answers, said);
  }
  return { root, update };
}
