"""Keras callback that asks a network, before the first step and after each epoch, what it says of a
few test images, so that a class sees the images turn right one after the other.

The test part must not be used to choose anything. These answers are only shown: they end no
training, choose no weights and are no score.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import keras
import numpy as np

from digitapp.data.array_files import Labels
from digitapp.data.datasets import Dataset
from digitapp.errors import StoreProblem
from digitapp.library.sample_images import balanced
from digitapp.runs import Lease
from digitapp.runs.stored_guesses import GuessedImages, pack_answers
from digitapp.training.batching import as_input

OF_EACH_CLASS, MOST = 2, 24  # test images
SEED = 20_261_128


class GuessRecorder(keras.callbacks.Callback):
    """Keeps what the network says of a few test images after each epoch.

    The network is called, not evaluated: there is no graph to build. Nothing of it changes, random
    generators included, so that the training is the same with and without.

    Args:
        data: the run's dataset, in terms of the network's classes.
        begun: number of epochs that are finished when the training begins.
        stopped: whether the training was stopped within an epoch, which then does not count.
    """

    def __init__(
        self, lease: Lease, data: Dataset, begun: int, stopped: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._lease, self._begun, self._stopped = lease, begun, stopped
        chosen = asked(data.y_test, len(data.class_names))
        self._shown = GuessedImages(data.x_test[chosen], data.y_test[chosen])
        self._inputs = as_input(self._shown.images)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep the images, and what the network says of them before its first step."""
        self._ask(self._begun, self._shown.packed())

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep what the network says by now."""
        if not self._stopped():
            self._ask(epoch + 1)

    def _ask(self, epoch: int, shown: bytes | None = None) -> None:
        if not len(self._inputs):
            return
        said = np.asarray(self.model(self._inputs, training=False))
        if not np.isfinite(said).all():  # the divergence guard is about to end the training
            return
        with suppress(StoreProblem):  # it is only shown: the training goes on without
            self._lease.keep_guesses(epoch, pack_answers(said), shown)


def asked(labels: Labels, classes: int) -> np.ndarray:
    """Choose the test images to ask about: of each class equally many, always the same.

    Returns:
        places of up to `MOST` images, one of each class after the other.
    """
    return balanced(labels, min(OF_EACH_CLASS * classes, MOST), SEED)
