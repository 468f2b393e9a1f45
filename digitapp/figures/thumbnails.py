"""Small pictures for showing."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

STEP_SIDE = 132
ROW_SIDE = 84
FRAME = (150, 150, 150)
SHEET_SIDE = 56  # pixels, of a node's picture
NEUTRAL, LIKED, DISLIKED = (np.array(rgb) for rgb in ((245, 245, 245), (217, 95, 2), (33, 84, 196)))


def enlarged(image: NDArray[np.uint8], side: int, original: bool = False) -> Image.Image:
    """A picture fitted into a square of `side` pixels; small ones keep their pixels visible.

    What the square has left over is black, as the network sees it, or transparent around the
    original picture, which gets a thin frame.
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


def data_url(picture: Image.Image, wide: bool = False, side: int = ROW_SIDE) -> str:
    """A picture, made small enough for a table's row, as a PNG in a data URL.

    Args:
        wide: it may be as wide as it is.
        side: pixels that it may be high.
    """
    small = picture.copy()
    small.thumbnail((picture.width if wide else side, side))
    data = io.BytesIO()
    small.save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def strip(images: NDArray[np.uint8], gap: int = 2) -> Image.Image:
    """Images side by side in one picture, ink on paper: uint8 (n, 28, 28), 0 paper."""
    count, height, width = images.shape
    picture = Image.new("L", (count * (width + gap) - gap, height), 255)
    for number, image in enumerate(images):
        picture.paste(Image.fromarray(255 - image), (number * (width + gap), 0))
    return picture


def weight_sheet(weights: NDArray[np.floating], columns: int = 16) -> Image.Image:
    """Weights as small pictures in one: orange where a node likes ink, blue where it does not.

    Args:
        weights: (nodes, height, width).
        columns: pictures in a row.
    """
    count, height, width = weights.shape
    scale = max(1, SHEET_SIDE // height)
    cell = height * scale + 2
    strongest = max(float(np.abs(weights).max()), 1e-6)
    rows = -(-count // columns)
    sheet = Image.new("RGBA", (min(count, columns) * cell, rows * cell), (0, 0, 0, 0))
    for number, picture in enumerate(_coloured(weights / strongest)):
        place = (number % columns * cell, number // columns * cell)
        size = (width * scale, height * scale)
        sheet.paste(Image.fromarray(picture).resize(size, Image.Resampling.NEAREST), place)
    return sheet


def _coloured(shares: NDArray[np.floating]) -> NDArray[np.uint8]:
    """From -1 (blue) over 0 (nearly white) to 1 (orange): uint8 (..., 3)."""
    strength = np.abs(shares.astype(np.float32))[..., np.newaxis] ** 0.7
    ends = np.where(shares[..., np.newaxis] > 0, LIKED, DISLIKED)
    return np.rint(NEUTRAL + strength * (ends - NEUTRAL)).astype(np.uint8)
