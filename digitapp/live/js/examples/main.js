// Where Streamlit's component meets the drawing of examples. `digitapp/ui/data/drawing.py` mounts
// it. What was drawn stays here while other pages are shown, until the server has taken it.

import { Desk } from "./desk.js";
import { Outbox } from "./outbox.js";
import { View } from "./view.js";

/** @typedef {import("./class_list.js").Class} Class */
/** @typedef {import("./outbox.js").Message} Message */
/**
 * What the server says.
 * @typedef {object} Told
 * @property {string} dataset
 * @property {string} session
 * @property {number} taken number of the last order it has carried out
 * @property {Record<string, string>} wrong why it could not, by the number of the order
 * @property {Record<string, number>} ids of what it has kept, by key
 * @property {string} address of all examples
 * @property {string} foreign changes whenever they must be fetched anew
 * @property {Class[]} classes
 * @property {import("../ink.js").Preparation} how
 * @property {number} aim
 */
/**
 * What can be told to the server: what is to be done, that a network is to be trained, and which
 * class is drawn.
 * @typedef {object} Server
 * @property {(message: Message) => void} send
 * @property {() => void} train
 * @property {(id: number) => void} chose
 */
/**
 * A dataset that was shown: `told` is the last answer of the server, `fetched` what was fetched last,
 * `failed` how often in a row that could not be done.
 * @typedef {{ desk: Desk, told: Told | null, fetched: string, fetching: boolean, failed: number }} Open
 */

const ATTEMPTS = 5; // to fetch the examples

const outbox = new Outbox();
/** @type {Map<string, Open>} */
const opened = new Map();
/** @type {WeakMap<HTMLElement, View>} */
const views = new WeakMap();

/** @param {string} dataset @returns {Open} */
function open(dataset) {
  const found = opened.get(dataset);
  if (found) return found;
  const desk = new Desk(dataset, outbox);
  const made = { desk, told: null, fetched: "", fetching: false, failed: 0 };
  opened.set(dataset, made);
  return made;
}

/**
 * Show a dataset, or take what the server says of it.
 * @param {string} base address of the app, ending with a slash
 * @param {HTMLElement} parent
 * @param {Told} told
 * @param {Server} server
 */
export function show(base, parent, told, { send, train, chose }) {
  const rested = outbox.resting;
  outbox.send = send;
  const { refused } = outbox.answered(told);
  if (rested && outbox.waiting.length) outbox.tell();
  for (const [order, why] of refused) {
    const at = open(order.dataset);
    at.fetched = ""; // what it would have changed is as it was
    at.desk.refused(order);
    at.desk.problem = why;
  }
  const here = open(told.dataset);
  here.told = told;
  Object.assign(here.desk, { how: told.how, aim: told.aim, train, chose });
  here.desk.album.named(told.ids);
  here.desk.told(told.classes);
  const before = views.get(parent);
  const view = before?.desk === here.desk ? before : new View(parent, here.desk);
  if (before && before !== view) before.close();
  views.set(parent, view);
  view.show();
  fetchAll(base, here);
}

/**
 * Fetch the examples, if others have changed them, or this browser does not know them yet.
 * @param {string} base
 * @param {Open} here
 */
async function fetchAll(base, here) {
  const { desk, told } = here;
  if (!told || here.fetching || outbox.waiting.length) return; // an answer will lead here again
  const [wanted, done] = [`${told.session} ${told.foreign}`, outbox.last];
  if (here.fetched === wanted || here.failed >= ATTEMPTS) return;
  here.fetching = true;
  try {
    const answer = await fetch(base + told.address);
    if (!answer.ok) throw new Error(await answer.text());
    const { rows, images, others } = await answer.json();
    if (outbox.last === done) {
      desk.load(rows, Uint8Array.from(atob(images), (sign) => sign.charCodeAt(0)), others);
      here.fetched = wanted;
    }
    here.failed = 0;
  } catch (error) {
    here.failed += 1;
    if (here.failed < ATTEMPTS) outbox.tell(); // somebody has just changed them: ask where they are
    else desk.problem = `The examples could not be fetched. Reload the page. (${error})`;
    here.fetching = false;
    desk.show();
    return;
  }
  here.fetching = false;
  desk.show();
  fetchAll(base, here);
}

/** @param {HTMLElement} parent */
export function hide(parent) {
  views.get(parent)?.close();
  views.delete(parent);
  outbox.rest(); // what waits is told when the page is shown again
}

window.addEventListener("beforeunload", (event) => {
  if (outbox.waiting.length) event.preventDefault(); // the browser asks whether to leave
});
