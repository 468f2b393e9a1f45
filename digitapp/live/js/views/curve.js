// The marked place in the stress test's plot. Plotly takes 25 ms and more to move it, so its
// elements are moved directly; where the server's own figure puts them in the end is the same.

/**
 * @typedef {object} Axis
 * @property {(value: number) => number} l2p from a value to pixels
 */

/** @typedef {{ x: number, shares: Map<string, number> }} Place of the plot's marks, by network */

/** @param {any} element */
function traceOf(element) {
  return element.__data__?.[0]?.trace; // Plotly's own, by D3
}

/** @param {string} chart selects the place of the plot */
export function curveMarks(chart) {
  /** @type {Place | null} */
  let latest = null;
  /** @type {WeakSet<Element>} */
  const heard = new WeakSet();

  function move() {
    /** @type {any} */
    const plot = document.querySelector(`${chart} .js-plotly-plot`);
    const layout = plot?._fullLayout;
    const shape = plot?.layout?.shapes?.[0];
    if (!latest || !shape || !layout?.xaxis?.l2p) return;
    if (!heard.has(plot)) {
      heard.add(plot);
      plot.on("plotly_afterplot", move); // the figure may be older than the slider
    }
    const { xaxis, yaxis } = layout;
    const x = xaxis.l2p(latest.x);
    const aside = x - xaxis.l2p(shape.x0);
    plot.querySelector(".shapelayer path")?.setAttribute("transform", `translate(${aside},0)`);
    for (const trace of plot.querySelectorAll(".scatterlayer .trace")) {
      const point = trace.querySelector(".points path");
      const share = latest.shares.get(traceOf(trace)?.legendgroup);
      if (!point || share === undefined) continue;
      point.setAttribute("transform", `translate(${x},${yaxis.l2p(share)})`);
    }
  }

  /** @param {Place} place */
  function update(place) {
    latest = place;
    move();
  }
  return { update };
}
