"""Training history as plain values: epochs, points within epochs, and curves made from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FINEST = 60  # maximum number of values in a curve per epoch


@dataclass(frozen=True)
class Epoch:
    """A finished epoch, or epoch 0: the network before its first step.

    Attributes:
        number: counted from 1; 0 for the untrained network, of which `first_check` measures loss
            and accuracy.
        accuracy, val_accuracy: 0 to 1.
        val_loss, val_accuracy: None without validation images.
        learning_rate: at its end.
        seconds: duration, including validation, without pauses.
        watched: class probabilities of the pinned digit at its end, if one was pinned.
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
        """Make an epoch from Keras's `logs`.

        Args:
            logs: loss and accuracy, and with validation val_loss and val_accuracy.
            more: the other fields; those left out count as not measured.
        """
        measured = {name: float(logs[name]) for name in METRICS if name in logs}
        return cls(number, **{**_UNMEASURED, **measured, **more})


METRICS = ("accuracy", "loss", "val_accuracy", "val_loss")  # as Keras names them
_UNMEASURED = {"val_loss": None, "val_accuracy": None, "learning_rate": 0.0, "seconds": 0.0}


@dataclass(frozen=True)
class Point:
    """Progress within a running epoch.

    Attributes:
        epoch: its number, counted from 1.
        batch: number of finished batches.
        loss, accuracy: means over the epoch so far, as Keras reports them.
        seconds: since the epoch began, without pauses.
        slow: whether it was recorded in slow motion or step by step, so that each batch counts.
    """

    epoch: int
    batch: int
    loss: float
    accuracy: float
    seconds: float
    slow: bool = False


@dataclass(frozen=True)
class Curve:
    """A curve: x in epochs (1.5 is the middle of the second), y the values."""

    x: list[float]
    y: list[float]


class Moving:
    """Curve of a metric within the epochs, extended as points arrive.

    Each value is the mean over the batches since the previous value. In slow motion, each batch
    is a value.

    Args:
        metric: `loss` or `accuracy`.
        batches: per epoch.

    Attributes:
        curve: the curve so far.
    """

    def __init__(self, metric: str, batches: int) -> None:
        self.curve = Curve([], [])
        self._metric, self._batches = metric, batches
        self._epoch, self._done, self._total = 0, 0, 0.0

    def add(self, points: Sequence[Point]) -> None:
        """Add the next points, in the order in which they were recorded."""
        for point in points:
            if point.epoch != self._epoch:
                self._epoch, self._done, self._total = point.epoch, 0, 0.0
            finest = 1 if point.slow else max(1, self._batches / FINEST)
            if point.batch - self._done < finest:
                continue  # the mean of a few batches would be mostly noise
            now = getattr(point, self._metric) * point.batch
            middle = (self._done + point.batch) / 2
            self.curve.x.append(point.epoch - 1 + middle / self._batches)
            self.curve.y.append((now - self._total) / (point.batch - self._done))
            self._done, self._total = point.batch, now


def within_epochs(points: Sequence[Point], metric: str, batches: int) -> Curve:
    """Return the curve of a metric within the epochs, as computed by `Moving`."""
    moving = Moving(metric, batches)
    moving.add(points)
    return moving.curve


def after_epochs(epochs: Sequence[Epoch], metric: str) -> Curve:
    """Return the curve of a metric after each epoch, skipping epochs without it.

    Args:
        metric: a field of `Epoch`.
    """
    found = [(epoch.number, getattr(epoch, metric)) for epoch in epochs]
    known = [(number, value) for number, value in found if value is not None]
    return Curve([number for number, _ in known], [value for _, value in known])


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Smooth values as TensorBoard does: a debiased exponential moving average.

    Args:
        weight: of the past, from 0 (unchanged) to below 1 (flat).
    """
    found, mean, share = [], 0.0, 0.0
    for value in values:
        mean, share = weight * mean + (1 - weight) * value, weight * share + (1 - weight)
        found.append(mean / share)
    return found


def finite(value: float | None) -> float | None:
    """Return the value, or None for NaN and infinity, which neither JSON nor a curve can hold."""
    return value if value is not None and math.isfinite(value) else None


def trained(epochs: Sequence[Epoch]) -> list[Epoch]:
    """Return the epochs without epoch 0, in which nothing is learned."""
    return [epoch for epoch in epochs if epoch.number]


def best(epochs: Sequence[Epoch]) -> Epoch | None:
    """Return the trained epoch with the lowest finite validation loss; None if there is none."""
    known = [epoch for epoch in trained(epochs) if finite(epoch.val_loss) is not None]
    return min(known, key=lambda epoch: epoch.val_loss or 0.0, default=None)


def most_accurate(epochs: Sequence[Epoch]) -> Epoch | None:
    """Return the first trained epoch with the highest validation accuracy; None if none has one."""
    known = [epoch for epoch in trained(epochs) if epoch.val_accuracy is not None]
    return max(known, key=lambda epoch: epoch.val_accuracy or 0.0, default=None)


def as_keras(epochs: Sequence[Epoch]) -> dict[str, list[float]]:
    """Convert epochs to the form of Keras's `History.history`, which has no epoch 0."""
    curves = {name: after_epochs(trained(epochs), name).y for name in METRICS}
    return {name: values for name, values in curves.items() if values}


def from_keras(history: Mapping[str, Sequence[float]]) -> list[Epoch]:
    """Convert Keras's `History.history` to epochs; it contains no learning rates or times."""
    rows = ({name: history[name][at] for name in history} for at in range(len(history["loss"])))
    return [Epoch.from_logs(number, logs) for number, logs in enumerate(rows, 1)]
