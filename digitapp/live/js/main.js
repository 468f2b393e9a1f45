// Where Streamlit's components meet the live reading. `digitapp/ui/shared/live.py` mounts them: one
// without a view, which brings what the server knows, and one for each view.

import { holdLinks } from "./leaving.js";
import { Live } from "./live.js";
import { VIEWS } from "./mounts.js";
import { VERSION } from "./runtime.js";

/** @typedef {import("./mounts.js").Mounted} Mounted */
/** @typedef {import("./outbox.js").Message} Message */
/** @type {Live | null} */
let live = null;

/** @type {WeakMap<HTMLElement, Mounted>} */
const mounted = new WeakMap();
/** @type {HTMLElement | null} */
let telling = null; // the component by which the server is told of the drawing

/**
 * The one live reading of this document.
 * @param {string} base address of the app, ending with a slash
 * @returns {Live}
 */
function ours(base) {
  if (!live) {
    const made = new Live(base, new URL(`../vendor/tfjs-${VERSION}/`, import.meta.url).href);
    holdLinks(() => made.drawing.settled);
    if (window.digitappEarly) window.digitappEarly.press = (act) => made.orders.press(act);
    live = made;
  }
  return live;
}

/**
 * Take what the server says of the drawing.
 * @param {string} base
 * @param {HTMLElement} parent
 * @param {import("./live.js").Told} told
 * @param {(message: Message) => void} send tells the server what is to be done to the drawing
 */
export function answered(base, parent, told, send) {
  telling = parent;
  ours(base).answered(told, send);
}

/**
 * Mount a view, or give it what the server says of it.
 * @param {string} base
 * @param {HTMLElement} parent
 * @param {any} data
 * @param {(name: string) => void} pick tells the server what was pressed
 */
export function show(base, parent, data, pick) {
  const all = ours(base);
  let view = mounted.get(parent);
  if (!view) {
    const place = document.createElement("div");
    place.className = "live";
    parent.append(place);
    view = VIEWS[data.view](place, { ...data, base, networks: all.networks }, pick);
    mounted.set(parent, view);
  }
  view.told(data, pick);
  all.add(view);
}

/**
 * Unmount a view.
 * @param {HTMLElement} parent
 */
export function hide(parent) {
  const view = mounted.get(parent);
  mounted.delete(parent);
  if (view && live) live.remove(view);
  if (parent !== telling) return;
  telling = null;
  live?.orders.rest(); // what waits is told when another page with a drawing is shown
}
