"""All runs of an experiment in one figure of accuracy or loss, each named where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import lines, style
from digitapp.figures.curve_axes import (
    IN_HOVER,
    Metric,
    Scale,
    epoch_axis,
    value_axis,
    value_scale,
)
from digitapp.text.escaping import figure as escaped
from digitapp.training.history import Curve, Epoch, after_epochs

# Blue, orange and bluish green: told apart by colour-blind eyes, and by their markers.
LOOKS = tuple(
    zip(
        style.COLOURS[:3],
        ("circle", "square", "diamond"),
        ("\N{BLACK CIRCLE}", "\N{BLACK SQUARE}", "\N{BLACK DIAMOND}"),
        strict=True,
    )
)
ROOM_FOR_NAMES = 150  # pixels to the right of the plot
TEXT, MARKER = 16, 7  # pixels
TRAINING_FAINT = 0.75


@dataclass(frozen=True)
class Line:
    """One run in the figure: what it is called, and its epochs, perhaps from epoch 0 on."""

    label: str
    epochs: Sequence[Epoch]

    def curves(self, metric: Metric) -> tuple[Curve, Curve]:
        """Return the curves of training and validation."""
        return after_epochs(self.epochs, metric), after_epochs(self.epochs, f"val_{metric}")


def experiment_curve(
    metric: Metric, found: Sequence[Line], total: int, revision: str = "", highest: float = 0.0
) -> go.Figure:
    """Return the curves of runs: validation solid with markers, training dashed.

    Both axes are fixed from the start, as those of a single run (`curve_axes`). Names at the ends
    of lines that end close to each other are moved apart where the figure is shown (`board.js`).

    Args:
        found: at most as many as there are `LOOKS`.
        total: the planned number of epochs, where the x axis ends.
        highest: the loss that is to be expected at most; 0 for no more than that of guessing.
        revision: while it stays the same, Plotly keeps the user's zoom.
    """
    scale = experiment_scale(metric, found, highest)
    traces = [
        trace
        for number, line in enumerate(found)
        for trace in _traces(line, number, metric, line.curves(metric))
    ]
    # A zoom on one kind of axis makes no sense on another.
    kind = " log" if scale.logarithmic else ""
    layout = style.bare(
        margin={"l": 4, "r": ROOM_FOR_NAMES, "t": 8, "b": 4},
        font={"size": TEXT},
        showlegend=False,
        hovermode="x unified",
        hoverlabel={"namelength": -1},
        uirevision=revision,
        xaxis={**epoch_axis(total), "uirevision": revision},
        yaxis={**value_axis(metric, scale, _values(metric, found)), "uirevision": revision + kind},
        annotations=_names(metric, found, scale),
    )
    return go.Figure(traces, layout)


def experiment_scale(metric: Metric, found: Sequence[Line], highest: float = 0.0) -> Scale:
    """Return the value axis that `experiment_curve` uses."""
    expected = [highest] if metric == "loss" else []
    return value_scale(metric, [*_values(metric, found), *expected], [])


def _values(metric: Metric, found: Sequence[Line]) -> list[float]:
    return [value for line in found for curve in line.curves(metric) for value in curve.y]


def _traces(
    line: Line, number: int, metric: Metric, curves: tuple[Curve, Curve]
) -> list[go.Scatter]:
    colour, symbol, _ = LOOKS[number]
    training, validation = curves
    common: dict[str, Any] = {"hovertemplate": IN_HOVER[metric], "cliponaxis": False}
    return [
        go.Scatter(
            x=training.x,
            y=lines.gapped(training.y),
            name=f"{escaped(line.label)}, training",
            uid=f"training {number}",
            mode="lines",
            line={"color": style.faded(colour, TRAINING_FAINT), "width": 2, "dash": "dash"},
            **common,
        ),
        go.Scatter(
            x=validation.x,
            y=lines.gapped(validation.y),
            name=f"{escaped(line.label)}, validation",
            uid=f"validation {number}",
            mode="lines+markers",
            line={"color": colour, "width": 3.25},
            marker={"size": MARKER, "symbol": symbol},
            **common,
        ),
    ]


def _names(metric: Metric, found: Sequence[Line], scale: Scale) -> list[dict[str, Any]]:
    """Return the name of each run beside the end of its line."""
    ends = [(number, end) for number, line in enumerate(found) if (end := _end(line, metric))]
    low, high = scale.range
    return [
        {
            "name": "end",
            "x": x,
            "y": low + scale.share(y) * (high - low),  # of a logarithmic axis, the exponent
            "text": f'<span style="color:{LOOKS[number][0]}">{LOOKS[number][2]}</span> '
            f"<b>{escaped(found[number].label)}</b>",
            "font": {"color": style.INK},
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": MARKER + 2,
        }
        for number, (x, y) in ends
    ]


def _end(line: Line, metric: Metric) -> tuple[float, float] | None:
    """Return the last finite point of a line: of validation, or else of training."""
    training, validation = line.curves(metric)
    known = [
        (x, y)
        for curve in (training, validation)
        for x, y in zip(curve.x, curve.y, strict=True)
        if math.isfinite(y)
    ]
    return known[-1] if known else None
