"""The image that a network reads, how each dataset's images were prepared, and the steps to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.ink import Ink

CENTRE = 14  # pixels
HALF = 1e-6  # pixels: as near to a half as this is a half, whatever the order of summing

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Step:
    """One step, for display; its image is uint8 (height, width) or (height, width, 3)."""

    title: str
    caption: str
    image: Picture


@dataclass(frozen=True)
class Digit:
    """The image that a network reads, and how it was prepared.

    Attributes:
        image: float32 (28, 28), 0 paper to 1 ink.
        steps: the steps of its preparation, first to last.
    """

    image: NDArray[np.float32]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Preparation:
    """How a dataset's images were prepared.

    Attributes:
        box: the length of the ink's longest side, in pixels of the 28x28 image.
        by_mass: centre the centre of mass, not the bounding box.
        pen: pen width in pixels of the 28x28 image, for strokes; 0 keeps the drawn width.
        narrowest, widest: the range to which line widths are limited, in pixels of the 28x28
            image; 0 and infinity leave them alone. For MNIST, the middle half of its digits.
    """

    box: int
    by_mass: bool
    pen: float
    narrowest: float
    widest: float


def with_steps(
    before: Sequence[Picture], captions: Sequence[tuple[str, str]], box: Ink, how: Preparation
) -> Digit:
    """Centre the box in the image, and describe all steps to it.

    Args:
        before: the pictures of the steps before the box.
        captions: their titles and captions, and the box's, such as `PICTURE_STEPS`.
        box: float32 (height, width), at most `how.box` pixels on each side.
    """
    image = centred(box, how)
    down, across = ((how.box - side) // 2 for side in box.shape)
    pictures = (*before, shown(_placed(box, how.box, down, across)), shown(image))
    words = (*captions, CENTRED[how.by_mass])
    return Digit(image, tuple(Step(*each, of) for each, of in zip(words, pictures, strict=True)))


def stroke_steps(how: Preparation) -> tuple[tuple[str, str], ...]:
    """Return the title and caption of each step by which strokes are prepared, first to last."""
    return (*(STROKE_STEPS if how.pen else OWN_PEN_STEPS), CENTRED[how.by_mass])


def centred(box: Ink, how: Preparation) -> NDArray[np.float32]:
    """Centre the box in a 28x28 image, by whole pixels and never past the edge."""
    return _placed(box, IMAGE_SIDE, *corner(box, how))


def corner(box: Ink, how: Preparation) -> tuple[int, int]:
    """Return the row and column of the centred box's first pixel in the 28x28 image."""
    height, width = box.shape
    down, across = height / 2, width / 2
    if how.by_mass:
        mass = box.astype(np.float64)
        down = float(np.arange(height) @ mass.sum(axis=1) / mass.sum())
        across = float(np.arange(width) @ mass.sum(axis=0) / mass.sum())
    top = min(max(_rounded(CENTRE - down), 0), IMAGE_SIDE - height)
    return top, min(max(_rounded(CENTRE - across), 0), IMAGE_SIDE - width)


def _rounded(value: float) -> int:
    """Round to the nearest whole number, halves to the even one; so does `live/js/ink.js`."""
    half = math.floor(value) + 0.5
    return round(half if abs(value - half) < HALF else value)


def shown(ink: Ink) -> Picture:
    """Return ink as a picture, white on black: uint8, 0 to 255."""
    return (ink * 255).round().astype(np.uint8)


def _placed(box: Ink, side: int, top: int, left: int) -> Ink:
    image = np.zeros((side, side), dtype=np.float32)
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return image


# Titles and captions of the steps, first to last but one.
CROPPED = ("Cropped", "The empty paper around the ink is cut away.")
STROKE_STEPS = (
    ("Your drawing", "What you drew, as it arrived."),
    (
        "Grey and inverted",
        "The network learned from white digits on black, so yours becomes one too.",
    ),
    CROPPED,
    (
        "Made small",
        "Drawn again in a 20x20 box, with a pen as thick as the one the network learned from.",
    ),
)
OWN_PEN_STEPS = (
    *STROKE_STEPS[:-1],
    ("Made small", "Drawn again in a 28x28 box, not stretched, with your pen made small too."),
)
PICTURE_STEPS = (
    ("Your picture", "The picture, as it arrived."),
    (
        "Grey and inverted",
        "The ink becomes white, as in the digits the network learned from; paper and shadows "
        "vanish.",
    ),
    CROPPED,
    (
        "Made small",
        "Lines as thick as those the network learned from; fitted into a small box, not stretched.",
    ),
)
# The last step, by whether the ink is centred by its mass.
CENTRED = {
    True: (
        "Centred",
        "Moved so that the ink balances on the middle: this is what the network reads.",
    ),
    False: ("Centred", "Placed in the middle: this is what the network reads."),
}

PREPARATIONS: dict[str, Preparation] = {
    "mnist": Preparation(box=20, by_mass=True, pen=2.5, narrowest=2.3, widest=3.0),
    "fashion_mnist": Preparation(box=28, by_mass=False, pen=0, narrowest=0, widest=float("inf")),
}
