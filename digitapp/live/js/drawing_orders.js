// What is to be done to the drawing, in its order, until the server has done it: strokes that its
// canvas has forgotten are added; Undo, Redo and Clear are for the drawing as it was seen then, with
// the strokes that the server had yet to hear of.

import { Outbox } from "./outbox.js";

/** @typedef {import("./drawing.js").LiveDrawing} LiveDrawing */
/** @typedef {import("./pen.js").PathObject} PathObject */
/** @typedef {import("./outbox.js").Message} Message */
/** @typedef {import("./outbox.js").Answer} Answer */
/**
 * @typedef {object} What
 * @property {"add" | "undo" | "redo" | "clear" | "show"} act
 * @property {PathObject[]} forgotten strokes that the canvas does not show, and the server not knows
 * @property {PathObject[]} drawn those that the canvas shows, and may report later; to show a drawing
 *   in place of all that, its strokes
 * @property {PathObject[]} [undone] of such a drawing, those that can be redone, the next one last
 */

export class DrawingOrders {
  /** @param {LiveDrawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    /** @type {Outbox<What>} */
    this.outbox = new Outbox();
  }

  /**
   * Take what the server has done; call it before the drawing takes the server's answer.
   * @param {Answer} answer
   * @param {(message: Message) => void} send
   */
  answered(answer, send) {
    this.outbox.send = send;
    const { done } = this.outbox.answered(answer);
    for (const { forgotten } of done) this.drawing.handedOver(forgotten);
  }

  /** Tell nothing while no page with a drawing is shown. */
  rest() {
    this.outbox.rest();
  }

  /** Tell the server of strokes that it would never hear of, unless it is about to answer others. */
  handOver() {
    if (this.outbox.waiting.length) return;
    const forgotten = this.drawing.toHandOver();
    if (forgotten.length) this.outbox.add({ act: "add", forgotten, drawn: [] });
  }

  /**
   * Show a drawing in place of what the server knows.
   * @param {PathObject[]} drawn
   * @param {PathObject[]} undone
   */
  show(drawn, undone) {
    this.outbox.add({ act: "show", forgotten: [], drawn, undone });
  }

  /**
   * Change the drawing as a button does.
   * @param {string} act
   * @returns {boolean} whether it will be; if not, the button itself has to
   */
  press(act) {
    if (this.outbox.resting || this.drawing.own) return false;
    if (act !== "undo" && act !== "redo" && act !== "clear") return false;
    const { forgotten, pending } = this.drawing;
    this.outbox.add({ act, forgotten: [...forgotten], drawn: [...pending] });
    this.drawing.pressed();
    return true;
  }
}
