"""Pictures of things, as a camera or a data set of clothes shows them: `pictures` prepares them.

Each is a silhouette, light on dark, with texture, folds and seams: trousers, shirts, shoes and bags
from afar, drawn by a few formulas. Finding the ink in such a picture leaves outlines and parts of
its texture, and a leg looks like a 1. No picture of Fashion-MNIST has a part in this: it measures
how well a network that was trained on these refuses real ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from digitapp.data import non_digits
from digitapp.data.array_files import Images
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.fitting import picture_image
from digitapp.errors import Blank

OF_TEXTURES = 0.25  # the share of `non_digits.textures`


def pictures(count: int, rng: np.random.Generator) -> Images:
    """Make pictures of textured silhouettes and prepare them: uint8 (count, 28, 28)."""
    images: list[NDArray[np.float32]] = []
    while len(images) < count:
        try:
            images.append(picture_image(_thing(rng)))
        except Blank:
            continue
    shape = (-1, IMAGE_SIDE, IMAGE_SIDE)
    return np.rint(np.array(images).reshape(shape) * 255).astype(np.uint8)


def _thing(rng: np.random.Generator) -> Image.Image:
    """Draw a silhouette with texture, folds and seams, light on dark: mode L, 28x28."""
    if rng.random() < OF_TEXTURES:
        return Image.fromarray(non_digits.textures(1, rng)[0])
    side = IMAGE_SIDE
    mask = FIGURES[int(rng.integers(len(FIGURES)))](rng)
    inside = np.full((side, side), rng.uniform(0.25, 1.0))
    grain = scipy.ndimage.gaussian_filter(rng.normal(0, 1, (side, side)), rng.uniform(0.3, 3))
    inside += rng.uniform(0, 0.35) * grain / grain.std()
    y, x = np.indices((side, side))
    for _ in range(rng.integers(0, 3)):  # stripes, folds
        turn, step = rng.uniform(0, math.pi), rng.uniform(0.3, 2.5)
        waves = np.sin((math.cos(turn) * x + math.sin(turn) * y) * step + rng.uniform(0, 6))
        inside += rng.uniform(0, 0.25) * waves
    for _ in range(rng.integers(0, 4)):  # seams, closures, straps
        one, width = rng.normal(13.5, 5), rng.uniform(0.4, 1.5)
        along = (x if rng.random() < 0.65 else y) + rng.normal(0, 0.1) * (y - 13.5)
        inside += rng.uniform(-0.5, 0.5) * np.exp(-(((along - one) / width) ** 2))
    if rng.random() < 0.4:  # darker towards a side
        inside *= 1 - rng.uniform(0, 0.6) * (x if rng.random() < 0.5 else y) / side
    soft = scipy.ndimage.gaussian_filter(mask.astype(float), rng.uniform(0.2, 0.6))
    grey = np.clip(inside, 0.02, 1) * soft
    grey = 255 * grey / max(grey.max(), 0.2)
    return Image.fromarray(np.rint(np.clip(grey, 0, 255)).astype(np.uint8))


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = (np.indices((IMAGE_SIDE, IMAGE_SIDE)) - (IMAGE_SIDE - 1) / 2) / (IMAGE_SIDE / 2)
    return x, y


def _columns(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return one or two long columns that spread downwards or upwards from a band."""
    x, y = _grid()
    if rng.random() < 0.3:
        y = -y
    top, waist, long = rng.uniform(-1, -0.7), rng.uniform(0.12, 0.4), rng.uniform(0.6, 1)
    spread = rng.uniform(-0.1, 0.25) * (y - top) / 2
    outer = np.abs(x + rng.normal(0, 0.03) * y) < waist + spread
    split = rng.uniform(-0.7, 0.2)
    gap = rng.uniform(0, 0.16) * np.clip(y - split, 0, 1)
    parted = (np.abs(x) < gap) & (y > split) & (rng.random() < 0.7)
    return np.asarray(outer & (y > top) & (y < long) & ~parted)


def _body(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return a trunk, broad or slim, with two arms or none, and an opening at the top."""
    x, y = _grid()
    half, flare = rng.uniform(0.25, 0.6), rng.uniform(-0.2, 0.35)
    waist = rng.uniform(0, 0.15) * np.cos(np.clip(y - rng.uniform(-0.3, 0.3), -1, 1) * math.pi)
    top, bottom = rng.uniform(-1, -0.75), rng.uniform(0.7, 1)
    trunk = (np.abs(x) < half + flare * (y + 1) / 2 - waist) & (y > top) & (y < bottom)
    if rng.random() < 0.65:
        fall, wide, long = rng.uniform(0.1, 2.5), rng.uniform(0.15, 0.4), rng.uniform(0.2, 1.9)
        shoulder = top + rng.uniform(0, 0.15)
        line = shoulder + fall * (np.abs(x) - half * 0.6)
        trunk |= (np.abs(y - line - wide / 2) < wide) & (np.abs(x) < 0.98) & (y < shoulder + long)
    neck, deep = rng.uniform(0, 0.3), rng.uniform(0, 0.5)
    opening = (np.abs(x) < neck) & (y < top + deep * (1 - np.abs(x) / max(neck, 0.01)))
    return np.asarray(trunk & ~opening)


def _low(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return something low and long, with a raised end, perhaps on a heel, or with gaps."""
    x, y = _grid()
    if rng.random() < 0.5:
        x = -x
    sole, rise = rng.uniform(0.25, 0.6), rng.uniform(0.15, 1.3)
    upper = sole - 0.15 - rise / (1 + np.exp((x - rng.uniform(-0.5, 0.2)) * rng.uniform(3, 9)))
    upper -= rng.uniform(0, 0.25) * (1 - x**2)
    found = (y > upper) & (y < sole) & (np.abs(x) < 0.97)
    if rng.random() < 0.4:  # a heel
        found |= (x < rng.uniform(-0.8, -0.5)) & (x > -0.97) & (y < sole + 0.35) & (y >= sole - 0.1)
        found &= ~((y > sole - 0.05 + 0.1 * np.abs(x)) & (np.abs(x - 0.1) < 0.3))
    if rng.random() < 0.4:  # straps
        turn = rng.uniform(-1, 1)
        found &= (np.sin((x + turn * y) * rng.uniform(4, 12)) > rng.uniform(-0.8, 0.1)) | (
            y > sole - 0.15
        )
    return np.asarray(found)


def _bag(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return a box with rounded corners under one or two handles."""
    x, y = _grid()
    half, top, power = rng.uniform(0.5, 0.95), rng.uniform(-0.5, 0.2), rng.uniform(3, 12)
    bottom = rng.uniform(0.5, 0.95)
    middle, tall = (top + bottom) / 2, (bottom - top) / 2
    box = np.abs(x / half) ** power + np.abs((y - middle) / tall) ** power < 1
    wide, high = rng.uniform(0.15, 0.7) * half, rng.uniform(0.2, 0.9)
    ring = np.sqrt((x / wide) ** 2 + ((y - top) / high) ** 2)
    return np.asarray(box | ((np.abs(ring - 1) < rng.uniform(0.05, 0.25)) & (y < top + 0.1)))


FIGURES: tuple[Callable[[np.random.Generator], NDArray[np.bool_]], ...] = (
    _columns,
    _columns,
    _body,
    _body,
    _low,
    _bag,
)
