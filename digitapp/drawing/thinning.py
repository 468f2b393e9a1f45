"""Drawings with fewer points, for places where many drawings are kept and shown."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from digitapp.drawing.strokes import Drawing, Points


def thinned(drawing: Drawing, most: int) -> Drawing:
    """Return a drawing with at most so many points; one that has no more stays as it is.

    Of each stroke, points at even distances in its order are kept, with the first and the last one.

    Args:
        most: at least three times the number of strokes.
    """
    count = sum(len(stroke.points) for stroke in drawing)
    if count <= most:
        return drawing
    step = math.ceil(count / (most - 2 * len(drawing)))
    return tuple(replace(stroke, points=_thinned(stroke.points, step)) for stroke in drawing)


def _thinned(points: Points, step: int) -> Points:
    kept = np.append(np.arange(0, len(points) - 1, step), len(points) - 1)
    return points[kept]
