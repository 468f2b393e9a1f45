// A sample of the images that a network learned from (digitapp/live/samples.py).

const FORMAT = 1;
export const PIXELS = 784; // of an image

/**
 * Labelled images, one after the other.
 * @typedef {object} Images
 * @property {number} count
 * @property {Uint8Array} images count x 784, 0 paper to 255 ink
 * @property {Uint8Array} labels indices into the class names
 */

/**
 * @typedef {object} Sample
 * @property {string} title of the dataset
 * @property {string} about a sentence on what the images are
 * @property {boolean} trained whether the network has learned from the training images
 * @property {string[]} classNames
 * @property {Images} training of both, the first ones are of all classes in turn
 * @property {Images} test
 */

/** @typedef {{ count: number, images: number, labels: number }} Part where it is in the values */

/**
 * @param {string | URL} address of its description; the images are beside it
 * @returns {Promise<Sample>}
 */
export async function fetchedSample(address) {
  const at = new URL(address, document.baseURI);
  const told = await (await fetched(at)).json();
  if (told.format !== FORMAT) {
    throw new Error(`The images have format ${told.format}; only ${FORMAT} can be read.`);
  }
  const values = new Uint8Array(await (await fetched(new URL(told.values, at))).arrayBuffer());
  const part = (/** @type {Part} */ { count, images, labels }) => {
    if (labels + count > values.length) throw new Error("The images are cut short.");
    return {
      count,
      images: values.subarray(images, images + count * PIXELS),
      labels: values.subarray(labels, labels + count),
    };
  };
  const { title, about, trained, class_names: classNames } = told;
  return { title, about, trained, classNames, training: part(told.training), test: part(told.test) };
}

/** @param {URL} address */
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The images cannot be loaded: ${await response.text()}`);
  return response;
}

/**
 * Some of the images as a network gets them: 0 paper to 1 ink.
 * @param {Images} images
 * @param {number} from
 * @param {number} to
 */
export function inputOf({ images }, from, to) {
  return Float32Array.from(images.subarray(from * PIXELS, to * PIXELS), (value) => value / 255);
}
