"""Figures of a reading: the probability of each class, and the pixels the network sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.figures.plain import PlainFigure
from digitapp.figures.style import DOUBTFUL, OTHERS, WINNER
from digitapp.reading.prediction import Prediction
from digitapp.reading.refusals import NONE_OF_THESE
from digitapp.text.escaping import figure as escaped
from digitapp.text.percent import percent

INK_SCALE = [[0, "#000000"], [1, "#ffffff"]]
BAR_EDGE = {"color": "#E5ECF6", "width": 0.5}  # as in Plotly's own template
MOVE_MILLISECONDS = 180
PIXELS_HEIGHT = 280  # of the page
NONE_IN_TWO_LINES = "none<br>of these"
READABLE = 12  # choices; of more, the most likely are shown
MOST_LIKELY = 10
LONGEST_NAME = 14  # signs


def probabilities(prediction: Prediction) -> PlainFigure:
    """Return one bar per choice, the most probable in colour.

    The bars add up to one, and move to their new heights when the figure is shown again. Of more
    than `READABLE` choices, the `MOST_LIKELY` ones are shown, and it says so.
    """
    shown = _shown(prediction)
    values = prediction.shares[shown]
    winner = DOUBTFUL if prediction.refused else WINNER
    colours = [winner if each == prediction.choice else OTHERS for each in shown]
    names = [escaped(prediction.choices[each]) for each in shown]
    of = len(prediction.choices)
    bars = {
        "type": "bar",
        "x": names,
        "y": [round(float(value), 5) for value in values],
        "marker": {"color": colours, "cornerradius": 4, "line": BAR_EDGE},
        "text": [_short_percent(float(value)) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [percent(float(value)) for value in values],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
    }
    layout = _probability_layout([prediction.choices[each] for each in shown])
    if len(shown) < of:
        layout |= _titled(f"The {len(shown)} most likely of {of}")
    return PlainFigure(bars, layout)


def _shown(prediction: Prediction) -> list[int]:
    """Return the choices that are shown, as indices."""
    every = list(range(len(prediction.choices)))
    if len(every) <= READABLE:
        return every
    return sorted(every, key=lambda each: -float(prediction.shares[each]))[:MOST_LIKELY]


def _titled(text: str) -> dict[str, Any]:
    place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right"}
    return {"annotations": [{**place, "text": text, "showarrow": False, "yanchor": "bottom"}]}


def _short_percent(share: float) -> str:
    if share < 0.01:
        return ""
    return percent(share, decimals=0) if share < 0.995 else "> 99 %"


def _probability_layout(names: Sequence[str]) -> dict[str, Any]:
    """Return a layout with names below the bars; `none of these` takes two lines to fit."""
    shown = [_at_axis(name) for name in names]
    changed = shown != [escaped(name) for name in names]
    ticks = {"tickvals": list(range(len(names))), "ticktext": shown} if changed else {}
    return {
        "height": 220,
        "margin": {"l": 4, "r": 4, "t": 20, "b": 4},
        "transition": {"duration": MOVE_MILLISECONDS, "easing": "cubic-out"},
        "bargap": 0.25,
        "showlegend": False,
        "dragmode": False,
        "xaxis": {"type": "category", "fixedrange": True, "showgrid": False, **ticks},
        "yaxis": {"range": [0, 1.05], "visible": False, "fixedrange": True},
    }


def _at_axis(name: str) -> str:
    if name == NONE_OF_THESE:
        return NONE_IN_TWO_LINES
    return escaped(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def pixels(image: NDArray[np.float32]) -> PlainFigure:
    """Return an image as the network sees it; hovering shows a pixel's value.

    Args:
        image: float32 (height, width), 0 to 1.
    """
    heatmap = {
        "type": "heatmap",
        "z": np.round(image.astype(np.float64), 2).tolist(),
        "zmin": 0,
        "zmax": 1,
        "colorscale": INK_SCALE,
        "showscale": False,
        "hovertemplate": "row %{y}, column %{x}: %{z:.2f}<extra></extra>",
    }
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "height": PIXELS_HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
        "xaxis": {**hidden, "constrain": "domain"},
        "yaxis": {**hidden, "autorange": "reversed", "scaleanchor": "x"},
    }
    return PlainFigure(heatmap, layout)
