"""Two straight lines that cross in their middles, as in + and ×, fitted to the ink of a shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.piece_shapes import Shape
from digitapp.drawing.strokes import Points

MOST_POINTS = 300  # the lines are fitted to at most this many points
ROUNDS = 8  # of assigning each point to the nearer line, and fitting both lines again
STARTS = (0.0, 45.0)  # turns of a cross, in degrees, from which the fit begins
MOST_ELONGATED = 2.6  # times as long as wide, the box of a cross
LEAST_SIZE = 2.2  # line widths: shorter side of the box of a cross
CENTRAL = 0.22  # of a line's length: how far from its middle the other may cross it
LENGTH_RATIO = 0.45  # of the longer line's length: shortest other line
STEEPEST = 35.0  # degrees: how far from a right angle the two lines may cross
SHORTEST = 2.5  # line widths: length of either line; shorter ones may be a blot, or a thick 4
HALF_LINE, BENT = 0.47, 0.05  # of the line width: how near a line its ink is; of its extra length
STRAY = 0.2  # line widths: how far the middle of a stroke may stray from its line
ON_LINES = 0.93  # share of the points that lie this near either line


@dataclass(frozen=True)
class Cross:
    """Two straight lines that cross in their middles.

    Attributes:
        turn: degrees by which it is turned from a plus, 0 to 45; a × is turned by about 45.
        size: the mean length of its lines, in pixels.
    """

    turn: float
    size: float


def fitted(shape: Shape) -> Cross | None:
    """Return the cross that a shape is; None if it is anything else.

    The two lines are found as in k-means, with lines in place of means: each point belongs to the
    nearer line, and each line is fitted to its points by principal components.
    """
    if max(shape.width, shape.height) > MOST_ELONGATED * min(shape.width, shape.height):
        return None
    if min(shape.width, shape.height) < LEAST_SIZE * shape.line:
        return None
    points = shape.points[:: -(-len(shape.points) // MOST_POINTS)]
    for start in STARTS:
        cross = _from_start(points, shape, np.radians(start))
        if cross:
            return cross
    return None


def _from_start(points: Points, shape: Shape, turn: float) -> Cross | None:
    middles = np.stack([shape.middle, shape.middle])
    ways = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    nearer = np.zeros(len(points), dtype=np.intp)
    for _ in range(ROUNDS):
        nearer = _away(points, middles, ways).argmin(axis=1)
        if min(np.bincount(nearer, minlength=2)) < 3:
            return None
        for n in (0, 1):
            middles[n], ways[n] = _line(points[nearer == n])
    return _judged(points, shape, nearer, middles, ways)


def _judged(
    points: Points, shape: Shape, nearer: NDArray[np.intp], middles: Points, ways: Points
) -> Cross | None:
    """Check that the two fitted lines cover the ink, and cross in their middles."""
    lengths, places = [], []
    for n in (0, 1):
        along = (points[nearer == n] - middles[n]) @ ways[n]
        lengths.append(float(np.ptp(along)) + 2 * shape.radius)
        places.append(float(along.min() + along.max()) / 2)
    angle = np.degrees(np.arccos(min(1.0, abs(float(ways[0] @ ways[1])))))
    if min(lengths) < LENGTH_RATIO * max(lengths) or angle < 90 - STEEPEST:
        return None
    steps = np.linalg.solve(np.stack([ways[0], -ways[1]], axis=1), middles[1] - middles[0])
    offsets = [abs(float(step) - place) for step, place in zip(steps, places, strict=True)]
    if any(off > CENTRAL * length for off, length in zip(offsets, lengths, strict=True)):
        return None
    least = _away(points, middles, ways).min(axis=1)
    long = float(np.mean(lengths)) / shape.line
    near = (max(HALF_LINE * shape.line - shape.radius, STRAY * shape.line) + 0.5) + (
        BENT * (long - SHORTEST) * shape.line
    )
    if min(lengths) < SHORTEST * shape.line or np.quantile(least, ON_LINES) > near:
        return None
    turns = np.degrees(np.arctan2(ways[:, 1], ways[:, 0])) * 4  # four times: modulo 90 degrees
    mean = np.angle(np.exp(1j * np.radians(turns)).sum()) / 4
    return Cross(abs(float(np.degrees(mean))), float(np.mean(lengths)))


def _away(points: Points, middles: Points, ways: Points) -> Points:
    """Return the distance of each point from each of two lines: (n, 2)."""
    from_middle = points[:, np.newaxis] - middles
    return np.asarray(np.abs(from_middle[..., 0] * ways[:, 1] - from_middle[..., 1] * ways[:, 0]))


def _line(points: Points) -> tuple[Points, Points]:
    """Return the middle and the direction of the line through some points."""
    middle = points.mean(axis=0)
    _, ways = np.linalg.eigh((points - middle).T @ (points - middle))
    return middle, ways[:, 1]
