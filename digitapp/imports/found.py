"""What a file of images holds, as it holds it: arrays of its parts, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]


@dataclass(frozen=True)
class Part:
    """Images with their labels, in the form of the file: `pixels` and `labels` convert them.

    Attributes:
        images: (n, ...) numbers.
        labels: (n, ...) numbers or text.
    """

    images: Array
    labels: Array


@dataclass(frozen=True)
class Found:
    """What a file holds.

    Attributes:
        form: in words, such as `an .npz file with x_train and y_train`.
        train: to learn from, or everything.
        test: to test with; None where the file does not tell such images apart.
        told: a sentence about each thing that was not used.
        names: of the classes, by their labels as text, where the files tell them.
    """

    form: str
    train: Part
    test: Part | None = None
    told: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
