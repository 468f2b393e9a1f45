"""What was noticed about a collection of images, and whom it asks for a second opinion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitapp.imports.collection import Collection, Labelled

Places = NDArray[np.int64]  # of images: those of the training part, then those of the test part
Told = Callable[[str], None]  # is told what is being done

NONE = np.zeros(0, dtype=np.int64)


class Reader(Protocol):
    """A network that has learned already, such as the bundled one."""

    @property
    def class_names(self) -> Sequence[str]:
        """The names of the classes that it knows."""

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Read images uint8 (n, 28, 28), 0 paper to 255 ink.

        Returns:
            float32 (n, classes): the probability of each class. Where it takes an image for none
            of them, they sum to less than 1.
        """


@dataclass(frozen=True)
class Finding:
    """Something that a person should know before a collection is kept.

    Attributes:
        name: what it is, such as `inverted`.
        sentence: the same for a pupil.
        images: the images that it is about; none where it is about all of them.
        mend: the entry of `MENDS` that puts it right; None where nothing can.
        suggested: whether to mend it unless somebody objects.
    """

    name: str
    sentence: str
    images: Places = field(default_factory=lambda: NONE, compare=False)
    mend: str | None = None
    suggested: bool = False


def parts_of(collection: Collection) -> list[Labelled]:
    """Return the training part and, if there are any images in it, the test part."""
    return [part for part in (collection.train, collection.test) if part is not None and len(part)]


def labels_of(collection: Collection) -> NDArray[np.uint8]:
    """Return the labels of both parts, in the order of `Places`."""
    return np.concatenate([part.labels for part in parts_of(collection)])


def images_at(collection: Collection, places: Places) -> NDArray[np.uint8]:
    """Return the images at sorted places: uint8 (n, height, width)."""
    found, first = [], 0
    for part in parts_of(collection):
        inside = places[(places >= first) & (places < first + len(part))]
        found.append(part.images[inside - first])
        first += len(part)
    return np.concatenate(found)


def counted(count: int, noun: str = "image", plural: str = "") -> str:
    """Return a number with its noun, such as `1 image` or `2,000 images`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
