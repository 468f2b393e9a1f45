"""Labelled images whose form is understood: what every kind of file becomes first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Labelled:
    """Images with their classes.

    Attributes:
        images: uint8 (n, height, width), grey, paper and ink as the file has them.
        labels: uint8 (n,), indices into the names of the classes.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Collection:
    """Labelled images as a file has them: not yet mended, and of any one size.

    Attributes:
        class_names: 2 to 100 different names.
        train: to learn from, or everything.
        test: to test with; None where the file does not tell such images apart.
        form: of the file, in words, such as `a CSV file with a head`.
        told: a sentence about each conversion, and about each thing that is not used.
    """

    class_names: tuple[str, ...]
    train: Labelled
    test: Labelled | None
    form: str
    told: tuple[str, ...] = ()
