"""Figure of a picture with a box around each digit found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from digitapp.figures.style import CLEAR, DOUBTFUL, STILL, WINNER
from digitapp.text.escaping import figure as escaped

HEIGHT = 280  # pixels
LABEL_ROOM = 0.16  # room for labels above the picture, as a share of its height


@dataclass(frozen=True)
class LabelledBox:
    """A box on a picture.

    Attributes:
        box: left, top, right, bottom, in pixels of the picture.
        label: the text above the box.
        doubtful: whether the reading is uncertain, which is shown by colour and a dotted line.
        hint: the text shown when the mouse points at the box.
    """

    box: tuple[float, float, float, float]
    label: str
    doubtful: bool
    hint: str


def boxes(picture: str, size: tuple[int, int], marks: Sequence[LabelledBox]) -> go.Figure:
    """Return a figure of the picture with its boxes.

    Args:
        picture: a data URL.
        size: its width and height, in the same pixels as the boxes.
    """
    width, tall = size
    # Invisible markers in the middle of the boxes carry the hover texts.
    hints = go.Scatter(
        x=[(mark.box[0] + mark.box[2]) / 2 for mark in marks],
        y=[(mark.box[1] + mark.box[3]) / 2 for mark in marks],
        text=[escaped(mark.hint) for mark in marks],
        mode="markers",
        marker={"size": 40, "opacity": 0},
        hovertemplate="%{text}<extra></extra>",
    )
    image = {"source": picture, "xref": "x", "yref": "y", "x": 0, "y": 0, "layer": "below"}
    layout = go.Layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        images=[{**image, "sizex": width, "sizey": tall, "sizing": "stretch"}],
        shapes=[_frame(mark) for mark in marks],
        annotations=[_label(mark) for mark in marks],
        xaxis={**STILL, "range": [0, width], "constrain": "domain"},
        yaxis={**STILL, "range": [tall, -LABEL_ROOM * tall], "scaleanchor": "x"},
    )
    return go.Figure(hints, layout)


def _frame(mark: LabelledBox) -> dict[str, object]:
    left, top, right, bottom = mark.box
    line = {"color": _colour(mark), "width": 2, "dash": "dot" if mark.doubtful else "solid"}
    return {"type": "rect", "x0": left, "y0": top, "x1": right, "y1": bottom, "line": line}


def _label(mark: LabelledBox) -> dict[str, object]:
    left, top, right, _ = mark.box
    return {
        "x": (left + right) / 2,
        "y": top,
        "text": f"<b>{escaped(mark.label)}</b>",
        "showarrow": False,
        "yanchor": "bottom",
        "font": {"size": 16, "color": "#ffffff"},
        "bgcolor": _colour(mark),
        "borderpad": 2,
    }


def _colour(mark: LabelledBox) -> str:
    return DOUBTFUL if mark.doubtful else WINNER
