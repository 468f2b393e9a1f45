"""The curve over the epochs: the names of what was read, below it."""

import pytest
from playwright.sync_api import Page

CHART = """async ([width, names]) => {
  const { epochChart } = await import("/js/inside/epoch_chart.js");
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: "/inside.css" });
  await new Promise((done) => { style.onload = done; document.head.append(style); });
  const place = document.createElement("main");
  Object.assign(place, { className: "live", style: `width: ${width}px; font: 16px sans-serif` });
  document.body.replaceChildren(place);
  const chart = epochChart(place, () => {});
  const point = (letter, at) => ({ value: 0.5, letter, differs: false, number: String(at) });
  const scale = { low: 0, high: 1, name: "How sure it was" };
  chart.update(names.map(point), 0, scale);
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done, 50)); // until the width is observed
  const { left, right } = place.getBoundingClientRect();
  return [...place.querySelectorAll(".live-epoch-letter")].map((each) => {
    const box = each.getBoundingClientRect();
    return [each.textContent, box.left - left, right - box.right];
  });
}"""
CLOTHES = ["trousers", "shirt", "ankle boot", "trousers"]


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (600, CLOTHES),
        (160, ["tro…", "shi…", "ank…", "tro…"]),
        (60, ["tr…", "sh…", "an…", "tr…"]),
    ],
)
def test_names_are_written_in_full_where_there_is_room(
    modules: Page, width: int, names: list[str]
) -> None:
    shown = modules.evaluate(CHART, [width, CLOTHES])
    assert [name for name, _, _ in shown] == names
    assert min(min(before, after) for _, before, after in shown) >= 0
