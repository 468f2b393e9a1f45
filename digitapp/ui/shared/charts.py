"""Plotly figures on a page, updated in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from digitapp import figures

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{.*\} from "\./(\w+\.js)";\n', re.MULTILINE)
STATIC: dict[str, Any] = {"displayModeBar": False}
ZOOMABLE: dict[str, Any] = {
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
    "displaylogo": False,
    "showSendToCloud": False,
}
# A curve on a phone, on a laptop, on a projector; where it is presented, what room there is.
TALL = "var(--tall, clamp(300px, 38vh, 460px))"
BOARD = "var(--board-chart, clamp(260px, 42vh, 440px))"
# As Streamlit lays out two columns; on a narrow screen, one below the other.
COLUMNS = """
.digitapp-charts { display: flex; flex-wrap: wrap; gap: 1rem; }
.digitapp-charts > div { flex: 1 1 calc(50% - 1rem); min-width: 0; }
.digitapp-charts p { margin: 0 0 1rem; overflow-wrap: break-word; }
.digitapp-charts strong { font-weight: 600; }
.digitapp-latest.digitapp-latest {
  display: flex; flex-wrap: wrap; align-items: flex-end; gap: 0 1.5rem; margin: 0; padding: 0;
}
.digitapp-latest.digitapp-latest dl { display: contents; }
.digitapp-latest.digitapp-latest div {
  display: grid; grid-template-columns: auto 1fr; gap: 0 0.5rem; align-items: baseline; margin: 0;
}
.digitapp-latest.digitapp-latest :is(.title, dt, dd) { margin: 0; padding: 0; white-space: nowrap; }
.digitapp-latest.digitapp-latest .title { margin-right: 0.5rem; font-weight: 600; }
.digitapp-latest.digitapp-latest .what {
  grid-area: 1 / 1 / auto / -1; min-height: 1.5em; font-size: max(0.875rem, 1.05vw); opacity: 0.8;
}
.digitapp-latest.digitapp-latest :is(.value, .title) {
  line-height: clamp(1.875rem, 2.6vw, 3.4rem);
}
.digitapp-latest.digitapp-latest .value {
  min-width: 6.9ch;  /* of 22.00 %, so that what is beside it does not move with the value */
  font-size: clamp(1.5rem, 2.1vw, 2.75rem); font-weight: 600; font-variant-numeric: tabular-nums;
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


def _script() -> str:
    """Return chart.js with what it imports inside it: a component's script is one module."""
    chart = (FOLDER / "chart.js").read_text("utf-8")
    parts = [(FOLDER / name).read_text("utf-8") for name in IMPORT.findall(chart)]
    assert len(parts) == chart.count("\nimport ")
    own = [part.replace("export function", "function") for part in parts]
    return "".join([*own, IMPORT.sub("", chart)])


class PlotlyFigure(Protocol):
    """A Plotly figure."""

    def to_json(self, *, remove_uids: bool) -> str:
        """Return the figure as JSON, with or without the `uid`s of its traces."""


_chart = st.components.v2.component(
    "digitapp.chart",
    js=_script(),
    css=COLUMNS + (FOLDER / "board.css").read_text("utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class BoardValue:
    """The latest value of one run on a board, in large figures.

    Attributes:
        label: what the run is called in the charts.
        colour, sign: of its lines.
        share: its value, such as `91.10 %`.
        state: what it is doing, in a few words.
    """

    label: str
    colour: str
    sign: str
    share: str
    state: str


@dataclass(frozen=True)
class BoardChart:
    """A chart of a board: its name on the page, its title and what is said beside it."""

    name: str
    title: str
    text: str
    figure: PlotlyFigure


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


def board(
    values: Sequence[BoardValue], charts: Sequence[BoardChart], key: str, kind: str = ""
) -> None:
    """Show several runs in zoomable charts, below the latest value of each.

    Values and charts change together, in the same moment. The board takes what height its container
    has, if that is laid out so (board.css).

    Args:
        key: of the board on the page.
        kind: what the values are, in a sentence below them.
    """
    rows = [
        {
            "name": each.name,
            "title": each.title,
            "text": each.text,
            "figure": each.figure.to_json(remove_uids=False),
        }
        for each in charts
    ]
    told = {"values": list(map(asdict, values)), "kind": kind, "charts": rows, "height": BOARD}
    _chart(key=key, data={"library": _library(), "config": ZOOMABLE, **told})


def pickable_chart(figure: PlotlyFigure, key: str, height: str = "") -> list[int] | None:
    """Show a figure with clickable points; return the `customdata` of one just clicked.

    Args:
        key, height: as those of `chart`.
    """
    data = _data(figure, STATIC) | {"pickable": True, "height": height}
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
