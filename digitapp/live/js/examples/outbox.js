// What is done to examples, until the server has done it too.

import { Outbox as Orders } from "../outbox.js";
import { reference } from "./album.js";

/** @typedef {import("./album.js").Example} Example */
/**
 * @typedef {object} What
 * @property {string} dataset
 * @property {"keep" | "remove" | "move"} act
 * @property {string} [key] of the new example, made by the browser
 * @property {Example[]} [examples] that are moved or removed
 * @property {number} [into] id of the class
 * @property {number} [width] of the pen
 * @property {number[][]} [strokes] x0, y0, x1, y1, ... of each
 */
/** @typedef {import("../outbox.js").Numbered<What>} Order */
/** @typedef {import("../outbox.js").Message} Message */

/** @extends {Orders<What>} */
export class Outbox extends Orders {
  constructor() {
    super((order) => ({ ...order, examples: order.examples?.map(reference) }));
  }
}
