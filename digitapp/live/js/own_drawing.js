// The drawing while the server is away: the page itself then undoes, redoes and clears, and tells the
// server of the result when it is back.

/** @typedef {import("./drawing_orders.js").What} What */
/** @typedef {import("./pen.js").PathObject} PathObject */

const PLACE = "digitapp.drawing"; // in the tab's storage, as keeper.js has it

export class OwnDrawing {
  /**
   * @param {PathObject[]} objects
   * @param {PathObject[]} undone the one to redo next comes last
   */
  constructor(objects, undone) {
    this.objects = objects;
    this.undone = undone;
    this.changes = 0;
  }

  /** @param {PathObject} stroke */
  add(stroke) {
    this.objects = [...this.objects, stroke];
    this.undone = [];
    this.changed();
  }

  undo() {
    const last = this.objects.at(-1);
    if (!last) return;
    this.objects = this.objects.slice(0, -1);
    this.undone = [...this.undone, last];
    this.changed();
  }

  redo() {
    const next = this.undone.at(-1);
    if (!next) return;
    this.undone = this.undone.slice(0, -1);
    this.objects = [...this.objects, next];
    this.changed();
  }

  clear() {
    this.undone = [...this.objects].reverse();
    this.objects = [];
    this.changed();
  }

  changed() {
    this.changes += 1;
    store(this.objects, this.undone);
  }
}

/**
 * Keep a drawing in the tab, which may be loaded anew before the server is back.
 * @param {PathObject[]} objects
 * @param {PathObject[]} undone
 */
export function store(objects, undone) {
  try {
    if (objects.length) sessionStorage.setItem(PLACE, JSON.stringify([objects, undone]));
    else sessionStorage.removeItem(PLACE);
  } catch {
    // The browser blocks storage for this page.
  }
}

/** @returns {PathObject[]} what can be redone, the next one last */
export function storedUndone() {
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? "[[], []]")[1];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/**
 * Return a drawing on which orders were carried out of which the server may not have heard.
 * @param {PathObject[]} objects
 * @param {What[]} orders
 * @param {(one: PathObject, other: PathObject) => boolean} same
 * @returns {OwnDrawing}
 */
export function afterOrders(objects, orders, same) {
  const drawing = new OwnDrawing(objects, storedUndone());
  for (const { act, forgotten, drawn } of orders) {
    const known = drawing.objects;
    const news = [...forgotten, ...drawn].filter((own) => !known.some((each) => same(own, each)));
    if (news.length) Object.assign(drawing, { objects: [...known, ...news], undone: [] });
    if (act === "undo" || act === "redo" || act === "clear") drawing[act]();
  }
  return drawing;
}
