"""How well a network reads: what was read, counted against what it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.evaluation.calibration import Reliability, reliability

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """The outcome of reading labelled images.

    An image is right, wrong or refused, which is neither: the three shares add up to one.

    Attributes:
        confusion: int64 (classes, classes); rows are the true class, columns what was read.
            What was refused is not in it.
        refusals: int64 (classes,), of each true class how many were taken to be none of them.
        reliability: how far the confidences can be trusted; None when they are not known.
    """

    confusion: Labels
    refusals: Labels
    reliability: Reliability | None = None

    @property
    def counts(self) -> Labels:
        """How many images there were of each true class, int64 (classes,)."""
        return self.confusion.sum(axis=1) + self.refusals

    @property
    def total(self) -> int:
        """How many images there were."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """How many were read as what they are."""
        return int(np.trace(self.confusion))

    @property
    def refused(self) -> int:
        """How many were taken to be none of the classes."""
        return int(self.refusals.sum())

    @property
    def wrong(self) -> int:
        """How many were read as another class."""
        return self.total - self.right - self.refused

    @property
    def accuracy(self) -> float:
        """The share read right, 0 to 1; NaN when there were none."""
        return self.right / self.total if self.total else math.nan

    @property
    def per_class(self) -> list[float]:
        """The share read right of each true class (its recall); NaN where there were none."""
        return _shares(np.diag(self.confusion), self.counts)

    @property
    def precision(self) -> list[float]:
        """Of what was read as each class, the share that is it; NaN where nothing was."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval of the accuracy."""
        return wilson(self.accuracy, self.total)


def _shares(right: Labels, counts: Labels) -> list[float]:
    return [float(r / n) if n else math.nan for r, n in zip(right, counts, strict=True)]


def wilson(right: float, total: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share.

    Args:
        right: the share, 0 to 1.
        total: of how many; NaN comes of none.
    """
    n, p, z = total, right, 1.96
    if not n:
        return math.nan, math.nan
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def counted(
    probabilities: NDArray[np.floating],
    labels: NDArray[np.integer],
    refused: NDArray[np.bool_] | None = None,
) -> Score:
    """What was read, the most probable class, counted against what it is.

    Args:
        probabilities: (n, classes).
        labels: (n,).
        refused: (n,), which were taken to be none of the classes.
    """
    classes = probabilities.shape[1]
    out = np.zeros(len(labels), dtype=bool) if refused is None else np.asarray(refused)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (labels[~out], probabilities[~out].argmax(axis=1)), 1)
    refusals = np.bincount(labels[out], minlength=classes).astype(np.int64)
    return Score(confusion, refusals, reliability(probabilities, labels))


@dataclass(frozen=True)
class Read:
    """A test image and what was read.

    Attributes:
        number: of the image in the test part.
        true, read: classes.
        confidence: of what was read, 0 to 1.
    """

    number: int
    true: int
    read: int
    confidence: float


def mistakes(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> list[Read]:
    """All that was read wrong, the most confident first.

    Args:
        probabilities: (n, classes).
        labels: (n,).
    """
    read, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != labels)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    return [Read(int(n), int(labels[n]), int(read[n]), float(sure[n])) for n in wrong]


def cell(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], true: int, read: int
) -> list[Read]:
    """The images of one cell of the confusion matrix, the most confident first."""
    sure, guesses = probabilities.max(axis=1), probabilities.argmax(axis=1)
    found = np.flatnonzero((labels == true) & (guesses == read))
    found = found[np.argsort(-sure[found], kind="stable")]
    return [Read(int(n), true, read, float(sure[n])) for n in found]
