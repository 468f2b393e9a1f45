"""What is noted while a network trains: plain values, and what curves are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FINEST = 60  # values within an epoch, at most


@dataclass(frozen=True)
class Epoch:
    """A finished epoch.

    Attributes:
        number: counted from 1.
        accuracy, val_accuracy: 0 to 1.
        val_loss, val_accuracy: None when nothing was held back for validation.
        learning_rate: at its end.
        seconds: it took, validation included, pauses left out.
        watched: the class probabilities of the pinned digit after it, if one was pinned.
    """

    number: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    learning_rate: float
    seconds: float
    watched: tuple[float, ...] | None = None

    @classmethod
    def from_logs(cls, number: int, logs: Mapping[str, float], **more: Any) -> Epoch:
        """An epoch out of the metrics that Keras names.

        Args:
            logs: loss and accuracy, and with validation val_loss and val_accuracy.
            more: the other fields; what is not given was not measured.
        """
        measured = {name: float(logs[name]) for name in METRICS if name in logs}
        return cls(number, **{**_UNMEASURED, **measured, **more})


METRICS = ("accuracy", "loss", "val_accuracy", "val_loss")  # as Keras names them
_UNMEASURED = {"val_loss": None, "val_accuracy": None, "learning_rate": 0.0, "seconds": 0.0}


@dataclass(frozen=True)
class Point:
    """How far a running epoch was at some moment.

    Attributes:
        epoch: the running one, counted from 1.
        batch: batches done in it.
        loss, accuracy: means over the epoch so far, as Keras tells them.
        seconds: since the epoch began, pauses left out.
    """

    epoch: int
    batch: int
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Curve:
    """A line: x in epochs (1.5 is the middle of the second), y the values."""

    x: list[float]
    y: list[float]


class Moving:
    """A metric as it moves within the epochs: its mean over the batches since the last value.

    Args:
        metric: `loss` or `accuracy`.
        batches: an epoch.

    Attributes:
        curve: so far.
    """

    def __init__(self, metric: str, batches: int) -> None:
        self.curve = Curve([], [])
        self._metric, self._batches = metric, batches
        self._epoch, self._done, self._total = 0, 0, 0.0

    def add(self, points: Sequence[Point]) -> None:
        """Go on with the points that come next, in the order they were noted."""
        for point in points:
            if point.epoch != self._epoch:
                self._epoch, self._done, self._total = point.epoch, 0, 0.0
            if point.batch - self._done < max(1, self._batches / FINEST):
                continue  # a few batches alone would only show their chance
            now = getattr(point, self._metric) * point.batch
            middle = (self._done + point.batch) / 2
            self.curve.x.append(point.epoch - 1 + middle / self._batches)
            self.curve.y.append((now - self._total) / (point.batch - self._done))
            self._done, self._total = point.batch, now


def within_epochs(points: Sequence[Point], metric: str, batches: int) -> Curve:
    """A metric as it moved within the epochs, as `Moving` has it."""
    moving = Moving(metric, batches)
    moving.add(points)
    return moving.curve


def after_epochs(epochs: Sequence[Epoch], metric: str) -> Curve:
    """A metric after each epoch, where it was measured; `metric` is a field of `Epoch`."""
    found = [(epoch.number, getattr(epoch, metric)) for epoch in epochs]
    known = [(number, value) for number, value in found if value is not None]
    return Curve([number for number, _ in known], [value for _, value in known])


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """The moving average of TensorBoard: each value is `weight` of the past, without its bias.

    Args:
        weight: 0 (as it was) to below 1 (flat).
    """
    found, mean, share = [], 0.0, 0.0
    for value in values:
        mean, share = weight * mean + (1 - weight) * value, weight * share + (1 - weight)
        found.append(mean / share)
    return found


def best(epochs: Sequence[Epoch]) -> Epoch | None:
    """The epoch with the lowest validation loss; None when nothing was held back."""
    known = [epoch for epoch in epochs if epoch.val_loss is not None]
    return min(known, key=lambda epoch: epoch.val_loss or 0.0, default=None)


def as_keras(epochs: Sequence[Epoch]) -> dict[str, list[float]]:
    """The values as in Keras's `History.history`."""
    curves = {name: after_epochs(epochs, name).y for name in METRICS}
    return {name: values for name, values in curves.items() if values}


def from_keras(history: Mapping[str, Sequence[float]]) -> list[Epoch]:
    """Epochs out of Keras's `History.history`; learning rates and times are not in there."""

    rows = ({name: history[name][at] for name in history} for at in range(len(history["loss"])))
    return [Epoch.from_logs(number, logs) for number, logs in enumerate(rows, 1)]
