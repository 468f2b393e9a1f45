// Draws a Plotly figure and updates it in place, so that zoom, hidden lines and animations survive.
// (Streamlit's own chart is recreated whenever its figure changes.)

import { namesApart, showValues } from "./board.js";
import { hasRoom, laidOut } from "./chart_place.js";

const INK = "#000037";
const [LARGE_SCREEN, LARGER_TEXT, USUAL_TEXT, SMALL_TEXT] = [1600, 17, 16, 12]; // pixels
const STACKED = 640; // pixels; up to here columns stand one below the other

/** @typedef {StreamlitComponent<unknown>["setTriggerValue"]} SetTriggerValue */
/** @typedef {{ library: string, config: object, pickable?: boolean, height?: string, name?: string }} Options */
/** @typedef {Options & { figure: string }} Chart */
/** @typedef {{ title: string, text: string, figure: string, name?: string }} Titled */
/** @typedef {Options & { charts: Titled[], values?: import("./board.js").Value[], kind?: string }} Charts */

/** @param {string} library its address, relative to Streamlit's own */
function loaded(library) {
  if (!window.digitappPlotly) {
    const streamlit = document.querySelector('script[src*="static/js/"]');
    const own = /** @type {HTMLScriptElement} */ (streamlit).src;
    const script = document.createElement("script");
    script.src = own.slice(0, own.indexOf("static/js/")) + library;
    window.digitappPlotly = new Promise((done, failed) => {
      script.onload = () => done(window.Plotly);
      script.onerror = () => failed(new Error("Plotly could not be loaded"));
    });
    document.head.append(script);
  }
  return window.digitappPlotly;
}

function textSize() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize); // larger for a class
}

/** Whether a class sees it on a projector. */
function isPresented() {
  const { classList } = document.documentElement;
  return classList.contains("digitapp-presenting") && window.innerWidth > STACKED;
}

function screenSize() {
  return `${window.innerWidth >= LARGE_SCREEN}, ${isPresented()}, ${textSize()}`;
}

/**
 * @param {PlotlyFigure["layout"]} layout changed in place
 * @param {(name: string) => string} read returns a value of Streamlit's theme
 * @param {string} text the colour of text
 */
function themed(layout, read, text) {
  const axis = {
    gridcolor: read("border-color-light") || read("border-color"),
    zerolinecolor: read("border-color"),
    linecolor: read("border-color"),
    automargin: true,
  };
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  for (const name of new Set([...axes, "xaxis", "yaxis"])) {
    layout[name] = { ...axis, ...layout[name] };
  }
  const size = (SMALL_TEXT * textSize()) / USUAL_TEXT;
  layout.font = { color: text, family: read("font"), size, ...layout.font };
  layout.hoverlabel = {
    bgcolor: read("secondary-background-color"),
    font: { color: text },
    ...layout.hoverlabel,
  };
  layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: read("border-color"), activecolor: text };
  layout.paper_bgcolor = "rgba(0,0,0,0)";
  layout.plot_bgcolor = "rgba(0,0,0,0)";
  layout.autosize = true;
  return layout;
}

/**
 * Let a figure be as high as its place, with larger text on a large screen, such as a projector's.
 * @param {PlotlyFigure["layout"]} layout changed in place
 */
function freed(layout) {
  delete layout.height;
  if (window.innerWidth < LARGE_SCREEN && !isPresented()) return;
  const size = Math.max(isPresented() ? USUAL_TEXT : LARGER_TEXT, textSize());
  const larger = size / (layout.font?.size ?? SMALL_TEXT);
  layout.margin = { ...layout.margin, r: layout.margin.r * larger }; // holds the names of lines
  layout.font = { ...layout.font, size };
}

/**
 * @param {HTMLElement} parent
 * @returns {HTMLElement}
 */
function placeIn(parent, kind = "digitapp-chart") {
  const found = parent.querySelector(`:scope > .${kind}`);
  if (found) return /** @type {HTMLElement} */ (found);
  const made = document.createElement("div");
  made.className = kind;
  parent.append(made);
  return made;
}

/**
 * Figures side by side, each below its caption, in columns like Streamlit's.
 * @param {HTMLElement} parent
 * @param {Charts} data
 */
function row(parent, { charts, values, kind, ...data }) {
  if (values) board(parent, data.library, values, kind ?? "");
  const columns = placeIn(values ? placeIn(parent, "digitapp-board") : parent, "digitapp-charts");
  charts.forEach(({ title, text, figure, name }, number) => {
    if (!columns.children[number]) {
      const [made, caption] = [document.createElement("div"), document.createElement("p")];
      caption.append(document.createElement("strong"), "");
      made.append(caption);
      columns.append(made);
    }
    const column = /** @type {HTMLElement} */ (columns.children[number]);
    const [strong, plain] = /** @type {Element} */ (column.firstChild).childNodes;
    strong.textContent = title;
    plain.textContent = ` ${text}`;
    show(column, { ...data, figure, name });
  });
}

/**
 * The latest values above charts, which change together with them.
 * @param {HTMLElement} parent
 * @param {string} library
 * @param {import("./board.js").Value[]} values
 * @param {string} kind what the values are
 */
function board(parent, library, values, kind) {
  const place = placeIn(parent, "digitapp-board");
  if (!place.firstChild) place.append(document.createElement("dl"), document.createElement("p"));
  const list = /** @type {HTMLElement & { latest?: object }} */ (place.children[0]);
  list.latest = values;
  loaded(library).then(() => {
    if (list.latest !== values) return;
    showValues(list, values);
    place.children[1].className = "board-kind";
    place.children[1].textContent = kind;
  });
}

// What the user zoomed to, by chart. When a run ends, Streamlit makes a new place for its chart and
// loads this script again.
const zooms = (window.digitappZooms ??= new Map());
const AXES = ["xaxis", "yaxis"];

/**
 * Show what the user zoomed to, on the axes that are still the same.
 * @param {PlotlyFigure["layout"]} layout changed in place
 * @param {string} name of the chart
 */
function zoomed(layout, name) {
  for (const [axis, { revision, view }] of Object.entries(zooms.get(name) ?? {})) {
    if (layout[axis].uirevision === revision) Object.assign(layout[axis], view);
  }
}

/**
 * Remember each zoom of the user's, until it is undone by a double-click.
 * @param {PlotlyPlace} place
 * @param {string} name of the chart
 */
function remember(place, name) {
  place.on("plotly_relayout", (change) => {
    const kept = zooms.get(name) ?? {};
    for (const axis of AXES) {
      if (!Object.keys(change).some((key) => key.startsWith(axis))) continue;
      const { range, autorange, uirevision } = place.layout[axis];
      const undone = String(range) === place.ranges?.[axis];
      const view = autorange ? { autorange: true } : { autorange: false, range: [...range] };
      if (undone) delete kept[axis];
      else kept[axis] = { revision: uirevision, view };
    }
    zooms.set(name, kept);
  });
}

/**
 * @param {PlotlyPlace} place
 * @param {SetTriggerValue} setTriggerValue
 */
function answer(place, setTriggerValue) {
  place.on("plotly_click", ({ points }) => {
    const picked = points.find((point) => point.customdata);
    if (picked) setTriggerValue("picked", picked.customdata);
  });
}

/**
 * @param {HTMLElement} parent
 * @param {Chart} data
 * @param {SetTriggerValue} [setTriggerValue] needed where the data are pickable
 */
function show(parent, data, setTriggerValue) {
  const place = /** @type {PlotlyPlace} */ (placeIn(parent));
  const style = getComputedStyle(place);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = read("text-color");
  const figure = JSON.parse(data.figure.replaceAll(INK, text)); // as Streamlit's theme does
  place.style.height = data.height || `${figure.layout.height}px`;
  if (data.height) freed(figure.layout);
  place.latest = data.figure;
  const screen = screenSize();
  place.resized = () => {
    if (screen !== screenSize()) show(parent, data, setTriggerValue); // moved to a projector
  };
  loaded(data.library).then(async (Plotly) => {
    await laidOut(place);
    if (place.latest !== data.figure) return; // a newer figure has arrived meanwhile
    const layout = themed(figure.layout, read, text);
    delete place.whole;
    namesApart(layout, place);
    const name = data.name ?? "";
    place.ranges = Object.fromEntries(AXES.map((axis) => [axis, String(layout[axis].range)]));
    if (place.watcher) zoomed(layout, name);
    const touch = window.matchMedia("(hover: none)").matches; // a finger scrolls the page
    if (touch) layout.dragmode = false;
    const config = touch ? { ...data.config, displayModeBar: false } : data.config;
    const fit = () => {
      place.resized?.();
      const { offsetWidth, offsetHeight } = place;
      const { width, height } = place._fullLayout;
      const off = Math.max(Math.abs(width - offsetWidth), Math.abs(height - offsetHeight));
      if (!hasRoom(place) || off <= 1) return;
      Plotly.Plots.resize(place);
      if (namesApart(place.layout, place)) {
        const { annotations, margin } = place.layout;
        Plotly.relayout(place, { annotations, "margin.r": margin.r });
      }
    };
    Plotly.react(place, figure.data, layout, config).then(fit); // the width may have changed since
    if (!place.watcher) {
      place.watcher = new ResizeObserver(fit);
      place.watcher.observe(parent);
      if (data.pickable && setTriggerValue) answer(place, setTriggerValue);
      if (!name) return;
      remember(place, name);
      const first = { xaxis: { ...layout.xaxis }, yaxis: { ...layout.yaxis } };
      zoomed(first, name);
      // Only now, so that a double-click shows the whole figure.
      if (zooms.has(name)) Plotly.relayout(place, first);
    }
  });
}

/** @param {StreamlitComponent<Chart | Charts>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  if ("charts" in data) row(parentElement, data);
  else show(parentElement, data, setTriggerValue);
}
