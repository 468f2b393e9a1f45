"""What a training does, step by step, as it tells whoever follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

# In the order in which they come.
IMAGES = "images"  # loading or downloading the dataset
TENSORFLOW = "tensorflow"  # loading it
NETWORK = "network"  # building it
FIRST_CHECK = "first check"  # of the untrained network
FIRST_STEP = "first step"  # compiling it
EPOCHS = "epochs"
TEST = "test"  # reading the test images
SAVING = "saving"  # the network, in the form in which pages read it
MOVEMENTS = "movements"  # teaching the reader of movements
HANDWRITING = "handwriting"  # reading the drawings of My handwriting


class Batch(NamedTuple):
    """What the network learns from in one step.

    Attributes:
        images: float32 (n, 28, 28), as the network gets them, after any augmentation.
        labels: uint8 (n,).
        targets: the labels in the form that the loss needs.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.uint8]
    targets: NDArray[np.generic]


Metrics = Callable[[], Mapping[str, float]]
Batches = Callable[[int], Batch]


class Observer(Protocol):
    """Follows a training from before its first step, and sets its pace."""

    def phase(self, name: str) -> None:
        """Hear that a phase begins.

        Args:
            name: one of this module's.
        """

    def begin(
        self, model: keras.Model, batches: Batches, untrained: Mapping[str, float] | None
    ) -> None:
        """Receive the compiled network before its first step.

        Args:
            batches: returns the batch of a number, counted from 0 over all epochs.
            untrained: its scores, as `first_check.scores` returns them; None when it has been
                trained already, or when they are not finite.
        """

    def may_take(self, most: int) -> int:
        """Return how many batches may be trained now, as a block; may wait as long as it likes.

        Args:
            most: batches that could be trained at once, at least 1.

        Returns:
            from 1 to `most`; 0 to end the training, with `model.stop_training` set.
        """

    def took(self, count: int, metrics: Metrics) -> None:
        """Hear that so many batches were trained.

        Args:
            metrics: returns the epoch's loss and accuracy so far.
        """


class Nobody:
    """The observer of a training that nobody follows, and that nothing holds up."""

    def phase(self, name: str) -> None:
        """Do nothing."""

    def begin(
        self, model: keras.Model, batches: Batches, untrained: Mapping[str, float] | None
    ) -> None:
        """Do nothing."""

    def may_take(self, most: int) -> int:
        """Let all batches be trained."""
        return most

    def took(self, count: int, metrics: Metrics) -> None:
        """Do nothing."""
