"""Turn a drawing or a picture into the 28x28 image that a network reads, step by step.

The steps are those by which MNIST was made (http://yann.lecun.com/exdb/mnist): the ink's bounding
box is fitted into 20x20 pixels keeping its aspect ratio, anti-aliased, and placed in 28x28 so that
the centre of mass falls on the centre, by whole pixels. Fashion-MNIST fits the longest side to 28
and centres the box (Xiao et al., 2017). A network must read images like those it was trained on.

Strokes are scaled and drawn again, with the dataset's pen if it has one; a picture's ink is found,
cropped and scaled. Both are then centred.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE, coverage, digit
from digitapp.drawing.digit import PREPARATIONS, Digit, Picture, Preparation
from digitapp.drawing.fitting import cropped, from_picture, light_on_dark
from digitapp.drawing.ink import Ink, Keep
from digitapp.drawing.pictures import flattened
from digitapp.drawing.strokes import Drawing, Stroke, paint, remaining_ink
from digitapp.errors import Blank
from digitapp.registry import lookup

ROUNDING = 1e-6  # of a pixel: a side that is longer by less is not


def from_strokes(
    drawing: Drawing, preparation: str = "mnist", canvas: Image.Image | None = None
) -> Digit:
    """Prepare pen strokes: redraw them with the dataset's pen, or their own if it has none.

    Args:
        canvas: the first step's picture, if the strokes are already painted.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    canvas = canvas or paint(drawing)
    box = redrawn(drawing, how)
    inverted = 255 - np.asarray(canvas)
    captions = digit.stroke_steps(how)[:-1]
    return digit.with_steps((np.asarray(canvas), inverted, cropped(inverted)), captions, box, how)


def stroke_image(drawing: Drawing, preparation: str = "mnist") -> NDArray[np.float32]:
    """Return the image of `from_strokes` without its steps, in a tenth of the time.

    Returns:
        float32 (28, 28), 0 paper to 1 ink.

    Raises:
        Blank: as `from_strokes`.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return digit.centred(redrawn(drawing, how), how)


def placed_strokes(drawing: Drawing) -> Drawing:
    """Return the strokes as `stroke_image` paints them: in pixels of its image, with its pen.

    Raises:
        Blank: as `from_strokes`.
    """
    how = PREPARATIONS["mnist"]
    strokes, size = _boxed(drawing, how)
    top, left = digit.corner(coverage.of_strokes(strokes, size), how)
    corner = np.array((left, top))
    return tuple(replace(each, points=each.points + corner) for each in strokes)


def redrawn(drawing: Drawing, how: Preparation) -> Ink:
    """Scale the strokes into their box and draw them again; their strongest ink is 1."""
    ink = coverage.of_strokes(*_boxed(drawing, how))
    return ink / ink.max()


def _boxed(drawing: Drawing, how: Preparation) -> tuple[Drawing, tuple[int, int]]:
    """Scale the strokes into their box, with the dataset's pen or with their own, scaled.

    `live/js/ink.js` follows this arithmetic operation by operation.

    Returns:
        the strokes, and the box's width and height in pixels.
    """
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")
    margins = [0 if how.pen else stroke.width / 2 for stroke in drawing]
    edges = list(zip(drawing, margins, strict=True))
    low = np.min([each.points.min(axis=0) - margin for each, margin in edges], axis=0)
    high = np.max([each.points.max(axis=0) + margin for each, margin in edges], axis=0)
    widest = max(stroke.width for stroke in drawing)
    scale = (how.box - how.pen) / max(*(high - low), widest)
    width, height = np.ceil((high - low) * scale + how.pen - ROUNDING).astype(int)
    placed = tuple(
        Stroke((each.points - low) * scale + how.pen / 2 - 0.5, how.pen or each.width * scale)
        for each in drawing
    )
    return placed, (int(width), int(height))


def from_canvas(rgba: Picture, preparation: str = "mnist") -> Digit:
    """Prepare the pixels of a canvas.

    Args:
        rgba: uint8 (height, width, 4), such as st_canvas's `image_data`.

    Raises:
        Blank: when nothing was drawn.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return from_picture(flattened(Image.fromarray(rgba, "RGBA")), how, Keep.ALL)


def from_image(picture: Image.Image, preparation: str = "mnist") -> Digit:
    """Prepare a picture of any mode.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return from_picture(flattened(picture), how, Keep.ONE)


def squeezed(picture: Image.Image) -> NDArray[np.float32]:
    """Prepare a picture as most public apps do: grey, inverted, all of it squeezed to 28x28.

    Returns:
        float32 (28, 28), 0 to 1.
    """
    inverted = light_on_dark(flattened(picture)).astype(np.uint8)
    small = Image.fromarray(inverted).resize((IMAGE_SIDE, IMAGE_SIDE))
    return np.asarray(small, dtype=np.float32) / np.float32(255)
