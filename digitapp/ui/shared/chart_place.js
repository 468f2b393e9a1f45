// Whether the place of a chart is laid out.
// Part of chart.js, into which the server puts it: a component's script is one module.

const [NARROWEST, LOWEST] = [160, 30]; // pixels; smaller only while hidden, or on its way in or out

/**
 * Return whether a chart can be drawn: where no number fits, Plotly puts an axis' title nowhere.
 * @param {HTMLElement} place
 */
export function hasRoom({ offsetWidth, offsetHeight }) {
  return offsetWidth >= NARROWEST && offsetHeight >= LOWEST;
}

/**
 * Wait until a place is laid out. A hidden one is not waited for.
 * @param {HTMLElement} place
 * @returns {Promise<void> | undefined}
 */
export function laidOut(place) {
  if (hasRoom(place) || !place.offsetWidth) return undefined;
  return new Promise((done) => {
    const watcher = new ResizeObserver(() => {
      if (!hasRoom(place)) return;
      watcher.disconnect();
      done();
    });
    watcher.observe(place);
  });
}
