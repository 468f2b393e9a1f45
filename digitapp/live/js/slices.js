// Work that takes longer than a frame, in slices: frames go on coming meanwhile. It is written as a
// generator that yields after every few milliseconds; all work of the document waits in one line.

const SLICE = 12; // milliseconds of a frame
const PIECE = 5; // milliseconds between two yields
const LARGEST = 32; // images at once; more take more memory, and are no quicker

/**
 * @typedef {import("./network.js").Network} Network
 * @typedef {Generator<unknown, any, void>} Work
 * @typedef {{ work: Work, isWanted: () => boolean, done: (result: any) => void,
 *   failed: (error: unknown) => void }} Waiting
 */

/** @type {Waiting[]} */
const line = [];

/** @type {WeakMap<Network, Record<string, number>>} milliseconds for one image, by what is computed */
const paces = new WeakMap();

/**
 * Do the work, a slice in each frame, and return its result; null if it is not wanted any more.
 * @template T
 * @param {Generator<unknown, T, void>} work
 * @param {() => boolean} isWanted asked before each slice
 * @returns {Promise<T | null>}
 */
export function inSlices(work, isWanted) {
  return new Promise((done, failed) => {
    line.push({ work, isWanted, done, failed });
    if (line.length === 1) requestAnimationFrame(slice);
  });
}

function slice() {
  const began = performance.now();
  let now = began;
  let piece = 0;
  while (line.length && now + piece < began + SLICE) {
    advance(line[0]);
    piece = performance.now() - now;
    now += piece;
  }
  if (line.length) requestAnimationFrame(slice);
}

/** @param {Waiting} first */
function advance({ work, isWanted, done, failed }) {
  try {
    const step = isWanted() ? work.next() : { done: true, value: null };
    if (!step.done) return;
    done(step.value);
  } catch (error) {
    failed(error);
  }
  line.shift();
}

/**
 * Do the work at once.
 * @template T
 * @param {Generator<unknown, T, void>} work
 * @returns {T}
 */
export function finished(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Compute something of many images, as many at once as take a few milliseconds.
 * @param {Network} network
 * @param {"run" | "scores" | "gradient"} what is computed: each takes its own time
 * @param {Iterable<Float32Array>} images of 784 values each
 * @param {(batch: Float32Array) => Float32Array} compute
 * @returns {Generator<void, Float32Array[], void>} what is computed of each image
 */
export function* ofEach(network, what, images, compute) {
  const pace = paces.get(network) ?? {};
  paces.set(network, pace);
  /** @type {Float32Array[]} */
  const found = [];
  /** @type {Float32Array[]} */
  let batch = [];
  const wanted = () => Math.max(1, Math.min(LARGEST, Math.floor(PIECE / pace[what] || 1)));

  function computed() {
    const [{ length }] = batch;
    const all = new Float32Array(batch.length * length);
    batch.forEach((image, number) => all.set(image, number * length));
    const began = performance.now();
    const values = compute(all);
    pace[what] = Math.max(0.01, (performance.now() - began) / batch.length);
    const size = values.length / batch.length;
    batch.forEach((_, number) => found.push(values.subarray(number * size, (number + 1) * size)));
    batch = [];
  }

  for (const image of images) {
    batch.push(image);
    if (batch.length < wanted()) continue;
    computed();
    yield;
  }
  if (batch.length) computed();
  return found;
}
