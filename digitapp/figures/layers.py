"""Figure of a network's layers, from the images down to the probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import style
from digitapp.text.escaping import figure as escaped
from digitapp.training.layer_table import LayerRow

ROW_HEIGHT, BAR_SHARE = 34, 0.72
MIDDLE, NARROWEST, WIDEST = 0.37, 0.37, 0.74  # of the figure's width
FEWEST_VALUES = 10
SMALL_FONT = 11
TIMES = " \N{MULTIPLICATION SIGN} "
SUBDUED = style.faded("#808a9f", 0.22)
LAYER_COLOURS = {
    "Input": style.faded("#808a9f", 0.5),
    "Conv": style.faded("#2f9e63", 0.45),
    "Pooling": style.faded("#d6a514", 0.45),
    "Normalization": style.faded("#a05bd6", 0.4),
    "Dense": style.faded(style.WINNER, 0.5),
}


def network(rows: Sequence[LayerRow]) -> go.Figure:
    """Return one bar per layer, wider for more output values, with its number of weights.

    Args:
        rows: the layers as in `layer_table.rows`, with the input images first.
    """
    layout = style.bare(
        ROW_HEIGHT * max(len(rows), 1),
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        xaxis={**style.STILL, "range": [0, 1]},
        yaxis={**style.STILL, "range": [len(rows) - 0.5, -0.5]},
    )
    weights = [f"{row.parameters:,} weights" if row.parameters else "" for row in rows]
    traces = [
        _bars(rows),
        _arrows(rows),
        _text(MIDDLE, [_label(row) for row in rows], "middle center", {"color": style.INK}),
        _text(1, weights, "middle left", {"size": SMALL_FONT}),
    ]
    return go.Figure(traces, layout)


def _bars(rows: Sequence[LayerRow]) -> go.Bar:
    widths = _widths(rows)
    return go.Bar(
        orientation="h",
        y=list(range(len(rows))),
        x=widths,
        base=[MIDDLE - width / 2 for width in widths],
        width=BAR_SHARE,
        marker={
            "color": [_colour(row.kind) for row in rows],
            "cornerradius": 7,
            "line": {"width": 0},
        },
        hovertext=[_details(row) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _arrows(rows: Sequence[LayerRow]) -> go.Scatter:
    between = [number + 0.5 for number in range(len(rows) - 1)]
    return go.Scatter(
        x=[MIDDLE] * len(between),
        y=between,
        mode="markers",
        marker={"symbol": "triangle-down", "size": 7, "color": style.OTHERS},
        hoverinfo="skip",
    )


def _text(x: float, texts: Sequence[str], position: str, font: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=[x] * len(texts),
        y=list(range(len(texts))),
        text=texts,
        textposition=position,
        mode="text",
        hoverinfo="skip",
        textfont=font,
    )


def _widths(rows: Sequence[LayerRow]) -> list[float]:
    """Return the widths of the bars, on a logarithmic scale."""
    values = [max(math.prod(row.shape), FEWEST_VALUES) for row in rows]
    most = math.log(max(values, default=FEWEST_VALUES) / FEWEST_VALUES) or 1.0
    return [
        NARROWEST + (WIDEST - NARROWEST) * math.log(value / FEWEST_VALUES) / most
        for value in values
    ]


def _colour(kind: str) -> str:
    return next((colour for part, colour in LAYER_COLOURS.items() if part in kind), SUBDUED)


def _label(row: LayerRow) -> str:
    if row.name == "probabilities":
        return f"Probabilities · {_size(row)}"
    return f"{'Images' if row.kind == 'Input' else row.kind} · {_size(row)}"


def _size(row: LayerRow) -> str:
    if len(row.shape) != 1:
        return TIMES.join(map(str, row.shape))
    return f"{row.shape[0]:,} {'nodes' if row.kind == 'Dense' else 'values'}"


def _details(row: LayerRow) -> str:
    told = [f"<b>{escaped(row.name)}</b> ({escaped(row.kind)})", f"gives {_size(row)}"]
    if row.parameters:
        told.append(f"{row.parameters:,} weights")
    if row.trainable < row.parameters:
        told.append(f"{row.trainable:,} of them learnt")
    return "<br>".join(told)
