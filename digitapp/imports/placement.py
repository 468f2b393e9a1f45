"""Where the ink lies in images of 28x28 pixels, and how such images were prepared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.digit import CENTRE, PREPARATIONS
from digitapp.imports import pixel_findings
from digitapp.imports.changes import brighter, inverted
from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, images_at
from digitapp.imports.pixel_findings import BRIGHT_EDGE

LOOKED_AT = 500  # images
SAMPLE_SEED = 20_271_130
INK = 64  # grey levels; less is the soft edge of a line
FILLS = 25.5  # pixels; from here on, ink fills the square as in Fashion-MNIST
LIKE_MNIST = (18.5, 21.5)  # pixels of the longest side of the ink
FAR_SMALLER = 17.0
OFF = 2.5  # pixels between the centre of the ink's mass and the middle


@dataclass(frozen=True)
class Placement:
    """How ink lies in most images.

    Attributes:
        side: the longest side of its box, in pixels.
        off: how far the centre of its mass is from the middle, in pixels.
    """

    side: float
    off: float

    @property
    def is_like_mnist(self) -> bool:
        """Whether it is that of MNIST, on which the bundled network was trained."""
        return LIKE_MNIST[0] <= self.side <= LIKE_MNIST[1] and self.off <= OFF


def placement(collection: Collection) -> Placement | None:
    """Measure a sample of the images; None if they are not 28x28, or there is no ink."""
    images = collection.train.images
    if images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        return None
    places = np.random.default_rng(SAMPLE_SEED).permutation(len(images))[:LOOKED_AT]
    some = images_at(collection, np.sort(places))
    levels = pixel_findings.measured([some])
    some = brighter(some, levels.scale)
    white = levels.bright_edge > BRIGHT_EDGE
    some[white] = inverted(some[white])
    ink: NDArray[np.bool_] = np.greater_equal(some, INK)
    some, ink = some[ink.any(axis=(1, 2))], ink[ink.any(axis=(1, 2))]
    if not len(ink):
        return None
    sides = np.maximum(_length(np.any(ink, axis=1)), _length(np.any(ink, axis=2)))
    return Placement(float(np.median(sides)), float(np.median(_off(some))))


def preparation(collection: Collection) -> str:
    """Return the entry of `PREPARATIONS` that images of 28x28 pixels look like; else MNIST's."""
    found = placement(collection)
    return "fashion_mnist" if found and found.side >= FILLS else "mnist"


def findings(found: Placement | None, how: str, known: bool) -> list[Finding]:
    """Return whether the ink lies otherwise than in drawings that are prepared as MNIST was.

    Args:
        how: the entry of `PREPARATIONS` by which drawings will be prepared.
        known: whether the images are known to be digits; otherwise their place may be what tells
            their classes apart, and to change it is not suggested.
    """
    if how != "mnist" or found is None or found.is_like_mnist:
        return []
    said = (
        f"The ink is {found.side:.0f} pixels large in most images, and {found.off:.0f} pixels off "
        f"the middle. What you draw is made {PREPARATIONS[how].box} pixels large and put into the "
        "middle. A network reads drawings better if both are the same."
    )
    sure = known and (found.side < FAR_SMALLER or found.off > OFF)
    return [Finding("placed_otherwise", said, mend="refit", suggested=sure)]


def _length(inked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pixels from the first to the last with ink, of each row (n, pixels)."""
    last = inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    return np.asarray(last - inked.argmax(axis=1), dtype=np.int64)


def _off(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    mass = images.astype(np.float64)
    middles = np.arange(IMAGE_SIDE) + 0.5
    total = mass.sum(axis=(1, 2))
    down, across = mass.sum(axis=2) @ middles / total, mass.sum(axis=1) @ middles / total
    return np.asarray(np.hypot(down - CENTRE, across - CENTRE))
