"""Turn a drawing or a picture into the 28x28 image that a network reads, step by step.

The steps are those by which MNIST was made (http://yann.lecun.com/exdb/mnist): the ink's bounding
box is fitted into 20x20 pixels keeping its aspect ratio, anti-aliased, and placed in 28x28 so that
the centre of mass falls on the centre, by whole pixels. Fashion-MNIST fits the longest side to 28
and centres the box (Xiao et al., 2017). A network must read images like those it was trained on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE, fitting
from digitapp.drawing import ink as inks
from digitapp.drawing.background import ink_is_darker
from digitapp.drawing.ink import Ink
from digitapp.drawing.pictures import flattened
from digitapp.drawing.preparations import (
    BOXED,
    CENTRED,
    CLEANED,
    CROPPED,
    DRAWING,
    FITTED,
    INVERTED,
    PICTURE,
    PREPARATIONS,
    REDRAWN,
    Preparation,
)
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, moved, paint
from digitapp.registry import lookup

WORKING_SIDE = 512
SHOWN_SIDE = 280  # of the first step's picture; a page may keep hundreds of them

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


def from_canvas(rgba: Picture, preparation: str = "mnist") -> Digit:
    """Prepare the pixels of a canvas.

    Args:
        rgba: uint8 (height, width, 4), such as st_canvas's `image_data`.

    Raises:
        Blank: when nothing was drawn.
    """
    return _from_picture(flattened(Image.fromarray(rgba, "RGBA")), preparation, inks.Keep.ALL)


def from_image(picture: Image.Image, preparation: str = "mnist") -> Digit:
    """Prepare a picture of any mode.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    return _from_picture(flattened(picture), preparation, inks.Keep.ONE)


def from_strokes(
    drawing: Drawing,
    preparation: str = "mnist",
    size: tuple[int, int] = (CANVAS_SIDE, CANVAS_SIDE),
    canvas: Image.Image | None = None,
) -> Digit:
    """Prepare pen strokes: redraw them with the dataset's pen, whatever their own width.

    Args:
        size: width and height of the canvas, in pixels, for the first step's picture.
        canvas: that picture, if the strokes are already painted.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    canvas = canvas or paint(drawing, size)
    if not how.pen:
        return _from_picture(canvas, preparation, inks.Keep.ALL)
    box = fitting.redrawn(drawing, how)
    inverted = 255 - np.asarray(canvas)
    return _digit(np.asarray(canvas), inverted, fitting.cropped(inverted), box, how, drawn=True)


def stroke_image(drawing: Drawing, preparation: str = "mnist") -> NDArray[np.float32]:
    """Return the image of `from_strokes` without its steps, in a tenth of the time.

    Returns:
        float32 (28, 28), 0 paper to 1 ink.

    Raises:
        Blank: as `from_strokes`.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    if not how.pen:
        return from_strokes(drawing, preparation).image
    return fitting.centred(fitting.redrawn(drawing, how), how.by_mass)


def ink_image(ink: Ink, preparation: str = "mnist") -> NDArray[np.float32]:
    """Prepare ink: return the image that a network reads, float32 (28, 28), 0 to 1.

    Args:
        ink: float32 (height, width), 0 paper to 1 ink.

    Raises:
        Blank: when there is no ink.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return fitting.centred(fitting.fitted(fitting.cropped(ink), how), how.by_mass)


def ink_of(picture: Image.Image, keep: inks.Keep) -> tuple[Ink, int]:
    """Extract the ink of a picture (L or RGB).

    Returns:
        the ink, as `ink.extract`, and the factor by which the picture's sides were reduced.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    factor = -(-max(picture.size) // WORKING_SIDE)
    grey = np.asarray(picture.convert("L").reduce(factor), dtype=np.float64)
    return inks.extract(grey, keep), factor


def placed_strokes(drawing: Drawing) -> Drawing:
    """Return the strokes as `stroke_image` paints them: in pixels of its image, with its pen.

    Raises:
        Blank: as `from_strokes`.
    """
    how = PREPARATIONS["mnist"]
    strokes, size = fitting.boxed(drawing, how)
    top, left = fitting.corner(fitting.painted(strokes, size), how.by_mass)
    return moved(strokes, lambda points: points + np.array((left, top)), how.pen)


def squeezed(picture: Image.Image) -> NDArray[np.float32]:
    """Prepare a picture as most public apps do: grey, inverted, all of it squeezed to 28x28.

    Returns:
        float32 (28, 28), 0 to 1.
    """
    inverted = _inverted(flattened(picture)).astype(np.uint8)
    small = Image.fromarray(inverted).resize((IMAGE_SIDE, IMAGE_SIDE))
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def _from_picture(picture: Image.Image, preparation: str, keep: inks.Keep) -> Digit:
    how = lookup(PREPARATIONS, "preparation", preparation)
    ink = _prepared_ink(picture, how)
    if ink is None:
        ink, _ = ink_of(picture, keep)
    crop = fitting.cropped(ink)
    box = fitting.fitted(crop, how)
    shown = picture.copy()
    shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return _digit(np.asarray(shown), _shown(ink), _shown(crop), box, how, drawn=False)


def _prepared_ink(picture: Image.Image, how: Preparation) -> Ink | None:
    """Return all ink of a picture that is already prepared, however faint; otherwise None."""
    if picture.size != (IMAGE_SIDE, IMAGE_SIDE):
        return None
    ink = _inverted(picture) / np.float32(255)
    if not ink.any():
        return None
    crop = fitting.cropped(ink)
    fits = max(crop.shape) == how.box and (fitting.centred(crop, how.by_mass) == ink).all()
    return ink if fits else None


def _inverted(picture: Image.Image) -> NDArray[np.float32]:
    """Convert to grey, light on dark: float32 (height, width), 0 to 255."""
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return 255 - grey if ink_is_darker(grey) else grey


def _digit(
    original: Picture, inverted: Picture, crop: Picture, box: Ink, how: Preparation, drawn: bool
) -> Digit:
    image = fitting.centred(box, how.by_mass)
    pictures = (original, inverted, crop, _shown(fitting.framed(box, how.box)), _shown(image))
    words = (
        DRAWING if drawn else PICTURE,
        INVERTED if drawn else CLEANED,
        CROPPED,
        REDRAWN if drawn else FITTED,
        CENTRED if how.by_mass else BOXED,
    )
    steps = (Step(*word, shown) for word, shown in zip(words, pictures, strict=True))
    return Digit(image, tuple(steps))


def _shown(ink: Ink) -> Picture:
    return (ink * 255).round().astype(np.uint8)
