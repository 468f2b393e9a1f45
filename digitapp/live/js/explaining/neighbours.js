// Which images are most alike for a network: the nearest in its last hidden layer, by Euclidean
// distance, found by comparing with all of them.

/** @typedef {{ image: number, distance: number }} Neighbour */

/**
 * The nearest of some vectors to a point, beginning with the nearest; of equal ones the first.
 * @param {Float32Array} vectors one after the other
 * @param {Float32Array} point
 * @param {number} most how many
 * @returns {Neighbour[]}
 */
export function nearest(vectors, point, most) {
  const size = point.length;
  const count = vectors.length / size;
  /** @type {Neighbour[]} */
  const found = [];
  let limit = Infinity;
  for (let image = 0; image < count; image += 1) {
    let sum = 0;
    for (let n = 0, at = image * size; n < size && sum < limit; n += 1, at += 1) {
      const apart = vectors[at] - point[n];
      sum += apart * apart;
    }
    if (sum >= limit) continue;
    let place = found.length;
    while (place > 0 && found[place - 1].distance > sum) place -= 1;
    found.splice(place, 0, { image, distance: sum });
    if (found.length > most) found.pop();
    if (found.length === most) limit = found[most - 1].distance;
  }
  return found.map(({ image, distance }) => ({ image, distance: Math.sqrt(distance) }));
}

/**
 * Where a point lies on a map of its neighbours: the mean of their places, weighted by the inverse
 * of their distances. The last of them weighs nothing, so that the place does not jump when another
 * takes its turn (the weights of Franke & Little's modified Shepard method).
 * @param {Neighbour[]} neighbours beginning with the nearest; two at least
 * @param {Float32Array} places x and y of each image
 * @returns {[number, number]}
 */
export function placeAmong(neighbours, places) {
  const reach = neighbours[neighbours.length - 1].distance;
  let [x, y, all] = [0, 0, 0];
  for (const { image, distance } of neighbours) {
    const [left, top] = [places[2 * image], places[2 * image + 1]];
    if (distance === 0 || reach === 0) return [left, top];
    const weight = ((reach - distance) / (reach * distance)) ** 2;
    [x, y, all] = [x + weight * left, y + weight * top, all + weight];
  }
  if (all > 0) return [x / all, y / all];
  const mean = (/** @type {number} */ axis) =>
    neighbours.reduce((sum, { image }) => sum + places[2 * image + axis], 0) / neighbours.length;
  return [mean(0), mean(1)]; // all of them are equally far
}
