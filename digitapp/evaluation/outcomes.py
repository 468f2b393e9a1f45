"""What a reader made of labelled digits, one by one, and the figures that follow from it.

The outcomes of several readers can be joined: each of six networks is measured on the writers that
it was not trained on, and the six together give one score over all writers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import InvalidSetting
from digitapp.evaluation import intervals
from digitapp.evaluation.calibration import Reliability, reliability_of
from digitapp.evaluation.intervals import Bounds
from digitapp.evaluation.scores import Score
from digitapp.reading.prediction import REFUSED_FROM

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Writer:
    """How well one writer was read.

    Attributes:
        number: the writer's.
        digits: how many digits were read.
        accuracy: the share of them read right, 0 to 1.
    """

    number: int
    digits: int
    accuracy: float


@dataclass(frozen=True)
class Outcomes:
    """What a reader made of labelled digits.

    Attributes:
        labels: int64 (n,), the true classes, as indices into the reader's classes.
        read: int64 (n,), the most probable classes, whether or not the digit was refused.
        confidence: float64 (n,), the probability of the class read, given that it is one of the
            classes.
        other: float64 (n,), the probability that it is none of the classes.
        classes: the number of the reader's classes.
        writers: int64 (n,), the number of each digit's writer; None when they are unknown.
    """

    labels: Numbers
    read: Numbers
    confidence: NDArray[np.float64]
    other: NDArray[np.float64]
    classes: int
    writers: Numbers | None = None

    def __len__(self) -> int:
        """Return the number of digits."""
        return len(self.labels)

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Whether each digit was refused: bool (n,)."""
        return self.other >= REFUSED_FROM

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each digit was read right, and not refused: bool (n,)."""
        return (self.read == self.labels) & ~self.refused

    @property
    def known_writers(self) -> Numbers | None:
        """The writers, if there are at least two of them, so that they can be resampled."""
        several = self.writers is not None and len(np.unique(self.writers)) > 1
        return self.writers if several else None

    @property
    def reliability(self) -> Reliability:
        """Accuracy by confidence, over all digits; those refused count with what they are like."""
        return reliability_of(self.confidence, self.read == self.labels)

    @property
    def score(self) -> Score:
        """The counts: confusion, refusals and reliability."""
        kept = ~self.refused
        confusion = np.zeros((self.classes, self.classes), dtype=np.int64)
        np.add.at(confusion, (self.labels[kept], self.read[kept]), 1)
        refusals = np.bincount(self.labels[~kept], minlength=self.classes).astype(np.int64)
        return Score(confusion, refusals, self.reliability)

    @property
    def varies(self) -> bool:
        """Whether some digits are read right and some are not."""
        return bool(self.right.any() and not self.right.all())

    @property
    def interval(self) -> Bounds:
        """The 95 % interval of the share read right.

        Bootstrapped by writer where writers are known and not all digits are right or all are not:
        from those, resampling draws the same share again and again. Otherwise Wilson's.
        """
        if (writers := self.known_writers) is None or not self.varies:
            return self.score.interval
        return intervals.by_writer(self.right, writers)

    @property
    def each_writer(self) -> list[Writer]:
        """How well each writer was read, the worst first; empty when writers are unknown.

        Of several with the same share, the one with more digits comes first.
        """
        if (writers := self.known_writers) is None:
            return []
        numbers, places = np.unique(writers, return_inverse=True)
        counts = np.bincount(places)
        shares = np.bincount(places, self.right) / counts
        rows = zip(numbers, counts, shares, strict=True)
        found = [Writer(int(number), int(count), float(share)) for number, count, share in rows]
        return sorted(found, key=lambda each: (each.accuracy, -each.digits))

    @property
    def worst_writer(self) -> Writer | None:
        """The writer whose digits were read worst; None when writers are unknown."""
        return next(iter(self.each_writer), None)


@dataclass(frozen=True)
class Difference:
    """How many more digits one reader reads right than another, of the same digits.

    Attributes:
        share: the difference of the two shares read right, -1 to 1.
        interval: its 95 % interval, bootstrapped by writer, or by digit where writers are unknown.
    """

    share: float
    interval: Bounds


def numbers(writers: Sequence[int | None]) -> Numbers | None:
    """Return the numbers of all writers; None when one of them is unknown, or there are none."""
    known = [writer for writer in writers if writer is not None]
    return np.array(known, dtype=np.int64) if known and len(known) == len(writers) else None


def of_answers(
    labels: Numbers,
    answers: tuple[NDArray[np.floating], NDArray[np.floating]],
    writers: Numbers | None = None,
) -> Outcomes:
    """Return the outcomes of answers as `Predictor.answers` gives them.

    Args:
        labels: (n,), as indices into the reader's classes.
        answers: probabilities (n, classes), and the probability of none of them (n,).
        writers: the writer of each digit; None when they are unknown.
    """
    shares, other = answers
    read = shares.argmax(axis=1).astype(np.int64)
    confidence = shares.max(axis=1).astype(np.float64) if len(shares) else np.zeros(0)
    return Outcomes(
        labels, read, confidence, np.asarray(other, np.float64), shares.shape[1], writers
    )


def joined(parts: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of several readers on digits of their own as if they were one reader's.

    Raises:
        InvalidSetting: when the readers differ in their number of classes, or there are none.
    """
    if len({part.classes for part in parts}) != 1:
        classes = ", ".join(str(part.classes) for part in parts) or "none"
        raise InvalidSetting(
            f"Only outcomes of readers with the same classes can be joined; these have {classes}."
        )
    writers = [part.writers for part in parts if part.writers is not None]
    return Outcomes(
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.read for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.other for part in parts]),
        parts[0].classes,
        np.concatenate(writers) if len(writers) == len(parts) else None,
    )


def difference(ours: Outcomes, theirs: Outcomes) -> Difference:
    """Compare two readers' outcomes, digit by digit.

    Raises:
        InvalidSetting: when they are not of the same digits.
    """
    if not np.array_equal(ours.labels, theirs.labels):
        raise InvalidSetting(
            f"Readers are compared on the same digits; these are {len(ours)} and {len(theirs)}."
        )
    values = ours.right.astype(float) - theirs.right
    if not len(values):
        return Difference(math.nan, (math.nan, math.nan))
    writers = ours.known_writers
    clusters = np.arange(len(ours)) if writers is None else writers
    return Difference(float(values.mean()), intervals.by_writer(values, clusters))
