"""From a drawing or a picture to the 28x28 image that a network reads, step by step.

MNIST was made so (http://yann.lecun.com/exdb/mnist): the ink's bounding box is fitted into
20x20 pixels keeping its aspect ratio, anti-aliased, and placed in 28x28 so that the centre of
mass falls on the centre, by whole pixels. Fashion-MNIST fits the longest side to 28 and centres
the box (Xiao et al., 2017). What the network saw while it learned, it must see when it reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp import ink as inks
from digitapp.errors import Blank
from digitapp.ink import Ink
from digitapp.pictures import flattened
from digitapp.preparations import (
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
from digitapp.registry import lookup
from digitapp.strokes import CANVAS_SIDE, Drawing, Points, moved, paint, remaining_ink

SIDE = 28
CENTRE = 14
WORKING_SIDE = 512
SHOWN_SIDE = 280  # of the first step; a page may keep hundreds of them
FINE_FROM = 0.25  # smaller shrinkings leave lines only a few pixels wide
FINER = 4

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Step:
    """One stage, to be shown: uint8 (height, width) or (height, width, 3), and a sentence."""

    title: str
    caption: str
    image: Picture


@dataclass(frozen=True)
class Digit:
    """What the network reads.

    Attributes:
        image: float32 (28, 28), 0 paper to 1 ink.
        steps: how it came about, first to last.
    """

    image: NDArray[np.float32]
    steps: tuple[Step, ...]


def from_canvas(rgba: Picture, preparation: str = "mnist") -> Digit:
    """Prepare a canvas's pixels.

    Args:
        rgba: uint8 (height, width, 4), as st_canvas's `image_data`.

    Raises:
        Blank: when nothing was drawn.
    """
    return _from_picture(flattened(Image.fromarray(rgba, "RGBA")), preparation, keep_specks=True)


def from_image(picture: Image.Image, preparation: str = "mnist") -> Digit:
    """Prepare any picture, of any mode.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    return _from_picture(flattened(picture), preparation, keep_specks=False)


def from_strokes(
    drawing: Drawing,
    preparation: str = "mnist",
    size: tuple[int, int] = (CANVAS_SIDE, CANVAS_SIDE),
) -> Digit:
    """Prepare pen strokes: drawn again with the pen of the dataset, so that theirs does not matter.

    Args:
        size: width and height of the canvas, in pixels, for the first step's picture.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    canvas = paint(drawing, size)
    if not how.pen:
        return _from_picture(canvas, preparation, keep_specks=True)
    box = _redrawn(drawing, how)
    inverted = 255 - np.asarray(canvas)
    return _digit(np.asarray(canvas), inverted, _cropped(inverted), box, how, drawn=True)


def stroke_image(drawing: Drawing, preparation: str = "mnist") -> NDArray[np.float32]:
    """The image of `from_strokes` without its steps: float32 (28, 28), in a tenth of the time.

    Raises:
        Blank: as `from_strokes`.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    if not how.pen:
        return from_strokes(drawing, preparation).image
    return _centred(_redrawn(drawing, how), how.by_mass)


def squeezed(picture: Image.Image) -> NDArray[np.float32]:
    """The plain way of most public apps: grey, inverted, the whole picture squeezed to 28x28.

    Returns:
        float32 (28, 28), 0 to 1.
    """
    inverted = _inverted(flattened(picture)).astype(np.uint8)
    small = Image.fromarray(inverted).resize((SIDE, SIDE))
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def _from_picture(picture: Image.Image, preparation: str, keep_specks: bool) -> Digit:
    how = lookup(PREPARATIONS, "preparation", preparation)
    ink = _prepared_ink(picture, how)
    if ink is None:
        factor = -(-max(picture.size) // WORKING_SIDE)
        grey = np.asarray(picture.convert("L").reduce(factor), dtype=np.float64)
        ink = inks.extract(grey, keep_specks)
    crop = _cropped(ink)
    box = _resized(_with_fitting_lines(crop, how), how.box)
    shown = picture.copy()
    shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return _digit(np.asarray(shown), _shown(ink), _shown(crop), box, how, drawn=False)


def _prepared_ink(picture: Image.Image, how: Preparation) -> Ink | None:
    """All ink of a picture that looks as this module's own results do, down to the faintest."""
    if picture.size != (SIDE, SIDE):
        return None
    ink = _inverted(picture) / np.float32(255)
    if not ink.any():
        return None
    crop = _cropped(ink)
    fits = max(crop.shape) == how.box and (_centred(crop, how.by_mass) == ink).all()
    return ink if fits else None


def _inverted(picture: Image.Image) -> NDArray[np.float32]:
    """Grey, and light on dark: float32 (height, width), 0 to 255."""
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return 255 - grey if inks.ink_is_darker(grey) else grey


def _digit(
    original: Picture, inverted: Picture, crop: Picture, box: Ink, how: Preparation, drawn: bool
) -> Digit:
    image = _centred(box, how.by_mass)
    pictures = (original, inverted, crop, _shown(_framed(box, how.box)), _shown(image))
    words = (
        DRAWING if drawn else PICTURE,
        INVERTED if drawn else CLEANED,
        CROPPED,
        REDRAWN if drawn else FITTED,
        CENTRED if how.by_mass else BOXED,
    )
    steps = (Step(*word, shown) for word, shown in zip(words, pictures, strict=True))
    return Digit(image, tuple(steps))


def _cropped(ink: NDArray) -> NDArray:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise Blank("There is no ink inside the canvas.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _with_fitting_lines(crop: Ink, how: Preparation) -> Ink:
    """Lines that would come out thinner or thicker than the dataset's are changed first.

    Ink that fills the box already is taken to be so prepared, and left alone.
    """
    scale = how.box / max(crop.shape)
    if scale == 1:
        return crop
    width = inks.stroke_width(crop > 0.5) * scale
    fitting = min(max(width, how.narrowest), how.widest)
    if fitting == width:
        return crop
    if scale > FINE_FROM:
        crop, scale = _finer(crop), scale / FINER
    change = (fitting - width) / scale
    margin = max(0, int(np.ceil(change / 2)))
    return _cropped(inks.with_stroke_width(np.pad(crop, margin), change))


def _finer(crop: Ink) -> Ink:
    """A small picture with more pixels, so that its lines can change by parts of its own."""
    size = (crop.shape[1] * FINER, crop.shape[0] * FINER)
    return np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)


def _resized(crop: Ink, box: int) -> Ink:
    """The longest side brought to `box` pixels: area-weighted when it shrinks."""
    height, width = crop.shape
    scale = box / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(crop).resize(size, method), dtype=np.float32)
    return small / small.max()


def _redrawn(drawing: Drawing, how: Preparation) -> Ink:
    """The strokes in a box, painted with the dataset's pen."""
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")
    points = np.concatenate([stroke.points for stroke in drawing])
    low, high = points.min(axis=0), points.max(axis=0)
    pen = max(stroke.width for stroke in drawing)
    scale = (how.box - how.pen) / max(*(high - low), pen)

    def into_box(each: Points) -> Points:
        return np.asarray((each - low) * scale + how.pen / 2 - 0.5)

    width, height = np.ceil((high - low) * scale + how.pen - 1e-6).astype(int)
    picture = paint(moved(drawing, into_box, how.pen), (int(width), int(height)))
    return 1 - np.asarray(picture, dtype=np.float32) / np.float32(255)


def _centred(box: Ink, by_mass: bool) -> NDArray[np.float32]:
    """The box in 28x28, moved by whole pixels and never over the edge."""
    height, width = box.shape
    middle = _centre_of_mass(box) if by_mass else ((height - 1) / 2 + 0.5, (width - 1) / 2 + 0.5)
    top = min(max(round(CENTRE - middle[0]), 0), SIDE - height)
    left = min(max(round(CENTRE - middle[1]), 0), SIDE - width)
    image = np.zeros((SIDE, SIDE), dtype=np.float32)
    image[top : top + height, left : left + width] = box
    return image


def _centre_of_mass(box: Ink) -> tuple[float, float]:
    rows, columns = np.indices(box.shape)
    return float((rows * box).sum() / box.sum()), float((columns * box).sum() / box.sum())


def _framed(box: Ink, side: int) -> Ink:
    """The box in the middle of its square, for showing."""
    down, right = (side - box.shape[0]) // 2, (side - box.shape[1]) // 2
    framed = np.zeros((side, side), dtype=np.float32)
    framed[down : down + box.shape[0], right : right + box.shape[1]] = box
    return framed


def _shown(ink: Ink) -> Picture:
    return (ink * 255).round().astype(np.uint8)
