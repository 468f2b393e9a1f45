"""Figures of a run's history: accuracy and loss over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import best_epoch, lines, style, words_at_lines
from digitapp.figures.curve_axes import (
    CLASSES,
    IN_HOVER,
    Metric,
    Scale,
    epoch_axis,
    value_axis,
    value_scale,
)
from digitapp.figures.guess_line import guess_line
from digitapp.figures.moment_marks import marks
from digitapp.figures.words_at_lines import AT_ITS_END, Place, Point
from digitapp.text.losses import in_figures
from digitapp.training.history import Curve, Epoch, after_epochs
from digitapp.training.moments import Moment

CURVES: tuple[Metric, ...] = ("accuracy", "loss")  # one figure each, from left to right

MARKS = {
    "training": (style.TRAINING, "circle", "\N{BLACK CIRCLE}"),
    "validation": (style.VALIDATION, "square", "\N{BLACK SQUARE}"),
}
SIGNS = tuple((name, colour, sign) for name, (colour, _, sign) in MARKS.items())
MANY_EPOCHS = 30
ROOM_FOR_NAMES = 92  # pixels to the right of the plot
TEXT = 14  # pixels


@dataclass(frozen=True)
class View:
    """How to look at a run's curves.

    Attributes:
        smoothing: of the line within epochs, from 0 (none) to below 1 (flat).
        log: use a logarithmic y axis; for the loss only. A diverging loss has one anyway.
        close: fit the y axis to the values after the epochs, without those before the first.
        classes: the network's number of classes.
    """

    smoothing: float = 0.0
    log: bool = False
    close: bool = False
    classes: int = CLASSES


def curve(  # noqa: PLR0913 - all that the figure shows
    metric: Metric,
    epochs: Sequence[Epoch],
    within: Curve,
    total_epochs: int,
    view: View = View(),
    revision: str = "",
    *,
    moments: Sequence[Moment] = (),
    guess: Curve | None = None,
) -> go.Figure:
    """Return curves of loss or accuracy: within epochs, after each epoch, validation, best epoch.

    Both axes are fixed from the start (`curve_axes`). Training and validation are named where their
    lines end, instead of in a legend. There are always the same five traces, in this order, and
    after them the guess if there is one, so that a new figure can replace the previous one on the
    page.

    Args:
        within: the metric within the epochs, as from `history.within_epochs`.
        total_epochs: the planned number, where the x axis ends.
        revision: while it stays the same, Plotly keeps the user's zoom and hidden traces.
        moments: to mark with words.
        guess: of the same metric, drawn before training.
    """
    training, validation = of_both(epochs, metric)
    scale = scale_of(metric, epochs, within, view)
    within = lines.noisy(within, view.smoothing)
    first = within.x and (not training.x or training.x[-1] == 0)  # the first epoch goes on
    ended = ends(scale, total_epochs, within if first else training, validation)
    named = {**dict.fromkeys(MARKS, AT_ITS_END), **words_at_lines.of_names(ended)}
    told = best_epoch.words(epochs, metric, total_epochs, ended)
    traces = [
        _within(within, metric, named["training"] if first else None),
        after(training, metric, "training", None if first else named["training"]),
        after(validation, metric, "validation", named["validation"], told.behind_name),
        best_epoch.star(epochs, metric, told),
        _beyond([training, validation], scale),
        *([guess_line(guess, metric)] if guess else []),
    ]
    y_axis = value_axis(metric, scale, [*training.y, *validation.y], within.y)
    # A zoom on one kind of axis makes no sense on another.
    kind = " log" if scale.logarithmic else " close" if view.close else ""
    layout = style.bare(
        margin={"l": 4, "r": ROOM_FOR_NAMES, "t": 8, "b": 4},
        font={"size": TEXT},
        showlegend=False,
        hovermode="x unified",
        uirevision=revision,
        xaxis={**epoch_axis(total_epochs), "uirevision": revision},
        yaxis={**y_axis, "uirevision": f"{revision}{kind}"},
        **marks(moments, total_epochs, metric == "loss", words_at_lines.room_of_names(ended)),
    )
    return go.Figure(traces, layout)


def scale_of(metric: Metric, epochs: Sequence[Epoch], within: Curve, view: View) -> Scale:
    """Return the value axis that `curve` uses."""
    counted = [epoch for epoch in epochs if epoch.number > 0] if view.close else epochs
    values = [value for found in of_both(counted, metric) for value in found.y]
    return value_scale(
        metric, values, within.y, log=view.log, close=view.close, classes=view.classes
    )


def of_both(epochs: Sequence[Epoch], metric: Metric) -> tuple[Curve, Curve]:
    """Return the curves of training and validation after each epoch."""
    return after_epochs(epochs, metric), after_epochs(epochs, f"val_{metric}")


def ends(scale: Scale, total: int, training: Curve, validation: Curve) -> dict[str, Point]:
    """Return where the lines end, as shares of the axes; without one that has no point."""
    found = {name: _known(each) for name, each in zip(MARKS, (training, validation), strict=True)}
    return {
        name: (points[-1][0] / max(total, 1), scale.share(points[-1][1]))
        for name, points in found.items()
        if points
    }


def _known(curve: Curve) -> list[tuple[float, float]]:
    """Return the points with a finite value."""
    return [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y)]


def _label(name: str) -> str:
    colour, _, sign = MARKS[name]
    return f'<span style="color:{colour}">{sign}</span> <b>{name}</b>'


def _within(curve: Curve, metric: Metric, named: Place | None) -> go.Scatter:
    """Return the line of the batches.

    Args:
        named: where its name is written beside its end; None for nowhere.
    """
    faint = style.faded(style.TRAINING, 0.55)
    words = f"{_label('training')}, within the epoch"
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name="within epochs",
        uid="within",
        mode="lines+text" if named else "lines",
        line={"color": faint, "width": 1.25},
        text=[*[""] * (len(curve.x) - 1), named.written(words)] if named else None,
        textposition=named.position if named else None,
        textfont={"color": style.INK},
        hovertemplate=IN_HOVER[metric],
    )


def after(
    curve: Curve,
    metric: Metric,
    name: str,
    named: Place | None = None,
    more_words: str = "",
    **more: Any,
) -> go.Scatter:
    """Return the line of training or validation.

    Args:
        named: where its name is written beside its last point; None for nowhere.
        more_words: behind its name.
    """
    colour, symbol, _ = MARKS[name]
    if named:
        label = named.written(f"{_label(name)}{more_words}")
        end = _known(curve)[-1:]
        more |= {
            "text": [
                label if [point] == end else "" for point in zip(curve.x, curve.y, strict=True)
            ],
            "textposition": named.position,
            "textfont": {"color": style.INK},
        }
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name=name,
        uid=f"{metric} {name}",
        mode="lines+markers+text" if named else "lines+markers",
        line={"color": colour, "width": 2.25},
        marker={"size": 6 if len(curve.x) <= MANY_EPOCHS else 3, "symbol": symbol},
        cliponaxis=False,
        hovertemplate=f"{IN_HOVER[metric]} after epoch %{{x}}",
        **more,
    )


def _beyond(curves: Sequence[Curve], scale: Scale) -> go.Scatter:
    """Mark values above the axis by triangles at its top."""
    above = [(x, y) for curve in curves for x, y in _known(curve) if y > scale.high]
    return go.Scatter(
        x=[x for x, _ in above],
        y=[scale.high for _ in above],
        name="beyond the axis",
        uid="beyond",
        mode="markers",
        showlegend=False,
        marker={"symbol": "triangle-up", "size": 12, "color": style.DOUBTFUL},
        customdata=[in_figures(y) for _, y in above],
        hovertemplate="%{customdata} after epoch %{x}",
        cliponaxis=False,
    )
