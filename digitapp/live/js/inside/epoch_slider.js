// A slider over the kept epochs, with a button that walks through them.

import { make, setData, setText } from "../views/elements.js";

const STEP = 650; // milliseconds for which each epoch is shown
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} parent
 * @param {object} options
 * @param {string} options.name of the slider
 * @param {(place: number) => void} options.chosen called with the place that is chosen
 * @param {(place: number) => boolean} options.there whether what is shown there has arrived
 */
export function epochSlider(parent, { name, chosen, there }) {
  const root = make("div", "live-epoch-slider", parent);
  const row = make("div", "live-epoch-row", root);
  const button = make("button", "live-epoch-play", row, "Play");
  button.type = "button";
  const label = make("span", "live-epoch-label", row);
  const slider = make("input", "live-epoch-range", root);
  Object.assign(slider, { type: "range", min: "0", step: "1" });
  slider.setAttribute("aria-label", name);
  let [place, last] = [0, 0];
  let timer = 0;

  slider.addEventListener("input", () => {
    stop();
    chosen(Number(slider.value));
  });
  button.addEventListener("click", () => {
    if (calm.matches) chosen(next());
    else if (timer) stop();
    else {
      chosen(place === last ? 0 : next());
      timer = window.setTimeout(step, STEP);
    }
    showButton();
  });

  /** The place after this one; from the last one, the first. */
  function next() {
    return place === last ? 0 : place + 1;
  }

  function step() {
    timer = 0;
    if (calm.matches || !root.isConnected || root.closest("[hidden]")) return showButton();
    if (there(place) && there(next())) chosen(next()); // else it is waited for
    if (place < last) timer = window.setTimeout(step, STEP);
    showButton();
  }

  function stop() {
    window.clearTimeout(timer);
    timer = 0;
    showButton();
  }

  /** Say what the button does now: with reduced motion, nothing moves by itself. */
  function showButton() {
    setText(button, calm.matches ? "Next" : timer ? "Pause" : "Play");
    setData(button, "plays", Boolean(timer));
  }

  /**
   * @param {number} at the place that is shown
   * @param {number} count of places
   * @param {string} title of that place
   * @param {string} said what more a screen reader says there
   */
  function update(at, count, title, said) {
    [place, last] = [at, count - 1];
    if (slider.max !== String(last)) slider.max = String(last);
    if (slider.value !== String(at)) slider.value = String(at);
    setText(label, title);
    const text = said ? `${title}: ${said}` : title;
    if (slider.getAttribute("aria-valuetext") !== text) slider.setAttribute("aria-valuetext", text);
    showButton(); // motion may be unwanted by now
  }

  showButton();
  return { root, update, stop };
}
