// Draws the charts in the page's colours, and redraws them when the colour scheme changes.
const stored = /** @type {HTMLElement} */ (document.getElementById("charts"));
const charts = JSON.parse(/** @type {string} */ (stored.textContent));
const INK = "#000037"; // placeholder for the text colour in the figures
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function draw() {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const card = style.getPropertyValue("--card").trim();
  for (const [id, figure] of Object.entries(charts)) {
    const { data, layout } = JSON.parse(JSON.stringify(figure).replaceAll(INK, ink));
    layout.font = { color: ink, family: FONT, size: 12 };
    layout.hoverlabel = { bgcolor: card, font: { color: ink } };
    Plotly.react(id, data, layout, { displayModeBar: false, responsive: true });
  }
}

draw();
for (const query of ["(prefers-color-scheme: dark)", "print"])
  matchMedia(query).addEventListener("change", draw);
