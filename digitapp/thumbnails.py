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


def data_url(picture: Image.Image) -> str:
    """A picture, made small enough for a table's row, as a PNG in a data URL."""
    small = picture.copy()
    small.thumbnail((ROW_SIDE, ROW_SIDE))
    data = io.BytesIO()
    small.save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")
