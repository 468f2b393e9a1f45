// The way from image to image on the map, by the arrow keys.

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ASIDE = 2; // how much more a step to the side counts than one ahead

/**
 * Where a key leads.
 * @param {string} key
 * @param {Float32Array} places x and y of each image
 * @param {number} chosen image; -1 for none
 * @param {[number, number]} start where to begin while none is chosen
 * @returns {number | null} image; -1 for none; null if it is another key, or there is nothing there
 */
export function imageTowards(key, places, chosen, start) {
  if (key === "Escape" && chosen >= 0) return -1;
  const direction = DIRECTIONS[key];
  if (!direction) return null;
  const from = chosen < 0 ? start : [places[2 * chosen], places[2 * chosen + 1]];
  /** @type {number | null} */
  let best = null;
  let least = Infinity;
  for (let n = 0; n < places.length / 2; n += 1) {
    const [x, y] = [places[2 * n] - from[0], places[2 * n + 1] - from[1]];
    const ahead = x * direction[0] + y * direction[1];
    const aside = Math.abs(x * direction[1]) + Math.abs(y * direction[0]);
    const far = chosen < 0 ? Math.hypot(x, y) : ahead + ASIDE * aside;
    if (n === chosen || (chosen >= 0 && (ahead <= 0 || aside > ahead)) || far >= least) continue;
    [best, least] = [n, far];
  }
  return best;
}
