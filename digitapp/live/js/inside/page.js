// The Inside page: the network's picture, and a tab for each way to look into it.

import { insideView } from "../views/inside.js";
import { make, scrollSideways, setData, setText } from "../views/elements.js";
import { editsBar } from "./edits_bar.js";
import { epochsPart } from "./epochs.js";
import { excitingPart } from "./exciting.js";
import { PANELS } from "./inspection.js";
import { mapPart } from "./map.js";
import { neighboursPart } from "./neighbours_view.js";
import { whyPart } from "./why.js";
import { nodePart } from "./node.js";
import { noteOnMovement } from "./picture_alone.js";
import { mapOfWhat, whyWhat } from "./subject.js";

/** @typedef {import("./inspection.js").Panel} Panel */
/** @typedef {import("./inspection.js").Inspection} Inspection */
/** @typedef {import("./scene.js").Facts} Facts */
/** @typedef {import("./scene.js").Scene} Scene */

/**
 * A part of the page: made once, updated on each frame; null while there is no network.
 * @typedef {{ root: HTMLElement, update: (scene: Scene | null) => void }} Part
 */

/**
 * What parts may need from outside.
 * @typedef {object} Tools
 * @property {string} base address of the app, ending with a slash
 * @property {import("../networks.js").Networks} networks of the document
 */

/** @typedef {(parent: HTMLElement, tools: Tools) => Part} MakePart */

/** @type {Record<Panel, { title: (facts: Facts) => string, parts: MakePart[] }>} */
const TABS = {
  node: {
    title: () => "Node",
    parts: [nodePart, excitingPart],
  },
  why: {
    title: whyWhat,
    parts: [whyPart, neighboursPart],
  },
  epochs: {
    title: () => "Over the epochs",
    parts: [epochsPart],
  },
  map: {
    title: mapOfWhat,
    parts: [mapPart],
  },
};

/** @param {HTMLElement} parent */
export function networkPicture(parent) {
  const root = make("div", "live-workshop", parent);
  const picture = insideView(root, { large: true, onSelect: select });
  const alone = make("p", "live-alone", root);
  /** @type {Inspection | null} */
  let inspection = null;
  let pointed = ""; // what a text points at: on a phone it may be out of sight

  /**
   * @param {import("./inspection.js").Selected | null} selected
   * @param {import("../views/inside.js").Position | null} at
   */
  function select(selected, at) {
    if (!selected) inspection?.unselect();
    else inspection?.select(selected.column, selected.unit);
    if (at) inspection?.moveTo(at.row, at.column);
  }

  /**
   * @param {Scene | null} scene
   * @param {Inspection} now
   */
  function update(scene, now) {
    inspection = now;
    setData(root, "highlight", now.highlight);
    setText(alone, noteOnMovement(scene));
    if (!scene) return;
    const { network, activations, prediction, resting } = scene;
    const { edits, selected } = now;
    picture.update({ network, activations, prediction, edits, selected, resting });
    if (now.highlight !== pointed) picture.reveal(now.highlight);
    pointed = now.highlight;
  }
  return { root, update };
}

/**
 * @param {HTMLElement} parent
 * @param {Tools} tools
 */
export function waysToLook(parent, tools) {
  const root = make("div", "live-workshop", parent);
  const head = make("div", "live-ways", root);
  const { bar, show } = tabBar(head, (panel) => inspection?.open(panel));
  const changes = editsBar(head);
  const panels = PANELS.map((panel) => makePanel(root, panel, tools));
  /** @type {Inspection | null} */
  let inspection = null;
  let pointed = "";

  /**
   * @param {Scene | null} scene
   * @param {Inspection} now
   * @param {Facts} facts
   */
  function update(scene, now, facts) {
    inspection = now;
    setData(root, "highlight", now.highlight);
    show(now.panel, facts);
    if (now.highlight !== pointed) reveal(now.highlight);
    changes.update(scene);
    for (const { name, place, parts } of panels) {
      place.hidden = name !== now.panel;
      if (!place.hidden) for (const part of parts) part.update(scene);
    }
  }

  /** @param {string} part */
  function reveal(part) {
    pointed = part;
    const tab = document.getElementById(`live-tab-${part}`);
    if (tab && part !== "node") scrollSideways(bar, tab);
  }
  return { root, update };
}

/**
 * @param {HTMLElement} parent
 * @param {Panel} name
 * @param {Tools} tools
 */
function makePanel(parent, name, tools) {
  const place = make("div", "live-panel", parent);
  place.id = `live-panel-${name}`;
  place.setAttribute("role", "tabpanel");
  place.setAttribute("aria-labelledby", `live-tab-${name}`);
  return { name, place, parts: TABS[name].parts.map((part) => part(place, tools)) };
}

/**
 * Tabs as the ARIA patterns have them: one stop for the keyboard, arrows from one to the next.
 * @param {HTMLElement} parent
 * @param {(panel: Panel) => void} open
 */
function tabBar(parent, open) {
  const bar = make("div", "live-tabs", parent);
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "Ways to look inside");
  const tabs = PANELS.map((name) => {
    const tab = make("button", "live-tab", bar);
    Object.assign(tab, { type: "button", id: `live-tab-${name}` });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `live-panel-${name}`);
    tab.addEventListener("click", () => open(name));
    return tab;
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!step || at < 0) return;
    const next = (at + step + tabs.length) % tabs.length;
    tabs[next].focus();
    open(PANELS[next]);
    event.preventDefault();
  });

  /**
   * @param {Panel} panel
   * @param {Facts} facts
   */
  function show(panel, facts) {
    tabs.forEach((tab, at) => {
      setText(tab, TABS[PANELS[at]].title(facts));
      const chosen = PANELS[at] === panel;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
  }
  return { bar, show };
}

