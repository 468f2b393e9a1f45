// A worker that lays out vectors in two dimensions by UMAP (McInnes, Healy & Melville, 2018). It is
// a classic script, not a module, as umap-js is one; so it stands alone, and js/all.js leaves it out.

(() => {
  const NEIGHBOURS = 15;
  const APART = 0.7; // as umap-js has it by default, 0.1, the letters of a group would lie on each other
  const EPOCHS = 250;
  const SEED = 20261126;
  const FIRST = 0.3; // share of the work before the first epoch
  const TOLD_EVERY = 10; // epochs

  const worker = /** @type {any} */ (self);

  worker.onmessage = (/** @type {MessageEvent} */ { data }) => {
    try {
      worker.importScripts(data.umap);
      const places = turned(layout(data.vectors, data.count));
      worker.postMessage({ places }, [places.buffer]);
    } catch (error) {
      worker.postMessage({ problem: String(error) });
    }
  };

  /**
   * @param {Float32Array} vectors
   * @param {number} count
   * @returns {number[][]} x and y of each
   */
  function layout(vectors, count) {
    const size = vectors.length / count;
    const rows = Array.from({ length: count }, (_, n) =>
      Array.from(vectors.subarray(n * size, (n + 1) * size)),
    );
    const nNeighbors = Math.min(NEIGHBOURS, count - 1);
    const options = { nNeighbors, nEpochs: EPOCHS, minDist: APART, random: seeded(SEED) };
    const umap = new worker.UMAP.UMAP(options);
    const epochs = umap.initializeFit(rows);
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      umap.step();
      if (epoch % TOLD_EVERY) continue;
      worker.postMessage({ progress: FIRST + ((1 - FIRST) * epoch) / epochs });
    }
    return umap.getEmbedding();
  }

  /**
   * Turn places so that they are spread most from left to right, and scale them to -1 to 1.
   * @param {number[][]} places
   */
  function turned(places) {
    const mean = (/** @type {number} */ axis) =>
      places.reduce((sum, place) => sum + place[axis], 0) / places.length;
    const [left, top] = [mean(0), mean(1)];
    let [xx, xy, yy] = [0, 0, 0];
    for (const [x, y] of places) {
      xx += (x - left) ** 2;
      xy += (x - left) * (y - top);
      yy += (y - top) ** 2;
    }
    const angle = Math.atan2(2 * xy, xx - yy) / 2;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const found = new Float32Array(2 * places.length);
    places.forEach(([x, y], n) => {
      found[2 * n] = cos * (x - left) + sin * (y - top);
      found[2 * n + 1] = cos * (y - top) - sin * (x - left);
    });
    for (const axis of [0, 1]) scale(found, axis);
    return found;
  }

  /**
   * @param {Float32Array} places
   * @param {number} axis
   */
  function scale(places, axis) {
    let [low, high] = [Infinity, -Infinity];
    for (let at = axis; at < places.length; at += 2) {
      low = Math.min(low, places[at]);
      high = Math.max(high, places[at]);
    }
    const half = (high - low) / 2 || 1;
    for (let at = axis; at < places.length; at += 2) {
      places[at] = (places[at] - (low + high) / 2) / half;
    }
  }

  /**
   * A generator of random numbers from 0 to 1 (mulberry32): the same network has the same map.
   * @param {number} seed
   */
  function seeded(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }
})();
