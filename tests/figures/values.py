"""Epochs and points for the tests, with only what matters to each."""

from collections.abc import Sequence

from digitapp.history import Epoch, Point


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
    """A point after each batch of an epoch, from what each batch alone gave."""
    accuracies = accuracies or [0.5] * len(losses)
    return [
        Point(number, batch, _mean(losses[:batch]), _mean(accuracies[:batch]), 0.1 * batch)
        for batch in range(1, len(losses) + 1)
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
