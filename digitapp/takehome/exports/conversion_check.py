"""Accuracy of a converted network, compared with the original network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.library import models, test_sets
from digitapp.reading.prediction import Probabilities
from digitapp.runs import Run, RunStore
from digitapp.text.percent import counted_percent
from digitapp.training.batching import as_input

MOST_IMAGES = 10_000

Reader = Callable[[bytes, NDArray[np.float32]], Probabilities]


@dataclass(frozen=True)
class ConversionCheck:
    """Comparison of an exported network with the run's own, on the same test images.

    Attributes:
        images: number of images used: the whole test set, or an evenly spaced sample of a large
            one.
        total: number of images in the test set.
        accuracy: of the exported network, 0 to 1; the class `not a digit` counts like any other,
            as in the run's own test accuracy.
        original: the accuracy of the run's own network on the same images, 0 to 1.
        agreement: the share of images that both networks read as the same class, 0 to 1.
        largest_difference: largest absolute difference of a probability, 0 to 1.
    """

    images: int
    total: int
    accuracy: float
    original: float
    agreement: float
    largest_difference: float

    @property
    def sentence(self) -> str:
        """Both accuracies, in a sentence."""
        among = "" if self.images == self.total else f" of the {self.total:,}"
        return (
            f"It reads {counted_percent(self.accuracy)} of {self.images:,}{among} test images "
            f"right; the network that it was made from reads {counted_percent(self.original)}."
        )


def check_conversion(
    store: RunStore, run: Run, data: bytes, read: Reader
) -> ConversionCheck | None:
    """Compare an exported file with its run's network; return None if the test set is missing.

    Args:
        data: the contents of the file.
        read: maps the file and images, float32 (n, 28, 28), 0 to 1, to probabilities
            (n, classes).

    Raises:
        UnknownName, BadFile: if the run's own network is missing or damaged.
    """
    names = models.class_names_of(store, run)
    answers = test_sets.answers(store, run.id)
    kept = answers.tested(run.spec.dataset, names) if answers else None
    test = kept or test_sets.here(store, run.spec.dataset, names, run.fingerprint)
    if test is None:
        return None
    images = as_input(spread(test.x_test, MOST_IMAGES))
    original = models.load(models.of_run(run.id), store).outputs(images)
    found, labels = read(data, images), spread(test.y_test, MOST_IMAGES)
    return compare_answers(found, original, labels, len(test.y_test))


def compare_answers(
    found: Probabilities, original: Probabilities, labels: NDArray[np.uint8], total: int
) -> ConversionCheck:
    """Compare two networks' probabilities (n, classes) for the same images with labels (n,)."""
    read, meant = found.argmax(axis=1), original.argmax(axis=1)
    return ConversionCheck(
        images=len(labels),
        total=total,
        accuracy=float(np.mean(read == labels)),
        original=float(np.mean(meant == labels)),
        agreement=float(np.mean(read == meant)),
        largest_difference=float(np.abs(found - original).max()),
    )


def spread(values: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """Return at most `most` of the values (n, ...), evenly spaced.

    The first ones would not do: a test set may begin with easy images.
    """
    count = len(values)
    return values[np.linspace(0, count - 1, min(count, most)).astype(int)]
