// One of the pictures of "Why this digit?": the drawing, and what speaks for an answer or against it.

import { SIDE } from "../ink.js";
import { coloursOf, make, makePicture, mixed, pen, setData, setText } from "../views/elements.js";

const INK = 0.3; // how dark the drawing is beneath
const PALE = 0.5; // the power that makes small values visible

/** @typedef {import("../views/elements.js").Rgb} Rgb */

/**
 * @param {Element} parent
 * @param {string} title
 */
export function whyPicture(parent, title) {
  const canvas = makePicture("live-why-pixels", parent, title);
  canvas.width = canvas.height = SIDE;
  const brush = pen(canvas);
  const pixels = brush.createImageData(SIDE, SIDE);
  /** @type {[Float32Array | null, Float32Array | null]} */
  let shown = [null, null];

  /** @type {ReturnType<typeof coloursOf> | null} */
  let colours = null; // asking for them takes longer than painting

  function paint() {
    const [image, values] = shown;
    const found = colours ?? coloursOf(canvas);
    if (image) colours = found; // before there is one, the style may still be on its way
    const { accent, doubtful, text, panel } = found;
    const largest = values ? values.reduce((most, each) => Math.max(most, Math.abs(each)), 0) : 0;
    for (let place = 0; place < SIDE * SIDE; place += 1) {
      const value = values && largest ? values[place] / largest : 0;
      const beneath = mixed(panel, text, image ? INK * image[place] : 0);
      const over = mixed(beneath, value < 0 ? doubtful : accent, Math.abs(value) ** PALE);
      pixels.data.set([...over, 255], 4 * place);
    }
    brush.putImageData(pixels, 0, 0);
  }

  /**
   * @param {Float32Array | null} image
   * @param {Float32Array | null} values blue where positive, orange where negative
   * @param {string} sentence what it shows
   */
  function show(image, values, sentence) {
    shown = [image, values];
    canvas.setAttribute("aria-label", sentence ? `${title}. ${sentence}` : title);
    paint();
  }

  /** Paint again in the colours of another theme. */
  function repaint() {
    colours = null;
    paint();
  }
  return { show, repaint };
}

/**
 * A picture with its method's name, what it shows in words, and where the method is from.
 * @param {Element} parent
 * @param {{ title: string, what: string, source: string }} about
 */
export function whyCard(parent, { title, what, source }) {
  const root = make("article", "live-why-card", parent);
  make("h3", "live-why-name", root, title);
  make("p", "live-why-what", root, what);
  const picture = whyPicture(root, title);
  const sentence = make("p", "live-why-sentence", root);
  const numbers = make("p", "live-why-numbers", root);
  make("p", "live-why-source", root, source);
  let key = ""; // of what is shown

  /**
   * @param {string} of what it is: of which drawing, and of which answer
   * @param {{ image: Float32Array | null, values: Float32Array | null, sentence: string,
   *   numbers?: string }} found
   */
  function show(of, found) {
    key = of;
    picture.show(found.image, found.values, found.sentence);
    setText(sentence, found.sentence);
    setText(numbers, found.numbers ?? "");
    mark(of);
  }

  /**
   * Mark what is shown as being of an earlier drawing, unless it is of this one.
   * @param {string} now
   */
  function mark(now) {
    setData(root, "earlier", key !== "" && key !== now);
  }
  return { root, show, mark, repaint: picture.repaint, isOf: (/** @type {string} */ now) => key === now };
}
