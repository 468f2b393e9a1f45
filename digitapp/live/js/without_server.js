// What the page does while the server is away, and when it is back: it draws on paper of its own, with
// its own Undo, Redo and Clear, and then shows the server what has become of the drawing.

import { same, usable } from "./drawing.js";
import { afterOrders } from "./own_drawing.js";
import { OwnPaper } from "./own_paper.js";

/** @typedef {import("./drawing.js").LiveDrawing} LiveDrawing */
/** @typedef {import("./drawing_orders.js").DrawingOrders} DrawingOrders */

const UNKNOWN = -1;

export class WithoutServer {
  /**
   * @param {LiveDrawing} drawing
   * @param {DrawingOrders} orders
   * @param {() => void} changed called when the drawing has
   */
  constructor(drawing, orders, changed) {
    this.drawing = drawing;
    this.orders = orders;
    this.changed = changed;
    /** @type {OwnPaper | null} */
    this.paper = null;
    this.known = 0; // the number of changes that the server knows of
    this.told = 0; // the number of them that it was told of
    window.digitappConnection?.watchers.add(() => this.look());
  }

  get away() {
    return window.digitappConnection?.away ?? false;
  }

  /** Begin when the server is away, unless the pen is down. */
  look() {
    const { drawing, orders } = this;
    if (!this.away || drawing.own || drawing.down || orders.outbox.resting) return;
    const place = OwnPaper.place();
    if (place) this.begin(place);
  }

  /** @param {HTMLElement} place of the canvas */
  begin(place) {
    const { drawing, orders } = this;
    const { waiting } = orders.outbox;
    const own = afterOrders(drawing.known, [...waiting, drawing.rest()], same);
    this.known = this.told = drawing.settled && !waiting.length ? own.changes : UNKNOWN;
    orders.outbox.waiting = []; // all of it is in what will be shown
    drawing.takeOver(own);
    this.paper = new OwnPaper(place, (act) => {
      own[act]();
      this.show();
      this.changed();
    });
    this.mark(true);
    this.show();
  }

  /** Draw what has changed. */
  show() {
    const { drawing, paper } = this;
    if (!paper || !drawing.own) return;
    paper.show(usable(drawing).strokes, drawing.scale, drawing.own.undone.length);
  }

  /** Take an answer of the server, which is back: show it the drawing until it knows all of it. */
  answered() {
    const { drawing, orders, paper } = this;
    const { own } = drawing;
    if (!own || this.away || orders.outbox.waiting.length) return;
    this.known = this.told;
    if (own.changes !== this.known && paper?.shown) {
      this.told = own.changes;
      orders.show(own.objects, own.undone);
    } else if (!drawing.down) this.end();
  }

  end() {
    this.drawing.goOn();
    this.paper?.remove();
    this.paper = null;
    this.mark(false);
  }

  /** @param {boolean} own whether what the tab keeps is the page's, and not the server's */
  mark(own) {
    if (window.digitappConnection) window.digitappConnection.own = own;
  }
}
