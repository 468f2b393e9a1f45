"""Epochs, points and runs for the tests, with defaults for unimportant fields."""

import json
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from digitapp.figures.plain import PlainFigure
from digitapp.runs import Run
from digitapp.training.history import Epoch, Point
from digitapp.training.spec import TrainingSpec


def epoch(
    number: int,
    loss: float = 0.5,
    accuracy: float = 0.8,
    validation: tuple[float, float] | None = None,
    watched: tuple[float, ...] | None = None,
) -> Epoch:
    """An epoch; `validation` is its loss and accuracy."""
    val_loss, val_accuracy = validation or (None, None)
    return Epoch(number, loss, accuracy, val_loss, val_accuracy, 0.001, 2.5, watched)


def points(number: int, losses: Sequence[float], accuracies: Sequence[float] = ()) -> list[Point]:
    """Return a point after each batch of an epoch, given the values of each batch alone."""
    accuracies = accuracies or [0.5] * len(losses)
    return [
        Point(number, batch, _mean(losses[:batch]), _mean(accuracies[:batch]), 0.1 * batch)
        for batch in range(1, len(losses) + 1)
    ]


def a_run(number: int, spec: TrainingSpec | None = None, **values: Any) -> Run:
    """Return a run that is done; `values` are fields of `Run`."""
    usual: dict[str, Any] = {
        **dict.fromkeys(("name", "preset", "request", "error"), ""),
        **dict.fromkeys(("learning_rate", "val_accuracy", "test_loss", "test_accuracy")),
        **{"status": "done", "created": 0.0, "ahead": 0, "epoch": 2, "seconds": 5.0},
        **{"images": 1000, "batches": 32, "parameters": 101_770},
    }
    return Run(id=number, spec=spec or TrainingSpec(), **{**usual, **values})


def plotly_figure(figure: PlainFigure) -> go.Figure:
    """Return the same figure as an object of Plotly's, which checks every value of it."""
    return go.Figure(json.loads(figure.to_json()))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
