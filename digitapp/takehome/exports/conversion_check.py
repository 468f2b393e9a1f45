"""How well a converted network reads, beside the network that it was made from."""

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
BATCH = 500

Reader = Callable[[bytes, NDArray[np.float32]], Probabilities]


@dataclass(frozen=True)
class Measured:
    """A file's network and the run's own one, on the same images of the run's test part.

    Attributes:
        images: how many: all of the test part, or some from all over it when it is large.
        total: how many the test part has.
        accuracy: of the file's network, 0 to 1; what is read as none of the classes counts as
            Keras counts it, like in the run's own test accuracy.
        original: the accuracy of the run's own network.
        agreement: the share of the images that both read as the same class, 0 to 1.
        largest_difference: between any two probabilities, 0 to 1.
    """

    images: int
    total: int
    accuracy: float
    original: float
    agreement: float
    largest_difference: float

    @property
    def sentence(self) -> str:
        """The accuracy in words, with that of the run's own network to compare."""
        among = "" if self.images == self.total else f" of the {self.total:,}"
        return (
            f"It reads {counted_percent(self.accuracy)} of {self.images:,}{among} test images "
            f"right; the network that it was made from reads {counted_percent(self.original)}."
        )


def measured(store: RunStore, run: Run, data: bytes, read: Reader) -> Measured | None:
    """Compare a file with the network of its run; None when its test part is not here.

    Args:
        data: of the file.
        read: takes the file and images float32 (n, 28, 28), 0 to 1; gives probabilities
            (n, classes).

    Raises:
        UnknownName, BadFile: when the run's own network cannot be had.
    """
    names = models.class_names(models.of_run(run.id), store)
    test = test_sets.here(store, run.spec.dataset, names)
    if test is None:
        return None
    images = as_input(spread(test.x_test, MOST_IMAGES))
    model = models.trained_by(store, run)
    original = np.asarray(model.predict(images, batch_size=BATCH, verbose=0))
    found, labels = read(data, images), spread(test.y_test, MOST_IMAGES)
    return compared(found, original, labels, len(test.y_test))


def compared(
    found: Probabilities, original: Probabilities, labels: NDArray[np.uint8], total: int
) -> Measured:
    """Two networks' probabilities (n, classes) of the same images, and their labels (n,)."""
    read, meant = found.argmax(axis=1), original.argmax(axis=1)
    return Measured(
        images=len(labels),
        total=total,
        accuracy=float(np.mean(read == labels)),
        original=float(np.mean(meant == labels)),
        agreement=float(np.mean(read == meant)),
        largest_difference=float(np.abs(found - original).max()),
    )


def spread(values: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """At most so many values (n, ...), from all over them: a test part may begin with easy ones."""
    count = len(values)
    return values[np.linspace(0, count - 1, min(count, most)).astype(int)]
