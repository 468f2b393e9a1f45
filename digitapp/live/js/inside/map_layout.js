// Where each test image lies on the map: laid out once for each network, by a worker.

const FEWEST = 5; // images
const UMAP = "../../vendor/umap-js-1.4.0/umap-js.min.js";

/** @typedef {import("../explaining/sample_values.js").SampleValues} SampleValues */

/**
 * @typedef {object} Layout
 * @property {Float32Array | null} places x and y of each image, -1 to 1; null until all are there
 * @property {number} progress 0 to 1
 * @property {string} problem why there is none
 * @property {() => void} changed whom to tell when there is more: the map that asked last
 */

/** @type {WeakMap<SampleValues, Layout>} */
const known = new WeakMap();

/** @type {{ worker: Worker, values: SampleValues } | null} */
let running = null;

/**
 * Return the layout of what a network makes of images, as far as it is known. If it is not begun,
 * begin it, and give up that of another network.
 * @param {SampleValues} values all of them
 * @param {() => void} changed called when there is more
 * @returns {Layout}
 */
export function layoutOf(values, changed) {
  const found = known.get(values);
  if (found) return Object.assign(found, { changed });
  /** @type {Layout} */
  const made = { places: null, progress: 0, problem: problemOf(values), changed };
  known.set(values, made);
  if (!made.problem) begin(values, made);
  return made;
}

/** @param {SampleValues} values */
function problemOf({ images, vectors }) {
  if (images.count < FEWEST) return `There are too few test images for a map: ${images.count}.`;
  return vectors.every(Number.isFinite) ? "" : "There is no map: the network's values are not finite.";
}

/**
 * @param {SampleValues} values
 * @param {Layout} layout
 */
function begin(values, layout) {
  if (running) {
    running.worker.terminate();
    known.delete(running.values);
  }
  const worker = new Worker(new URL("./map_worker.js", import.meta.url));
  running = { worker, values };

  /** @param {Partial<Layout>} now */
  function told(now) {
    Object.assign(layout, now);
    if (layout.places || layout.problem) {
      worker.terminate();
      if (running?.worker === worker) running = null;
    }
    layout.changed();
  }

  worker.onmessage = ({ data }) => told(data);
  worker.onerror = (event) => {
    event.preventDefault();
    told({ problem: `The map cannot be laid out: ${event.message || "its script cannot be loaded"}.` });
  };
  const { vectors, images } = values;
  const umap = new URL(UMAP, import.meta.url).href;
  worker.postMessage({ umap, vectors, count: images.count });
}
