"""Pictures with very many or very entangled parts, and digits printed in dots or on dots."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.strokes import from_points, paint
from tests.digits import DIGITS

Values = NDArray[np.float64]
Sheet = NDArray[np.uint8]


def written(digit: int, side: int, pen: float = 0.075) -> Values:
    """Return how much of each pixel of a square sheet a digit covers, 0 to 1."""
    strokes = [[[x * side / 280, y * side / 280] for x, y in stroke] for stroke in DIGITS[digit]]
    return 1 - np.asarray(paint(from_points(strokes, pen * side), (side, side)), float) / 255


def screened(tone: Values, cell: float) -> Sheet:
    """Print in round black dots, `cell` pixels apart, on a grid rotated by 15 degrees.

    Args:
        tone: (side, side), the share of ink, 0 to 1.
    """
    rows, columns = np.indices(tone.shape) * 2 * np.pi / cell
    along, across = np.cos(0.26) * columns + np.sin(0.26) * rows, np.cos(0.26) * rows
    hills = np.cos(along) + np.cos(across - np.sin(0.26) * columns)
    ranks = hills.ravel().argsort().argsort().reshape(tone.shape) / tone.size
    return np.where(ranks > 1 - tone, 0, 255).astype(np.uint8)


def on_dots(digit: int, side: int, apart: float, radius: float, pen: float = 0.075) -> Sheet:
    """Write on paper with printed dots."""
    middle = np.indices((side, side)) % apart - apart / 2
    dots = np.hypot(*middle) <= radius
    return np.where(dots | (written(digit, side, pen) > 0.5), 0, 255).astype(np.uint8)


def dithered(digit: int, side: int, ink: int, paper: int) -> Sheet:
    """Return two greys as a fax machine sends them: scattered black dots (Floyd-Steinberg)."""
    grey = paper + (ink - paper) * written(digit, side)
    return np.asarray(Image.fromarray(grey.astype(np.uint8)).convert("1").convert("L"))


def _dots(side: int) -> Sheet:
    sheet = np.full((side, side), 255, dtype=np.uint8)
    sheet[::4, ::4] = 0
    return sheet


def _grid(side: int) -> Sheet:
    sheet = np.full((side, side), 255, dtype=np.uint8)
    sheet[::8] = sheet[:, ::8] = 0
    return sheet


def _stripes(side: int) -> Sheet:
    return np.tile(np.where(np.arange(side) % 8 < 4, 0, 255), (side, 1)).astype(np.uint8)


def _noise(side: int) -> Sheet:
    chance = np.random.default_rng(0).random((side, side))
    return np.where(chance < 0.05, 0, 255).astype(np.uint8)


def _halftone(side: int) -> Sheet:
    rows, columns = np.indices((side, side)) / side - 0.5
    return screened(0.2 + 0.5 * (np.hypot(rows, columns) < 0.3), 8)


def _rings(side: int) -> Sheet:
    """Frames within frames."""
    place = np.minimum(np.arange(side), side - 1 - np.arange(side))
    deep = np.minimum(place[:, np.newaxis], place)
    return np.where(deep % 6 < 2, 0, 255).astype(np.uint8)


def _framed_dots(side: int) -> Sheet:
    """As many small frames as fit, each round a dot."""
    away = np.abs(np.arange(side) % 14 - 6) // 2
    deep = np.maximum(away[:, np.newaxis], away)
    return np.where((deep == 0) | (deep == 2), 0, 255).astype(np.uint8)


def _combs(side: int) -> Sheet:
    """Wide parts with very long lines."""
    rows, columns = np.indices((side, side))
    teeth = (columns % 6 < 2) & (rows % 340 < 320)
    return np.where(teeth | (rows % 340 < 2), 0, 255).astype(np.uint8)


def _anything(side: int) -> Sheet:
    return np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)


WORST: dict[str, Callable[[int], Sheet]] = {
    "dots": _dots,
    "grid": _grid,
    "stripes": _stripes,
    "lying stripes": lambda side: np.ascontiguousarray(_stripes(side).T),
    "noise": _noise,
    "halftone": _halftone,
    "rings": _rings,
    "framed dots": _framed_dots,
    "combs": _combs,
    "anything": _anything,
}
