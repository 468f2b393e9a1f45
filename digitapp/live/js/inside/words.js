// Nodes and layers in words: a card with short texts that use the reader's own drawing, and point at
// the live picture while they are open.

import { make, setData, setText } from "../views/elements.js";
import { conditionsOf, valuesOf } from "./words_values.js";
import { progressDots } from "./words_dots.js";
import { keptState } from "./words_state.js";
import { textBlock } from "./words_text.js";

const APART = 250; // milliseconds between two changes of the numbers while one draws

/** @typedef {import("./page.js").Tools} Tools */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./inspection.js").Inspection} Inspection */
/** @typedef {import("./inspection.js").Panel} Panel */

/**
 * The texts, from digitapp/explaining/words.py.
 * @typedef {{ when: string[], text: string, task: string }} Variant
 * @typedef {{ id: string, title: string, highlight: string, panel: string, done: string,
 *   link: string, variants: Variant[] }} Text
 * @typedef {{ language: string, labels: Record<string, string>, texts: Text[],
 *   functions: Record<string, { name: string, rule: string }> }} Words
 */

/**
 * @param {HTMLElement} parent
 * @param {Tools & { words: Words }} tools
 */
export function wordsPart(parent, { base, words }) {
  const { labels, texts, functions } = words;
  const state = keptState(texts.map(({ id }) => id));
  const root = make("section", "live-guide", parent);
  const head = make("header", "live-head", root);
  const title = make("h2", "live-title", head, labels.title);
  title.id = "live-guide-title";
  root.setAttribute("aria-labelledby", title.id);
  const fold = button("live-guide-fold", head, () => {
    state.hidden = !state.hidden;
    changed();
  });
  const body = make("div", "live-guide-body", root);
  const dots = progressDots(body, texts, labels, go);
  const block = textBlock(body, texts, { labels, base });
  const foot = make("footer", "live-guide-foot", body);
  const back = button("live-guide-step", foot, () => go(state.at - 1));
  const where = button("live-guide-step", foot, showWhere);
  const on = button("live-guide-step", foot, () => go(state.at + 1));
  setText(back, `← ${labels.previous}`);
  setText(on, `${labels.next} →`);
  setText(where, labels.where);

  /** @type {Scene | null} */
  let scene = null;
  let meant = ""; // the class whose output was pressed last
  let shown = ""; // what the numbers are of
  let filled = -Infinity; // when they were written

  /** @param {number} at */
  function go(at) {
    if (!(at in texts) || at === state.at) return;
    if (texts[state.at].done === "read") state.finish(texts[state.at].id);
    state.at = at;
    changed();
    const { panel } = texts[at];
    if (panel) scene?.inspection.open(/** @type {Panel} */ (panel));
  }

  /** Scroll to what the text points at: on a phone it is far from the card. */
  function showWhere() {
    const part = texts[state.at].highlight;
    const found = document.querySelectorAll(`[data-part~="${part}"], [id="live-tab-${part}"]`);
    [...found].find(isSeen)?.scrollIntoView({ block: "center", inline: "nearest" });
  }

  function changed() {
    state.keep();
    shown = "";
    arrange();
    if (scene) update(scene);
  }

  function arrange() {
    const text = texts[state.at];
    setText(fold, state.hidden ? labels.show : labels.hide);
    fold.setAttribute("aria-expanded", String(!state.hidden));
    body.hidden = state.hidden;
    dots.update(state.at, state.done);
    block.open(text, state.done.has(text.id));
    back.disabled = state.at === 0;
    on.disabled = state.at === texts.length - 1;
  }

  /** @param {Scene | null} now */
  function update(now) {
    scene = now;
    setData(root, "waiting", !now);
    if (!now) return;
    const { inspection } = now;
    const { id, highlight, done } = texts[state.at];
    inspection.point(state.hidden ? "" : highlight);
    if (now.image) inspection.notice("drawn");
    if (!state.hidden && inspection.noticed.has(done) && !state.done.has(id)) {
      state.finish(id);
      arrange();
    }
    if (!state.hidden) fill(now);
  }

  /** @param {Scene} now */
  function fill(now) {
    const { selected, position, epoch } = now.inspection;
    const { columns, description, facts } = now;
    if (selected && selected.column === columns.length - 1) {
      meant = description.class_names[selected.unit];
    }
    const looked = `${texts[state.at].id} ${JSON.stringify([selected, position, epoch, facts])}`;
    const wanted = `${looked} ${now.state}`;
    if (wanted === shown) return;
    const calm = now.resting || performance.now() - filled >= APART;
    if (shown.startsWith(`${looked} `) && !calm) return;
    shown = wanted;
    filled = performance.now();
    block.fill(conditionsOf(now), valuesOf(now, { functions, meant }), facts.curves);
  }

  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || state.hidden) return;
    event.preventDefault();
    const fromDot = dots.root.contains(/** @type {Node} */ (event.target));
    go(state.at + step);
    if (fromDot) dots.focus(state.at);
  });
  arrange();
  return { root, update };
}

/** @param {Element} element */
function isSeen(element) {
  const { visibility } = getComputedStyle(element);
  return visibility === "visible" && element.getClientRects().length > 0;
}

/**
 * @param {string} className
 * @param {HTMLElement} parent
 * @param {() => void} press
 */
function button(className, parent, press) {
  const made = make("button", className, parent);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}
