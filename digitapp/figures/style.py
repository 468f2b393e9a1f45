"""Shared style of the figures: colours for light and dark pages, and bare layouts."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

# The folder of plotly.min.js; Plotly itself need not be imported for it.
LIBRARY = Path(str(find_spec("plotly").origin)).parent / "package_data"  # type: ignore[union-attr]

WINNER, OTHERS = "#4f6df5", "rgba(128, 138, 160, 0.45)"
DOUBTFUL = "#c77700"
TRAINING, VALIDATION = WINNER, "#e2762b"
GUESSED = "#199a86"  # a curve that somebody drew
# Of weights and contributions, as in live.css; colour-blind eyes tell them apart.
POSITIVE, NEGATIVE = "#3f5bd9", DOUBTFUL
# Streamlit replaces this colour by its theme's text colour, which is light on a dark page. Unset
# colours become the theme's grey, which is too pale on a coloured background.
INK = "#000037"
GRID = "rgba(128, 138, 160, 0.25)"
MARKED = "rgba(128, 138, 160, 0.9)"
CLEAR = "rgba(0, 0, 0, 0)"
HEIGHT = 300
# Contrast of at least 3 on white and on black.
COLOURS = (
    *("#4f6df5", "#db6d12", "#199a86", "#c2489f", "#b8860b", "#808a9f"),
    *("#e0403c", "#5c9a2e", "#9566d6", "#a8735a", "#2b93c9", "#d4607a"),
)
STILL = {"visible": False, "fixedrange": True}  # a finger on such a figure scrolls the page


def faded(colour: str, opacity: float) -> str:
    """Make a colour such as `#4f6df5` translucent; `opacity` from 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def bare(height: int = HEIGHT, **more: Any) -> dict[str, Any]:
    """Return a layout with a transparent background, narrow margins and the legend on top."""
    return {
        "height": height,
        "margin": {"l": 4, "r": 8, "t": 8, "b": 4},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "legend": legend(),
        **more,
    }


def axis(title: str) -> dict[str, Any]:
    """Return an axis with faint grid lines, and room for its labels."""
    return {
        "title": {"text": title, "standoff": 8},
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
    }


def legend() -> dict[str, Any]:
    """Return a legend in rows above the plot; a long one enlarges the margin, without overlap."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.02,
        "yanchor": "bottom",
        "itemwidth": 30,
        "tracegroupgap": 0,
        "bgcolor": CLEAR,
    }
