"""Small pictures for pages and reports: enlarged digits, data URLs, strips, weights of nodes."""

from __future__ import annotations

import base64
import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageOps

from digitapp.figures.style import NEGATIVE, POSITIVE

STEP_SIDE = 132
ROW_SIDE = 84
FRAME = (150, 150, 150)
SHEET_SIDE = 56  # pixels in the side of a node's picture
NEUTRAL = "#f5f5f5"  # a weight of 0
LEVELS = 33  # colours of a node's picture, of which the middle one is NEUTRAL


def enlarged(image: NDArray[np.uint8], side: int, original: bool = False) -> Image.Image:
    """Fit a picture into a square of `side` pixels; small pictures keep their pixels visible.

    The rest of the square is black, as the network sees it. For the original picture it is
    transparent, and the picture gets a thin frame.
    """
    picture = Image.fromarray(image)
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    method = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS
    picture = picture.resize(size, method).convert("RGB")
    if original:
        picture = ImageOps.expand(ImageOps.crop(picture, 1), 1, FRAME)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0 if original else 255))
    square.paste(picture, ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


class StepPicture(NamedTuple):
    """A picture for a page, and its size there in pixels."""

    url: str
    width: int
    height: int


def step_picture(image: NDArray[np.uint8]) -> StepPicture:
    """Return a picture that fits into a square of `STEP_SIDE` pixels.

    The browser enlarges a small one, which takes fewer bytes.

    Args:
        image: uint8 (height, width) or (height, width, 3).
    """
    picture = Image.fromarray(image)
    scale = STEP_SIDE / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    if scale < 1:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return StepPicture(data_url(picture, wide=True, side=STEP_SIDE), width, height)


def data_url(picture: Image.Image, wide: bool = False, side: int = ROW_SIDE) -> str:
    """Return a picture as a PNG data URL, shrunk to fit a table row.

    Args:
        picture: the picture, which stays as it is.
        wide: do not limit the width.
        side: the largest height and width, in pixels.
    """
    small = picture.copy()
    small.thumbnail((picture.width if wide else side, side))
    data = io.BytesIO()
    small.save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def strip(images: NDArray[np.uint8], gap: int = 2) -> Image.Image:
    """Join images, uint8 (n, 28, 28) with 0 as paper, side by side as dark ink on white paper."""
    count, height, width = images.shape
    picture = Image.new("L", (count * (width + gap) - gap, height), 255)
    for number, image in enumerate(images):
        picture.paste(Image.fromarray(255 - image), (number * (width + gap), 0))
    return picture


def weight_sheet(weights: NDArray[np.floating], columns: int = 16) -> Image.Image:
    """Draw each node's weights as a small picture: blue where positive, orange where negative.

    Args:
        weights: (nodes, height, width).
        columns: number of pictures in a row.
    """
    count, height, width = weights.shape
    scale = max(1, SHEET_SIDE // height)
    cell = height * scale + 2
    strongest = _strongest(weights)
    rows = -(-count // columns)
    sheet = Image.new("RGBA", (min(count, columns) * cell, rows * cell), (0, 0, 0, 0))
    for number, picture in enumerate(_coloured(weights / strongest)):
        place = (number % columns * cell, number // columns * cell)
        size = (width * scale, height * scale)
        sheet.paste(Image.fromarray(picture).resize(size, Image.Resampling.NEAREST), place)
    return sheet


def weight_pictures(weights: NDArray[np.floating]) -> list[Image.Image]:
    """Draw each node's weights as a picture of its own, in the colours of `weight_sheet`.

    The strongest weight of all nodes has the full colour in each of them, and so have infinite
    ones, of a training that went wrong; NaN looks like 0. Few colours make small files, because a
    page gets the pictures anew after every epoch.

    Args:
        weights: (nodes, height, width).

    Returns:
        a picture of (height, width) pixels for each node.
    """
    found = weights.astype(np.float32)
    shares = np.nan_to_num(found / _strongest(found))
    places = np.rint((np.clip(shares, -1, 1) + 1) / 2 * (LEVELS - 1)).astype(np.uint8)
    palette = _coloured(np.linspace(-1, 1, LEVELS)).ravel().tolist()
    pictures = [Image.fromarray(each) for each in places]
    for picture in pictures:
        picture.putpalette(palette)
    return pictures


def _strongest(weights: NDArray[np.floating]) -> float:
    """Return the largest finite weight, whatever its sign; never 0."""
    finite = weights[np.isfinite(weights)].astype(np.float32)
    return max(float(np.abs(finite).max(initial=0)), 1e-6)


def _coloured(shares: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Map -1 to orange, 0 to nearly white and 1 to blue, as uint8 (..., 3)."""
    strength = np.abs(shares.astype(np.float32))[..., np.newaxis] ** 0.7
    neutral, positive, negative = (
        np.array(ImageColor.getrgb(colour)) for colour in (NEUTRAL, POSITIVE, NEGATIVE)
    )
    ends = np.where(shares[..., np.newaxis] > 0, positive, negative)
    return np.rint(neutral + strength * (ends - neutral)).astype(np.uint8)
