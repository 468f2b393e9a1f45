// One text with its task: the words stand still, and only the numbers in them change.

import { make, makeSilent, setData, setText } from "../views/elements.js";

/** @typedef {import("./words.js").Text} Text */
/** @typedef {import("./words.js").Variant} Variant */
/** @typedef {Record<string, string>} Values */

const UNKNOWN = "…";
const SAMPLE = "00.00"; // about as wide as a value

/**
 * @param {HTMLElement} parent
 * @param {Text[]} texts
 * @param {{ labels: Record<string, string>, base: string }} options
 */
export function textBlock(parent, texts, { labels, base }) {
  const root = make("div", "live-guide-stack", parent);
  // Out of sight, all texts lie on each other: they keep the room that the longest one needs.
  for (const text of texts) keepRoom(root, text, labels.task);
  const shown = make("div", "live-guide-text", root);
  const title = make("h3", "live-guide-name", shown);
  title.setAttribute("aria-live", "polite");
  const words = make("p", "live-guide-words", shown);
  const task = make("p", "live-guide-task", shown);
  const tick = makeSilent("live-guide-tick", task);
  make("b", "", task, `${labels.task}: `);
  const taskWords = make("span", "", task);
  const state = make("span", "live-guide-done", task);
  const link = make("a", "live-guide-link", shown);
  Object.assign(link, { target: "_blank", rel: "noopener" });

  /** @type {Text} */
  let open = texts[0];
  /** @type {Variant | null} */
  let variant = null;
  /** @type {(values: Values) => void} */
  let write = () => undefined;

  /**
   * @param {Text} text
   * @param {boolean} done
   */
  function show(text, done) {
    setData(task, "done", done);
    setText(tick, done ? "✓" : "");
    setText(state, done ? labels.done : "");
    if (text === open && variant) return;
    open = text;
    setText(title, text.title);
    choose(text.variants[text.variants.length - 1]);
    write({});
  }

  /** @param {Variant} now */
  function choose(now) {
    variant = now;
    const both = [written(words, now.text), written(taskWords, now.task)];
    task.hidden = !now.task;
    write = (values) => both.forEach((each) => each(values));
  }

  /**
   * @param {Set<string>} conditions that hold
   * @param {Values} values
   * @param {string} curves address of the run's curves, relative to the app's; empty without
   */
  function fill(conditions, values, curves) {
    const fits = open.variants.find(({ when }) => when.every((each) => conditions.has(each)));
    if (fits && fits !== variant) choose(fits);
    write(values);
    link.hidden = !open.link || !curves;
    if (link.hidden) return;
    setText(link, open.link);
    const address = `${base}${curves}`;
    if (link.getAttribute("href") !== address) link.href = address;
  }

  link.hidden = true;
  return { root, open: show, fill };
}

/**
 * Write a text, and return a function that writes the values into it.
 * @param {HTMLElement} place
 * @param {string} text with placeholders in braces
 * @returns {(values: Values) => void}
 */
function written(place, text) {
  place.replaceChildren();
  /** @type {[string, HTMLElement][]} */
  const spans = [];
  text.split(/{(\w+)}/).forEach((part, n) => {
    if (n % 2) spans.push([part, make("span", classOf(part), place, UNKNOWN)]);
    else if (part) place.append(part);
  });
  return (values) => {
    for (const [name, span] of spans) setText(span, values[name] ?? UNKNOWN);
  };
}

/**
 * Numbers and names stand out; what a function does is a part of the sentence.
 * @param {string} name of a placeholder
 */
function classOf(name) {
  return name.endsWith("_rule") ? "" : "live-guide-value";
}

/**
 * @param {HTMLElement} parent
 * @param {Text} text
 * @param {string} label
 */
function keepRoom(parent, { title, variants, link }, label) {
  const size = (/** @type {Variant} */ each) => each.text.length + each.task.length;
  const longest = variants.reduce((a, b) => (size(b) > size(a) ? b : a));
  const room = make("div", "live-guide-room", parent);
  room.setAttribute("aria-hidden", "true");
  const filled = (/** @type {string} */ words) => words.replace(/{\w+}/g, SAMPLE);
  make("p", "live-guide-name", room, title);
  make("p", "live-guide-words", room, filled(longest.text));
  make("p", "live-guide-task", room, `✓ ${label}: ${filled(longest.task)}`);
  if (link) make("span", "live-guide-link", room, link);
}
