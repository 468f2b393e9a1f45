"""Plotly figures on a page, updated in place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from digitapp import figures

SCRIPT = Path(__file__).with_name("chart.js").read_text("utf-8")
STATIC: dict[str, Any] = {"displayModeBar": False}
ZOOMABLE: dict[str, Any] = {
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
    "displaylogo": False,
    "showSendToCloud": False,
}
# A curve on a phone, on a laptop, on a projector; where it is presented, what room there is.
TALL = "var(--tall, clamp(300px, 38vh, 460px))"
# As Streamlit lays out two columns; on a narrow screen, one below the other.
COLUMNS = """
.digitapp-charts { display: flex; flex-wrap: wrap; gap: 1rem; }
.digitapp-charts > div { flex: 1 1 calc(50% - 1rem); min-width: 0; }
.digitapp-charts p { margin: 0 0 1rem; overflow-wrap: break-word; }
.digitapp-charts strong { font-weight: 600; }
.digitapp-latest p { margin: 0; }
.digitapp-latest strong { font-weight: 600; }
.digitapp-latest p span { opacity: 0.75; font-size: 0.875rem; }
.digitapp-latest dl { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; padding: 0; }
.digitapp-latest dl div { display: flex; align-items: baseline; gap: 0.5rem; margin: 0; }
.digitapp-latest dd {
  margin: 0; padding: 0; font-size: clamp(1.5rem, 2.1vw, 2.75rem); font-weight: 600;
  line-height: 1.25; font-variant-numeric: tabular-nums;
}
.digitapp-lessons.digitapp-lessons.digitapp-lessons {
  min-height: 1.6em; margin: 0; padding: 0; list-style: none;
  font-size: clamp(1rem, 1.2vw, 1.5rem); line-height: 1.5;
}
.digitapp-lessons li.digitapp-lesson {
  margin: 0 0 0.25rem; padding-left: 0.75rem; border-left: 4px solid #4f6df5; font-size: inherit;
}
@media (max-width: 640px) { .digitapp-charts > div { min-width: calc(100% - 1.5rem); } }
"""


class PlotlyFigure(Protocol):
    """A Plotly figure."""

    def to_json(self, *, remove_uids: bool) -> str:
        """Return the figure as JSON, with or without the `uid`s of its traces."""


_chart = st.components.v2.component("digitapp.chart", js=SCRIPT, css=COLUMNS, isolate_styles=False)


def chart(figure: PlotlyFigure, key: str, zoomable: bool = False, height: str = "") -> None:
    """Show a figure, updating the previous one under the same key in place.

    Args:
        key: of the chart on the page.
        zoomable: whether to show a toolbar for zooming.
        height: in CSS, instead of the figure's own; its text is then larger on a large screen.
    """
    config = ZOOMABLE if zoomable else STATIC
    _chart(key=key, data=_data(figure, config) | {"height": height, "name": key})


def charts_side_by_side(charts: Sequence[tuple[str, str, PlotlyFigure]], key: str) -> None:
    """Show figures side by side in one element, which takes the server less time than columns.

    Args:
        charts: of each figure, the bold beginning of its caption, the caption's rest, both without
            markup, and the figure.
        key: of all together on the page.
    """
    rows = [
        {"title": title, "text": text, "figure": figure.to_json(remove_uids=False)}
        for title, text, figure in charts
    ]
    _chart(key=key, data={"library": _library(), "charts": rows, "config": STATIC})


def pickable_chart(figure: PlotlyFigure, key: str) -> list[int] | None:
    """Show a figure with clickable points; return the `customdata` of one just clicked."""
    data = _data(figure, STATIC) | {"pickable": True}
    return _chart(key=key, data=data, on_picked_change=lambda: None).picked


def _data(figure: PlotlyFigure, config: dict[str, Any]) -> dict[str, Any]:
    """Pack a figure; keep `uid`s, so that a trace hidden in the legend stays hidden."""
    return {"library": _library(), "figure": figure.to_json(remove_uids=False), "config": config}


@cache
def _library() -> str:
    """Return the URL of plotly.min.js; from now on, it is served from the Python package.

    Streamlit registers such a component only while a page's script runs.
    """
    found = st.components.v1.declare_component("plotly", path=str(figures.LIBRARY))
    return f"component/{found.name}/plotly.min.js"
