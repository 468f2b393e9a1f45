// The colours of weights, products and values: blue is positive, orange negative.

import { coloursOf, css, mixed, whenThemeChanges } from "../views/elements.js";
import { scaleOf } from "../views/inside_paint.js";

const STRONGEST = 0.55; // share of the colour behind a number, so that it can be read

export class Tints {
  /**
   * @param {HTMLElement} root gives the colours of the theme
   * @param {() => void} changed called when they have changed
   */
  constructor(root, changed) {
    this.root = root;
    this.colours = coloursOf(root);
    this.scale = scaleOf(this.colours);
    whenThemeChanges(root, () => {
      this.colours = coloursOf(root);
      this.scale = scaleOf(this.colours);
      changed();
    });
  }

  /**
   * Paint values from -1 to 1 as pixels; larger ones are cut off.
   * @param {Uint32Array} pixels
   * @param {ArrayLike<number>} values
   * @param {number} full the value that counts as 1
   */
  paint(pixels, values, full) {
    const { pixels: colours, zero } = this.scale;
    for (let at = 0; at < pixels.length; at += 1) {
      const share = Math.max(-1, Math.min(1, values[at] / full));
      pixels[at] = colours[zero + Math.round(share * zero)];
    }
  }

  /**
   * The background of a number.
   * @param {number} share -1 to 1
   */
  behind(share) {
    const { accent, doubtful, panel } = this.colours;
    const lit = share < 0 ? doubtful : accent;
    return css(mixed(panel, lit, STRONGEST * Math.min(1, Math.abs(share))));
  }
}
