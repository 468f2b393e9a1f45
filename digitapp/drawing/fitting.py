"""Fit the ink of a picture into the 28x28 image that a network reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.background import ink_is_darker
from digitapp.drawing.digit import (
    PICTURE_STEPS,
    PREPARATIONS,
    Digit,
    Preparation,
    centred,
    shown,
    with_steps,
)
from digitapp.drawing.ink import Ink, Keep, of_picture
from digitapp.drawing.line_width import with_limited_width
from digitapp.drawing.pictures import flattened
from digitapp.errors import Blank
from digitapp.registry import lookup

SHOWN_SIDE = 280  # of the first step's picture; a page may keep hundreds of them


def ink_image(ink: Ink, preparation: str = "mnist") -> NDArray[np.float32]:
    """Prepare ink: return the image that a network reads, float32 (28, 28), 0 to 1.

    Args:
        ink: float32 (height, width), 0 paper to 1 ink.

    Raises:
        Blank: when there is no ink.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return centred(_fitted(cropped(ink), how), how)


def picture_image(picture: Image.Image, preparation: str = "mnist") -> NDArray[np.float32]:
    """Return the image of `preprocessing.from_image` without its steps.

    Args:
        picture: of any mode.

    Returns:
        float32 (28, 28), 0 paper to 1 ink.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return centred(_fitted(cropped(_ink(flattened(picture), how, Keep.ONE)), how), how)


def from_picture(picture: Image.Image, how: Preparation, keep: Keep) -> Digit:
    """Prepare a picture (L or RGB), and describe the steps.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    ink = _ink(picture, how, keep)
    crop = cropped(ink)
    box = _fitted(crop, how)
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return with_steps((np.asarray(small), shown(ink), shown(crop)), PICTURE_STEPS, box, how)


def _ink(picture: Image.Image, how: Preparation, keep: Keep) -> Ink:
    """Return a picture's ink, unless it is prepared already: then all of it, however faint."""
    ink = _prepared_ink(picture, how)
    return of_picture(picture, keep)[0] if ink is None else ink


def _prepared_ink(picture: Image.Image, how: Preparation) -> Ink | None:
    """Return all ink of a picture that is already prepared, however faint; otherwise None."""
    if picture.size != (IMAGE_SIDE, IMAGE_SIDE):
        return None
    ink = light_on_dark(picture) / np.float32(255)
    if not ink.any():
        return None
    crop = cropped(ink)
    return ink if max(crop.shape) == how.box and (centred(crop, how) == ink).all() else None


def light_on_dark(picture: Image.Image) -> NDArray[np.float32]:
    """Convert to grey, light on dark: float32 (height, width), 0 to 255."""
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return 255 - grey if ink_is_darker(grey) else grey


def cropped(ink: NDArray) -> NDArray:
    """Crop the ink to its bounding box; raise Blank when there is none."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise Blank("There is no ink inside the canvas.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fitted(crop: Ink, how: Preparation) -> Ink:
    """Scale cropped ink so that its longest side is `how.box` pixels and its strongest ink 1.

    Its lines become as thick as the dataset's, unless it fits the box already: then it is assumed
    to be prepared.
    """
    scale = how.box / max(crop.shape)
    if scale != 1:
        crop = cropped(with_limited_width(crop, scale, how.narrowest, how.widest))
    height, width = crop.shape
    scale = how.box / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR  # BOX: area-averaged
    small = np.asarray(Image.fromarray(crop).resize(size, method), dtype=np.float32)
    return small / small.max()
