"""How much of a pixel the pen covers: the one definition of ink.

A pixel's ink is `radius + 0.5 - distance`, limited to 0..1, where the distance is from the pixel's
centre to the nearest segment of the stroke. Strokes of several widths overlap by the maximum.
`digitapp/live/js/coverage.js` does the same arithmetic in the browser, in float64 up to the last
step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.ink import Ink
from digitapp.drawing.strokes import Drawing, Points

PIECE = 512  # segments measured at once: their arrays stay small with 20,000 points


def of_distance(distance: NDArray, radius: NDArray | float) -> NDArray:
    """Return the ink, 0 to 1, of pixels at a distance from the centre line of a pen's stroke.

    Args:
        distance: from the pixels' centres, in pixels.
        radius: half the pen width, in pixels.
    """
    return np.clip(0.5 - (distance - radius), 0, 1)


def of_strokes(strokes: Drawing, size: tuple[int, int]) -> Ink:
    """Return the ink of strokes on a sheet: float32 (height, width), 0 to 1.

    Args:
        strokes: in pixels of the sheet, (0, 0) being the centre of its first pixel. Ink outside
            the sheet is clipped. There must be no eraser's among them.
        size: the sheet's width and height in pixels.
    """
    width, height = size
    ink = np.zeros((height, width))
    for pen in {stroke.width for stroke in strokes}:
        lines = [stroke.points for stroke in strokes if stroke.width == pen]
        np.maximum(ink, of_distance(_distances(lines, size, pen / 2 + 0.5), pen / 2), out=ink)
    return ink.astype(np.float32)


def _distances(lines: list[Points], size: tuple[int, int], reach: float) -> Points:
    """Return each pixel's distance to the nearest line, if it is within reach, or else any larger.

    Each segment is measured from a window of pixels only: the smallest that suffices for all
    segments of a piece.

    Returns:
        float64 (height, width).
    """
    width, height = size
    squares = np.full(width * height, np.inf)
    starts = np.concatenate([line[: max(len(line) - 1, 1)] for line in lines])
    ends = np.concatenate([line[-max(len(line) - 1, 1) :] for line in lines])
    for first in range(0, len(starts), PIECE):
        start, end = starts[first : first + PIECE], ends[first : first + PIECE]
        low = np.ceil(np.minimum(start, end) - reach).astype(int)
        high = np.floor(np.maximum(start, end) + reach).astype(int)
        sides = np.minimum((high - low).max(axis=0) + 1, size)
        corner = np.clip(low, 0, size - sides)
        columns = corner[:, :1] + np.arange(sides[0])
        rows = corner[:, 1:] + np.arange(sides[1])
        pixels = (rows * width)[:, :, np.newaxis] + columns[:, np.newaxis]
        found = _squares(columns - start[:, :1], rows - start[:, 1:], end - start)
        np.minimum.at(squares, pixels.ravel(), found.ravel())
    return np.sqrt(squares).reshape(height, width)


def _squares(across: Points, down: Points, way: Points) -> Points:
    """Return the squared distances from pixels to segments: (segments, rows, columns).

    Args:
        across, down: (segments, columns) and (segments, rows), the pixels as seen from the start of
            each segment.
        way: (segments, 2), from the start of each segment to its end; (0, 0) is a dot.
    """
    x, y = way[:, :1], way[:, 1:]
    length = x * x + y * y
    length[length == 0] = 1
    along = (across * x)[:, np.newaxis] + (down * y)[:, :, np.newaxis]
    along = np.clip(along / length[:, np.newaxis], 0, 1)
    right = across[:, np.newaxis] - along * x[:, np.newaxis]
    below = down[:, :, np.newaxis] - along * y[:, np.newaxis]
    return np.asarray(right * right + below * below)
