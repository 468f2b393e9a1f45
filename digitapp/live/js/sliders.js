// Streamlit's sliders for the distortions: they tell the server only when they are released, but the
// page knows where they are.

/** @typedef {import("./distortions.js").Distortion} Distortion */

const RANGE = 'input[type="range"]';
const PLACE = "st-key-distortion-"; // class of a slider, before the distortion's name

/**
 * Return where the sliders are now.
 * @param {Distortion} how where there is no slider
 * @returns {Distortion}
 */
export function sliderValues(how) {
  const found = Object.entries(how).map(([name, value]) => {
    const slider = document.querySelector(`.${PLACE}${name} ${RANGE}`);
    return [name, slider instanceof HTMLInputElement ? Number(slider.value) : value];
  });
  return Object.fromEntries(found);
}

/**
 * Call back whenever a slider has moved, also by the keyboard or by the server.
 * @param {() => void} moved
 */
export function followSliders(moved) {
  const ours = `[class*="${PLACE}"] ${RANGE}`;
  const observer = new MutationObserver((changes) => {
    if (changes.some(({ target }) => target instanceof Element && target.matches(ours))) moved();
  });
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
}
