"""Accuracy and loss side by side, from anything that has a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from digitapp.errors import InvalidSetting
from digitapp.figures import style, words_at_lines
from digitapp.figures.curve_axes import Metric, epoch_axis, value_axis, value_scale
from digitapp.figures.history_curves import MARKS, ROOM_FOR_NAMES, after, ends, of_both
from digitapp.training.history import Epoch, from_keras

BETWEEN = 0.26  # of the width, between the plots: for the names, and the axis of the loss
IN_ORDER = ("loss", "accuracy", "val_loss", "val_accuracy")


def plot_accuracy_and_loss(history: object) -> go.Figure:
    """Plot accuracy (left) and loss (right) of training and, if there was any, validation.

    The accuracy axis goes from 0 to 100 %; the loss axis is as on the Train page. The names of the
    lines are at their ends.

    Args:
        history: the return value of Keras's `fit`, its `.history`, or a sequence of `Epoch`.

    Raises:
        InvalidSetting: if `history` is something else, or lacks accuracy or loss.
    """
    epochs = _as_epochs(history)
    metrics: tuple[Metric, ...] = ("accuracy", "loss")
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=BETWEEN)
    for column, metric in enumerate(metrics, 1):
        curves = of_both(epochs, metric)
        values = [value for found in curves for value in found.y]
        scale = value_scale(metric, values, [])
        named = words_at_lines.of_names(ends(scale, epochs[-1].number, *curves))
        for found, name in zip(curves, MARKS, strict=True):
            figure.add_trace(after(found, metric, name, named.get(name)), row=1, col=column)
        figure.update_yaxes(value_axis(metric, scale, values), row=1, col=column)
    figure.update_xaxes(epoch_axis(epochs[-1].number))
    margin = {"l": 4, "r": ROOM_FOR_NAMES, "t": 8, "b": 4}
    return figure.update_layout(style.bare(hovermode="x unified", showlegend=False, margin=margin))


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
