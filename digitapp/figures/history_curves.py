"""Figures of a run's history: accuracy and loss over the epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from digitapp.errors import InvalidSetting
from digitapp.figures import lines, style
from digitapp.training.history import Curve, Epoch, after_epochs, best, from_keras

Metric = Literal["loss", "accuracy"]
CURVES: tuple[Metric, ...] = ("accuracy", "loss")  # one figure each, from left to right

IN_HOVER = {"accuracy": "%{y:.2%}", "loss": "%{y:.4f}"}
ON_AXIS = {"accuracy": ".2~%", "loss": "~g"}
FIRST_RANGE = {"accuracy": [0.0, 1.0], "loss": [0.0, 2.5]}
FIRST_LOG_RANGE = [-2.0, 0.5]  # powers of ten
MARKS = {"training": (style.TRAINING, "circle"), "validation": (style.VALIDATION, "square")}
IN_ORDER = ("loss", "accuracy", "val_loss", "val_accuracy")
FEW_EPOCHS, MANY_EPOCHS = 8, 30


def curve(
    metric: Metric,
    epochs: Sequence[Epoch],
    within: Curve,
    total_epochs: int,
    *,
    smoothing: float = 0.0,
    log: bool = False,
    revision: str = "",
) -> go.Figure:
    """Return curves of loss or accuracy: within epochs, after each epoch, validation, best epoch.

    There are always these four traces, in this order, so that a new figure can replace the
    previous one on the page.

    Args:
        within: the metric within the epochs, as from `history.within_epochs`.
        total_epochs: the planned number, where the x axis ends.
        smoothing: of the line within epochs, from 0 (none) to below 1 (flat).
        log: use a logarithmic y axis; for the loss only.
        revision: while it stays the same, Plotly keeps the user's zoom and hidden traces.
    """
    within = lines.noisy(within, smoothing)
    training = after_epochs(epochs, metric)
    validation = after_epochs(epochs, f"val_{metric}")
    traces = [
        _within(_awaited(within), metric),
        _after(_awaited(training), metric, "training"),
        _after(validation if epochs else _awaited(validation), metric, "validation"),
        _best(epochs, metric),
    ]
    logarithmic = log and metric == "loss"
    y_axis = _value_axis(metric, logarithmic, [*training.y, *validation.y], within.y)
    layout = style.bare(
        hovermode="x unified",
        uirevision=revision,
        xaxis={**epoch_axis(total_epochs), "uirevision": revision},
        # A zoom on the linear axis makes no sense on the logarithmic one.
        yaxis={**y_axis, "uirevision": f"{revision} log" if logarithmic else revision},
    )
    return go.Figure(traces, layout)


def plot_accuracy_and_loss(history: object) -> go.Figure:
    """Plot accuracy (left) and loss (right) of training and, if there was any, validation.

    Args:
        history: the return value of Keras's `fit`, its `.history`, or a sequence of `Epoch`.

    Raises:
        InvalidSetting: if `history` is something else, or lacks accuracy or loss.
    """
    epochs = _as_epochs(history)
    metrics: tuple[Metric, ...] = ("accuracy", "loss")
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.14)
    for column, metric in enumerate(metrics, 1):
        curves = [after_epochs(epochs, field) for field in (metric, f"val_{metric}")]
        for found, name in zip(curves, MARKS, strict=True):
            trace = _after(found, metric, name, legendgroup=name, showlegend=column == 1)
            figure.add_trace(trace, row=1, col=column)
        values = [value for found in curves for value in found.y]
        figure.update_yaxes(_value_axis(metric, False, values, []), row=1, col=column)
    figure.update_xaxes(epoch_axis(len(epochs)))
    return figure.update_layout(style.bare(hovermode="x unified"))


def epoch_axis(total: int) -> dict[str, Any]:
    """Return an x axis from 0 to the last epoch; panning and zooming stay within it."""
    last = max(total, 1)
    return {
        **style.axis("epoch"),
        "range": [0, last],
        "minallowed": 0,
        "maxallowed": last,
        "unifiedhovertitle": {"text": "epoch %{x:.2~f}"},
        "showgrid": False,
        "dtick": 1 if last <= FEW_EPOCHS else None,
    }


def first_range(metric: Metric, logarithmic: bool) -> list[float]:
    """Return the y range of a figure without values; exponents of ten if logarithmic."""
    return FIRST_LOG_RANGE if logarithmic else FIRST_RANGE[metric]


def _value_axis(
    metric: Metric, logarithmic: bool, after: Sequence[float], within: Sequence[float]
) -> dict[str, Any]:
    """Return a y axis that fits the values, without loss below 0, accuracy above 1 or outliers."""
    axis = {**style.axis(metric), "tickformat": ON_AXIS[metric]}
    if not any(map(math.isfinite, [*after, *within])):
        axis["range"] = first_range(metric, logarithmic)
    if logarithmic:
        return {**axis, "type": "log", "dtick": "D2"}  # 1, 2, 5, 10
    low, high = lines.span(after, within) or (0.0, math.inf)
    most = 1.0 if metric == "accuracy" else high
    clip = {"clipmin": max(low, 0.0), "clipmax": most if math.isfinite(most) else None}
    return {**axis, "autorangeoptions": clip}


def _awaited(curve: Curve) -> Curve:
    """Give an empty curve an invisible point: its legend entry then exists from the start."""
    return curve if curve.x else Curve([0], [math.nan])


def _within(curve: Curve, metric: Metric) -> go.Scatter:
    faint = style.faded(style.TRAINING, 0.55)
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name="within epochs",
        uid="within",
        mode="lines",
        line={"color": faint, "width": 1.25},
        hovertemplate=IN_HOVER[metric],
    )


def _after(curve: Curve, metric: Metric, name: str, **more: Any) -> go.Scatter:
    colour, symbol = MARKS[name]
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name=name,
        uid=f"{metric} {name}",
        mode="lines+markers",
        line={"color": colour, "width": 2.25},
        marker={"size": 5 if len(curve.x) <= MANY_EPOCHS else 3, "symbol": symbol},
        cliponaxis=False,
        hovertemplate=f"{IN_HOVER[metric]} after epoch %{{x}}",
        **more,
    )


def _best(epochs: Sequence[Epoch], metric: Metric) -> go.Scatter:
    found = best(epochs)
    curve = after_epochs([found] if found else [], f"val_{metric}")
    curve = curve if epochs else _awaited(curve)
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name="best epoch",
        uid="best",
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": style.VALIDATION},
        cliponaxis=False,
        hovertemplate=f"{IN_HOVER[metric]} after epoch %{{x}}",
    )


def _as_epochs(history: object) -> list[Epoch]:
    values = getattr(history, "history", history)
    if isinstance(values, Mapping):
        return from_keras(_complete(values))
    if isinstance(values, Sequence) and values and all(isinstance(e, Epoch) for e in values):
        return list(values)
    text = repr(history)
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    raise InvalidSetting(
        f"The history is {type(history).__name__} {shown}; it must be what fit() "
        "returned, its history, or the epochs of a run, at least one."
    )


def _complete(values: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    lengths = {name: len(column) for name, column in values.items() if len(column)}
    found = ", ".join(f"{name} of {length} epochs" for name, length in lengths.items())
    if not {"loss", "accuracy"} <= set(lengths):
        raise InvalidSetting(
            f"The history holds {found or 'nothing'}; it must hold loss and accuracy. "
            'Compile the model with metrics=["accuracy"], and train it.'
        )
    shown = {name: values[name] for name in IN_ORDER if name in lengths}
    if len({lengths[name] for name in shown}) > 1:
        raise InvalidSetting(f"The history holds {found}; all must have the same number of epochs.")
    return shown
