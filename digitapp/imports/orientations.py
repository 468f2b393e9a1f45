"""The eight ways an image can lie: turned by quarters, and mirrored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]  # (n, height, width)


@dataclass(frozen=True)
class Orientation:
    """What was done to images, and how it is undone.

    Attributes:
        words: how the images lie, as the end of "The images ...".
        title: what puts them upright, for a button.
        done: the same when it is done.
        upright: puts such images (n, height, width) upright.
    """

    words: str
    title: str
    done: str
    upright: Callable[[Images], Images]


def _turned(quarters: int) -> Callable[[Images], Images]:
    return lambda images: np.rot90(images, quarters, axes=(1, 2))


# By the name of what puts the images upright again, as the command line has it.
ORIENTATIONS: dict[str, Orientation] = {
    "as_is": Orientation(
        "are upright", "Leave them as they are", "The images stay as they lie.", lambda each: each
    ),
    "transpose": Orientation(
        "have their rows and columns swapped, as in the files of EMNIST",
        "Swap rows and columns",
        "Rows and columns were swapped.",
        lambda images: images.transpose(0, 2, 1),
    ),
    "turn_left": Orientation(
        "are turned to the right, by a quarter",
        "Turn them to the left",
        "The images were turned to the left, by a quarter.",
        _turned(1),
    ),
    "turn_round": Orientation(
        "stand on their heads",
        "Turn them round",
        "The images were turned by a half.",
        _turned(2),
    ),
    "turn_right": Orientation(
        "are turned to the left, by a quarter",
        "Turn them to the right",
        "The images were turned to the right, by a quarter.",
        _turned(3),
    ),
    "mirror": Orientation(
        "are mirrored, left and right",
        "Mirror them back",
        "The images were mirrored, left and right.",
        lambda images: images[:, :, ::-1],
    ),
    "flip": Orientation(
        "are mirrored, top and bottom",
        "Mirror them back",
        "The images were mirrored, top and bottom.",
        lambda images: images[:, ::-1],
    ),
    "transpose_other": Orientation(
        "are mirrored along the diagonal from bottom left to top right",
        "Mirror them back",
        "The images were mirrored along the diagonal from bottom left to top right.",
        lambda images: images[:, ::-1, ::-1].transpose(0, 2, 1),
    ),
}
