// Draws a Plotly figure and updates it in place, so that zoom, hidden lines and animations survive.
// (Streamlit's own chart is recreated whenever its figure changes.)

const INK = "#000037";

function loaded(library) {
  if (!window.digitappPlotly) {
    const own = document.querySelector('script[src*="static/js/"]').src;
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
  layout.font = { color: text, family: read("font"), size: 12, ...layout.font };
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

function placeIn(parent, kind = "digitapp-chart") {
  const found = parent.querySelector(`:scope > .${kind}`);
  if (found) return found;
  const made = document.createElement("div");
  made.className = kind;
  parent.append(made);
  return made;
}

// Figures side by side, each below its caption, in columns like Streamlit's.
function row(parent, { charts, ...data }) {
  const columns = placeIn(parent, "digitapp-charts");
  charts.forEach(({ title, text, figure }, number) => {
    if (!columns.children[number]) {
      const caption = document.createElement("p");
      caption.append(document.createElement("strong"), "");
      columns.append(document.createElement("div"));
      columns.children[number].append(caption);
    }
    const column = columns.children[number];
    const [strong, plain] = column.firstChild.childNodes;
    strong.textContent = title;
    plain.data = ` ${text}`;
    show(column, { ...data, figure });
  });
}

function answer(place, setTriggerValue) {
  place.on("plotly_click", ({ points }) => {
    const picked = points.find((point) => point.customdata);
    if (picked) setTriggerValue("picked", picked.customdata);
  });
}

function show(parent, data, setTriggerValue) {
  const place = placeIn(parent);
  const style = getComputedStyle(place);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = read("text-color");
  const figure = JSON.parse(data.figure.replaceAll(INK, text)); // as Streamlit's theme does
  place.style.height = `${figure.layout.height}px`;
  place.latest = data.figure;
  loaded(data.library).then((Plotly) => {
    if (place.latest !== data.figure) return; // a newer figure has arrived meanwhile
    const layout = themed(figure.layout, read, text);
    const touch = window.matchMedia("(hover: none)").matches; // a finger scrolls the page
    if (touch) layout.dragmode = false;
    const config = touch ? { ...data.config, displayModeBar: false } : data.config;
    const fit = () => {
      const room = place.offsetWidth; // 0 while it is hidden
      if (room && Math.abs(place._fullLayout.width - room) > 1) Plotly.Plots.resize(place);
    };
    Plotly.react(place, figure.data, layout, config).then(fit); // the width may have changed since
    if (!place.watcher) {
      place.watcher = new ResizeObserver(fit);
      place.watcher.observe(parent);
      if (data.pickable) answer(place, setTriggerValue);
    }
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (data.charts) row(parentElement, data);
  else show(parentElement, data, setTriggerValue);
}
