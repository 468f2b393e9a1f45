"""The bundled network as a second opinion about imported images and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitapp.library import models
from digitapp.reading.prediction import Predictor

AT_ONCE = 4_000  # images converted together, which bounds the memory


class SecondOpinion:
    """A network, as `imports.finding.Reader` has it."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor

    @property
    def class_names(self) -> Sequence[str]:
        """The names of the classes that it knows."""
        return self._predictor.class_names

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probability of each class (n, classes) of images uint8 (n, 28, 28).

        What it takes for none of the classes is missing from their sum.
        """
        none = np.zeros((0, len(self.class_names)), dtype=np.float32)
        starts = range(0, len(images), AT_ONCE)
        return np.concatenate([none, *(self._read(images[n : n + AT_ONCE]) for n in starts)])

    def _read(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        found, other = self._predictor.answers(images.astype(np.float32) / np.float32(255))
        shares: NDArray[np.float32] = found * (1 - other[:, None])
        return shares


@cache
def bundled() -> SecondOpinion:
    """Return the bundled network, loaded once.

    Raises:
        BadFile: when its file is missing or damaged.
    """
    return SecondOpinion(models.load(models.DEFAULT))
