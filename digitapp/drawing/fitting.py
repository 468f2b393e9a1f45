"""Fit ink or strokes into a network's 28x28 input, as the images of its dataset were."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.ink import Ink, stroke_width, with_stroke_width
from digitapp.drawing.preparations import Preparation
from digitapp.drawing.strokes import Drawing, Points, moved, paint, remaining_ink
from digitapp.errors import Blank

CENTRE = 14
FINE_FROM = 0.25  # above this scale lines are only a few pixels wide, and are upsampled first
FINER = 4


def cropped(ink: NDArray) -> NDArray:
    """Crop the ink to its bounding box.

    Raises:
        Blank: when there is no ink.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise Blank("There is no ink inside the canvas.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fitted(crop: Ink, how: Preparation) -> Ink:
    """Scale cropped ink so that its longest side is `how.box` pixels and its strongest ink 1."""
    return _resized(_with_fitting_lines(crop, how), how.box)


def _with_fitting_lines(crop: Ink, how: Preparation) -> Ink:
    """Adjust lines that scaling would leave thinner or thicker than the dataset's.

    Ink that already fits the box is assumed to be prepared, and returned unchanged.
    """
    scale = how.box / max(crop.shape)
    if scale == 1:
        return crop
    crop = crop / crop.max()  # find the lines even where all ink is faint
    width = stroke_width(crop > 0.5) * scale
    fitting = min(max(width, how.narrowest), how.widest)
    if fitting == width:
        return crop
    if scale > FINE_FROM:
        crop, scale = _finer(crop), scale / FINER
    change = (fitting - width) / scale
    margin = max(0, int(np.ceil(change / 2)))
    return cropped(with_stroke_width(np.pad(crop, margin), change))


def _finer(crop: Ink) -> Ink:
    """Upsample a small picture, so that its lines can change by fractions of its pixels."""
    size = (crop.shape[1] * FINER, crop.shape[0] * FINER)
    return np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)


def _resized(crop: Ink, box: int) -> Ink:
    """Resize so that the longest side is `box` pixels: area-averaged when shrinking."""
    height, width = crop.shape
    scale = box / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(crop).resize(size, method), dtype=np.float32)
    return small / small.max()


def redrawn(drawing: Drawing, how: Preparation) -> Ink:
    """Scale the strokes into their box and paint them with the dataset's pen.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    return painted(*boxed(drawing, how))


def painted(strokes: Drawing, size: tuple[int, int]) -> Ink:
    """Paint the strokes as ink, 0 to 1, on a sheet of `size` (width, height) pixels."""
    return 1 - np.asarray(paint(strokes, size), dtype=np.float32) / np.float32(255)


def boxed(drawing: Drawing, how: Preparation) -> tuple[Drawing, tuple[int, int]]:
    """Scale the strokes into their box and give them the dataset's pen width.

    Returns:
        the strokes, and the box's width and height in pixels.

    Raises:
        Blank: as `redrawn`.
    """
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
    return moved(drawing, into_box, how.pen), (int(width), int(height))


def centred(box: Ink, by_mass: bool) -> NDArray[np.float32]:
    """Centre the box in a 28x28 image, by whole pixels and never past the edge."""
    top, left = corner(box, by_mass)
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), dtype=np.float32)
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return image


def corner(box: Ink, by_mass: bool) -> tuple[int, int]:
    """Return the row and column of the centred box's first pixel in the 28x28 image."""
    height, width = box.shape
    middle = _centre_of_mass(box) if by_mass else ((height - 1) / 2 + 0.5, (width - 1) / 2 + 0.5)
    top = min(max(round(CENTRE - middle[0]), 0), IMAGE_SIDE - height)
    left = min(max(round(CENTRE - middle[1]), 0), IMAGE_SIDE - width)
    return top, left


def _centre_of_mass(box: Ink) -> tuple[float, float]:
    rows, columns = np.indices(box.shape)
    return float((rows * box).sum() / box.sum()), float((columns * box).sum() / box.sum())


def framed(box: Ink, side: int) -> Ink:
    """Place the box in the middle of a square of `side` pixels, for display."""
    down, right = (side - box.shape[0]) // 2, (side - box.shape[1]) // 2
    framed = np.zeros((side, side), dtype=np.float32)
    framed[down : down + box.shape[0], right : right + box.shape[1]] = box
    return framed
