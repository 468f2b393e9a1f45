"""Turn a drawing or a picture into the 28x28 image that a network reads, step by step.

The steps are those by which MNIST was made (http://yann.lecun.com/exdb/mnist): the ink's bounding
box is fitted into 20x20 pixels keeping its aspect ratio, anti-aliased, and placed in 28x28 so that
the centre of mass falls on the centre, by whole pixels. Fashion-MNIST fits the longest side to 28
and centres the box (Xiao et al., 2017). A network must read images like those it was trained on.

Strokes are scaled and drawn again; a picture's ink is found, cropped and scaled. Both are then
centred.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE, digit, line_width
from digitapp.drawing.background import ink_is_darker
from digitapp.drawing.digit import PREPARATIONS, Digit, Picture, Preparation
from digitapp.drawing.ink import Ink, Keep, of_picture
from digitapp.drawing.pictures import flattened
from digitapp.drawing.strokes import Drawing, moved, paint, remaining_ink
from digitapp.errors import Blank
from digitapp.registry import lookup

SHOWN_SIDE = 280  # of the first step's picture; a page may keep hundreds of them


def from_strokes(
    drawing: Drawing, preparation: str = "mnist", canvas: Image.Image | None = None
) -> Digit:
    """Prepare pen strokes: redraw them with the dataset's pen, whatever their own width.

    Args:
        canvas: the first step's picture, if the strokes are already painted.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    canvas = canvas or paint(drawing)
    if not how.pen:
        return _from_picture(canvas, how, Keep.ALL)
    box = redrawn(drawing, how)
    inverted = 255 - np.asarray(canvas)
    return digit.with_steps(
        (np.asarray(canvas), inverted, _cropped(inverted)), digit.STROKE_STEPS, box, how
    )


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
    return digit.centred(redrawn(drawing, how), how)


def placed_strokes(drawing: Drawing) -> Drawing:
    """Return the strokes as `stroke_image` paints them: in pixels of its image, with its pen.

    Raises:
        Blank: as `from_strokes`.
    """
    how = PREPARATIONS["mnist"]
    strokes, size = _boxed(drawing, how)
    top, left = digit.corner(painted(strokes, size), how)
    return moved(strokes, [each.points + np.array((left, top)) for each in strokes], how.pen)


def redrawn(drawing: Drawing, how: Preparation) -> Ink:
    """Scale the strokes into their box and paint them with the dataset's pen."""
    return painted(*_boxed(drawing, how))


def painted(strokes: Drawing, size: tuple[int, int]) -> Ink:
    """Paint the strokes as ink, 0 to 1, on a sheet of `size` (width, height) pixels."""
    return 1 - np.asarray(paint(strokes, size), dtype=np.float32) / np.float32(255)


def _boxed(drawing: Drawing, how: Preparation) -> tuple[Drawing, tuple[int, int]]:
    """Scale the strokes into their box and give them the dataset's pen width.

    Returns:
        the strokes, and the box's width and height in pixels.
    """
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")
    points = np.concatenate([stroke.points for stroke in drawing])
    low, high = points.min(axis=0), points.max(axis=0)
    pen = max(stroke.width for stroke in drawing)
    scale = (how.box - how.pen) / max(*(high - low), pen)
    width, height = np.ceil((high - low) * scale + how.pen - 1e-6).astype(int)
    placed = [(each.points - low) * scale + how.pen / 2 - 0.5 for each in drawing]
    return moved(drawing, placed, how.pen), (int(width), int(height))


def from_canvas(rgba: Picture, preparation: str = "mnist") -> Digit:
    """Prepare the pixels of a canvas.

    Args:
        rgba: uint8 (height, width, 4), such as st_canvas's `image_data`.

    Raises:
        Blank: when nothing was drawn.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return _from_picture(flattened(Image.fromarray(rgba, "RGBA")), how, Keep.ALL)


def from_image(picture: Image.Image, preparation: str = "mnist") -> Digit:
    """Prepare a picture of any mode.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return _from_picture(flattened(picture), how, Keep.ONE)


def ink_image(ink: Ink, preparation: str = "mnist") -> NDArray[np.float32]:
    """Prepare ink: return the image that a network reads, float32 (28, 28), 0 to 1.

    Args:
        ink: float32 (height, width), 0 paper to 1 ink.

    Raises:
        Blank: when there is no ink.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    return digit.centred(_fitted(_cropped(ink), how), how)


def squeezed(picture: Image.Image) -> NDArray[np.float32]:
    """Prepare a picture as most public apps do: grey, inverted, all of it squeezed to 28x28.

    Returns:
        float32 (28, 28), 0 to 1.
    """
    inverted = _inverted(flattened(picture)).astype(np.uint8)
    small = Image.fromarray(inverted).resize((IMAGE_SIDE, IMAGE_SIDE))
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def _from_picture(picture: Image.Image, how: Preparation, keep: Keep) -> Digit:
    ink = _prepared_ink(picture, how)
    if ink is None:
        ink, _ = of_picture(picture, keep)
    crop = _cropped(ink)
    box = _fitted(crop, how)
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return digit.with_steps(
        (np.asarray(small), digit.shown(ink), digit.shown(crop)), digit.PICTURE_STEPS, box, how
    )


def _prepared_ink(picture: Image.Image, how: Preparation) -> Ink | None:
    """Return all ink of a picture that is already prepared, however faint; otherwise None."""
    if picture.size != (IMAGE_SIDE, IMAGE_SIDE):
        return None
    ink = _inverted(picture) / np.float32(255)
    if not ink.any():
        return None
    crop = _cropped(ink)
    return ink if max(crop.shape) == how.box and (digit.centred(crop, how) == ink).all() else None


def _inverted(picture: Image.Image) -> NDArray[np.float32]:
    """Convert to grey, light on dark: float32 (height, width), 0 to 255."""
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return 255 - grey if ink_is_darker(grey) else grey


def _cropped(ink: NDArray) -> NDArray:
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
        crop = _cropped(line_width.limited(crop, scale, how.narrowest, how.widest))
    height, width = crop.shape
    scale = how.box / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR  # BOX: area-averaged
    small = np.asarray(Image.fromarray(crop).resize(size, method), dtype=np.float32)
    return small / small.max()
