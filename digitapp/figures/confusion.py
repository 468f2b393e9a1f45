"""Figure of a confusion matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitapp.figures import style
from digitapp.text.escaping import figure as escaped

Counts = NDArray[np.integer]

FIGURE_SIDE = 400
READABLE = 12  # classes; of more, counts are told by pointing alone, and not every name has room
SIDE_OF_MANY = 600
LONGEST_OF_FEW, LONGEST_OF_MANY = 14, 10  # signs of a name at the axes
NAMES_OF_MANY, SHORT_NAMES_OF_MANY, SMALLEST_NAMES = 28, 62, 8  # at an axis; pixels
RIGHT, WRONG = style.WINNER, style.VALIDATION
PALEST, DEEPEST = 0.15, 0.75  # opacity; dark and light text are legible even on the deepest
FONT_SIZES, SMALLEST_FONT = {1: 13, 2: 12, 3: 11}, 10
TARGET, SMALLEST_SIDE = 26, 260  # pixels; of a cell's marker, and of the matrix on a phone
LONG_NAME = 3
FRAMED = 0.46  # half the side of the frame, in cells, so that its line stays within the cell


def confusion(
    matrix: Counts, class_names: Sequence[str], selected: tuple[int, int] | None = None
) -> go.Figure:
    """Return a heatmap with true classes as rows, from the top, and predicted ones as columns.

    Right and wrong predictions have separate colour scales. The last trace has an invisible
    marker in each cell, whose `customdata` is [true class, predicted class]; of more than
    `READABLE` classes, in each cell that is not empty, and no counts are written.

    Args:
        matrix: integers (classes, classes); rows are the true class.
        class_names: one for each row and column.
        selected: the cell to mark, as (true class, predicted class).
    """
    diagonal = np.eye(len(matrix), dtype=bool)
    many = len(class_names) > READABLE
    names = [escaped(name) for name in class_names]
    traces = [
        _colours(np.where(diagonal, matrix, 0), RIGHT),
        _colours(np.where(diagonal, 0, matrix), WRONG),
        _cells(matrix, names),
    ]
    frames = []
    if selected:
        true, said = selected
        edges = {"x0": said - FRAMED, "x1": said + FRAMED, "y0": true - FRAMED, "y1": true + FRAMED}
        frames.append({"type": "rect", **edges, "line": {"width": 3, "color": style.INK}})
    layout = style.bare(
        side(len(class_names)),
        clickmode="event+select",
        dragmode=False,
        hovermode="closest",
        hoverdistance=FIGURE_SIDE,
        showlegend=False,
        annotations=[] if many else _counts(matrix),
        shapes=frames,
        xaxis={
            **_axis("what the network said", class_names),
            "range": [-0.5, len(names) - 0.5],
            "tickangle": _angle(class_names),
        },
        yaxis={
            **_axis("what it was", class_names),
            "range": [len(names) - 0.5, -0.5],
            "scaleanchor": "x",
        },
    )
    return go.Figure(traces, layout)


def side(classes: int) -> int:
    """Return the height and width of the figure in pixels."""
    return SIDE_OF_MANY if classes > READABLE else FIGURE_SIDE


def _colours(counts: Counts, colour: str) -> go.Heatmap:
    return go.Heatmap(
        z=[[int(count) or None for count in row] for row in counts],
        zmin=0,
        zmax=max(int(counts.max(initial=0)), 1),
        colorscale=[[0, style.faded(colour, PALEST)], [1, style.faded(colour, DEEPEST)]],
        showscale=False,
        hoverinfo="skip",
        xgap=1,
        ygap=1,
    )


def _cells(matrix: Counts, names: Sequence[str]) -> go.Scatter:
    every = len(matrix) <= READABLE
    places = [place for place in np.ndindex(matrix.shape) if every or matrix[place]]
    unseen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[said for _, said in places],
        y=[true for true, _ in places],
        customdata=[list(place) for place in places],
        text=[_number(int(matrix[place])) for place in places],
        hovertext=[_sentence(matrix, names, *place) for place in places],
        hovertemplate="%{hovertext}<extra></extra>",
        mode="markers",
        # Where markers overlap, Plotly picks another than the nearest.
        marker={"symbol": "square", "size": min(TARGET, SMALLEST_SIDE / len(matrix)), "opacity": 0},
        selected=unseen,
        unselected=unseen,
    )


def _sentence(matrix: Counts, names: Sequence[str], true: int, said: int) -> str:
    count, of = int(matrix[true, said]), int(matrix[true].sum())
    fate = "recognised" if true == said else f"taken for {names[said]}"
    share = f", {count / of:.1%}" if of else ""
    return f"<b>{names[true]}, {fate}</b><br>{count:,} of {of:,}{share}"


def _counts(matrix: Counts) -> list[dict[str, Any]]:
    """Return the counts as annotations: the text of a scatter fades when a cell is selected."""
    return [
        {
            "x": said,
            "y": true,
            "text": text,
            "showarrow": False,
            "font": {"size": FONT_SIZES.get(len(text), SMALLEST_FONT), "color": style.INK},
        }
        for (true, said), count in np.ndenumerate(matrix)
        if (text := _number(int(count)))
    ]


def _number(count: int) -> str:
    if count >= 10_000:
        return f"{count // 1000}k"
    return str(count) if count else ""


def _axis(title: str, class_names: Sequence[str]) -> dict[str, Any]:
    many = len(class_names) > READABLE
    room = NAMES_OF_MANY if _longest(class_names) > LONG_NAME else SHORT_NAMES_OF_MANY
    step = math.ceil(len(class_names) / room) if many else 1  # so many classes for one name
    longest = LONGEST_OF_MANY if many else LONGEST_OF_FEW
    font = {"size": SMALLEST_NAMES} if many and step == 1 and room > NAMES_OF_MANY else {}
    return {
        **style.axis(title),
        "tickvals": list(range(0, len(class_names), step)),
        "ticktext": [escaped(_shortened(name, longest)) for name in class_names[::step]],
        "ticks": "",
        "tickfont": {"color": style.INK, **font},
        "showgrid": False,
        "fixedrange": True,
        "constrain": "domain",
    }


def _angle(class_names: Sequence[str]) -> int:
    if _longest(class_names) <= LONG_NAME:
        return 0
    return -90 if len(class_names) > READABLE else -45


def _longest(class_names: Sequence[str]) -> int:
    return max(map(len, class_names), default=0)


def _shortened(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
