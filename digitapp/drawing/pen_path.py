"""The way of the pen, as the stroke reader gets it: 64 points along the path.

A picture of a digit leaves out in which order and direction its lines were drawn. The path keeps
that, and leaves out the pen's width, the size of the drawing and how fast the pen moved. The points
are equally spaced along the way, as in other recognisers of handwriting (Guyon, Albrecht, Le Cun,
Denker & Hubbard, "Design of a Neural Network Character Recognizer for a Touch Terminal", Pattern
Recognition 24, 1991). `digitapp/live/js/path.js` follows this arithmetic operation by operation.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.strokes import Drawing, Points, remaining_ink
from digitapp.errors import Blank

POINTS = 64
CHANNELS = 5

Path = NDArray[np.float32]


def of_drawing(drawing: Drawing) -> Path:
    """Return the path of a drawing, after the eraser.

    The strokes are joined, in the order in which they were drawn, by straight lines along which
    the pen is up. The whole way is resampled.

    Returns:
        float32 (64, 5), a row for each point: x and y, from -1 to 1 along the longer side of the
        drawing, 0 in its middle; cosine and sine of the direction to the next point, 0 and 0 if
        that is in the same place; 1 if the pen is up there, else 0. The last point has the
        direction of the one before.

    Raises:
        Blank: when there are no strokes, or the eraser took them all.
    """
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")
    points = np.concatenate([stroke.points for stroke in drawing])
    up = np.zeros(len(points) - 1)
    up[np.cumsum([len(stroke.points) for stroke in drawing[:-1]], dtype=int) - 1] = 1
    places, found = _centred(points), np.zeros((POINTS, CHANNELS))
    lengths = _lengths(places)
    if lengths.any():
        found[:, :2], found[:, 4] = _resampled(places, lengths, up)
        found[:, 2:4] = _directions(found[:, :2])
    return found.astype(np.float32)


def of_drawings(drawings: Iterable[Drawing]) -> Path:
    """Return the paths of several drawings: float32 (n, 64, 5).

    Raises:
        Blank: as `of_drawing`.
    """
    return np.array([of_drawing(each) for each in drawings], np.float32).reshape(
        -1, POINTS, CHANNELS
    )


def _centred(points: Points) -> Points:
    """Move the middle of the bounding box to 0, and scale its longer side to 2; a dot stays one."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(high - low) / 2
    return (points - (low + high) / 2) / (half if half > 0 else 1.0)


def _lengths(points: Points) -> Points:
    """Return the distance from each point to the next: (points - 1,)."""
    ways = points[1:] - points[:-1]
    return np.sqrt(ways[:, 0] * ways[:, 0] + ways[:, 1] * ways[:, 1])


def _resampled(points: Points, lengths: Points, up: Points) -> tuple[Points, Points]:
    """Return equally spaced points along the way, (64, 2), and whether the pen is up, (64,)."""
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    places = np.arange(POINTS) * (reached[-1] / (POINTS - 1))
    # A place between two segments belongs to the later one, and the last place to the last one.
    last = np.flatnonzero(lengths)[-1]
    segments = np.minimum(np.searchsorted(reached, places, side="right") - 1, last)
    along = (places - reached[segments]) / lengths[segments]
    starts, ends = points[segments], points[segments + 1]
    return starts + (ends - starts) * along[:, np.newaxis], up[segments]


def _directions(points: Points) -> Points:
    """Return the direction from each point to the next as cosine and sine: (64, 2)."""
    ways = np.concatenate([points[1:] - points[:-1], points[-1:] - points[-2:-1]])
    lengths = np.sqrt(ways[:, 0] * ways[:, 0] + ways[:, 1] * ways[:, 1])
    return ways / np.where(lengths > 0, lengths, 1.0)[:, np.newaxis]
