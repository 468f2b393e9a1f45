"""Scores of a network: confusion matrix, accuracy, recall, precision, intervals, mistakes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.evaluation.calibration import Reliability, reliability
from digitapp.evaluation.intervals import wilson

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """The outcome of reading labelled images.

    Each image is either right, wrong or refused; the three shares add up to one.

    Attributes:
        confusion: int64 (classes, classes), the confusion matrix without refused images; rows are
            true classes, columns predicted ones.
        refusals: int64 (classes,), number of refused images of each true class.
        reliability: accuracy by confidence; None when the confidences are unknown.
    """

    confusion: Labels
    refusals: Labels
    reliability: Reliability | None = None

    @property
    def counts(self) -> Labels:
        """Number of images of each true class, int64 (classes,)."""
        return self.confusion.sum(axis=1) + self.refusals

    @property
    def total(self) -> int:
        """Number of images."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """Number of images read correctly."""
        return int(np.trace(self.confusion))

    @property
    def refused(self) -> int:
        """Number of images refused, that is, read as none of the classes."""
        return int(self.refusals.sum())

    @property
    def wrong(self) -> int:
        """Number of images read as another class."""
        return self.total - self.right - self.refused

    @property
    def accuracy(self) -> float:
        """The share of images read correctly, 0 to 1; NaN when there are no images."""
        return self.right / self.total if self.total else math.nan

    @property
    def per_class(self) -> list[float]:
        """The recall of each class; NaN for a class without images."""
        return _shares(np.diag(self.confusion), self.counts)

    @property
    def precision(self) -> list[float]:
        """The precision of each class; NaN for a class that was never predicted."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval of the accuracy."""
        return wilson(self.accuracy, self.total)


def _shares(right: Labels, counts: Labels) -> list[float]:
    return [float(r / n) if n else math.nan for r, n in zip(right, counts, strict=True)]


def counted(
    probabilities: NDArray[np.floating],
    labels: NDArray[np.integer],
    refused: NDArray[np.bool_] | None = None,
) -> Score:
    """Score predictions against labels; the prediction is the most probable class.

    Args:
        probabilities: (n, classes).
        labels: (n,).
        refused: (n,), whether each image was refused; by default none was.
    """
    classes = probabilities.shape[1]
    out = np.zeros(len(labels), dtype=bool) if refused is None else np.asarray(refused)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (labels[~out], probabilities[~out].argmax(axis=1)), 1)
    refusals = np.bincount(labels[out], minlength=classes).astype(np.int64)
    return Score(confusion, refusals, reliability(probabilities, labels))


@dataclass(frozen=True)
class ReadImage:
    """The prediction for a test image.

    Attributes:
        number: index of the image in the test part.
        true, read: the true and the predicted class.
        confidence: of the predicted class, 0 to 1.
    """

    number: int
    true: int
    read: int
    confidence: float


def mistakes(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> list[ReadImage]:
    """Return all wrong predictions, most confident first.

    Probabilities are (n, classes), labels (n,).
    """
    return _most_confident_first(probabilities, labels, probabilities.argmax(axis=1) != labels)


def cell(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], true: int, read: int
) -> list[ReadImage]:
    """Return the predictions in one cell of the confusion matrix, most confident first."""
    chosen = (labels == true) & (probabilities.argmax(axis=1) == read)
    return _most_confident_first(probabilities, labels, chosen)


def mixed_up(confusion: Labels) -> list[tuple[int, int]]:
    """Return the (true class, predicted class) of all mistakes, the most frequent first.

    Args:
        confusion: int64 (classes, classes), as in `Score`.
    """
    places = [(int(true), int(said)) for true, said in np.argwhere(confusion) if true != said]
    return sorted(places, key=lambda place: -confusion[place])


def _most_confident_first(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], chosen: NDArray[np.bool_]
) -> list[ReadImage]:
    read, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    found = np.flatnonzero(chosen)
    found = found[np.argsort(-sure[found], kind="stable")]
    return [ReadImage(int(n), int(labels[n]), int(read[n]), float(sure[n])) for n in found]
