"""The shape of a piece of writing: its position, length, thickness and direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.drawing.strokes import Points, Stroke, reached, resampled

Box = tuple[float, float, float, float]

STROKE_SPACING = 2.0  # pixels between points along a stroke
LONGER = 1.6  # times as long as thick; a line is at least this long
THICKEST = 1.45  # line widths: largest thickness of a straight line
BAR_THICKEST, BAR_BENT = 1.9, 0.2  # the same for a bar, in line widths and of its length
LEVEL = 28.0  # degrees
MOST_SHAPE_POINTS = 1500  # points of a shape; one with more pixels is subsampled


class Boxed:
    """What has a box: left, top, right, bottom, in pixels."""

    box: Box

    @property
    def width(self) -> float:
        """Width of its box, in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height of its box, in pixels."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class Shape(Boxed):
    """A connected part of ink, or a stroke.

    Attributes:
        points: (n, 2), x and y of the pixels, or of places along the stroke.
        box: left, top, right, bottom.
        line: the width of the pen's line, in pixels.
        radius: how far the ink extends around each point.
    """

    points: Points
    box: Box
    line: float
    radius: float

    @cached_property
    def tree(self) -> scipy.spatial.cKDTree:
        """The points in a k-d tree, for nearest-neighbour search."""
        return scipy.spatial.cKDTree(self.points)

    @property
    def middle(self) -> Points:
        """Centre of its box: (2,)."""
        return np.array([self.box[0] + self.box[2], self.box[1] + self.box[3]]) / 2

    @cached_property
    def _axes(self) -> tuple[Points, float, float]:
        """Direction of its main axis, (2,); length along it; thickness across it."""
        centred = self.points - self.points.mean(axis=0)
        _, ways = np.linalg.eigh(centred.T @ centred / len(centred))
        along, across = centred @ ways[:, 1], centred @ ways[:, 0]
        thick = np.sqrt(12) * float(across.std()) + 2 * self.radius
        return ways[:, 1], float(np.ptp(along)) + 2 * self.radius, thick

    @property
    def length(self) -> float:
        """Length along its main axis."""
        return self._axes[1]

    @property
    def slimness(self) -> float:
        """Ratio of length to thickness; about 1 for a dot."""
        return self._axes[1] / self._axes[2]

    @property
    def level(self) -> float:
        """Angle of its main axis from horizontal, 0 to 90 degrees."""
        x, y = np.abs(self._axes[0])
        return float(np.degrees(np.arctan2(y, x)))

    @property
    def lean(self) -> float:
        """Angle of its main axis from vertical, in degrees; positive if it leans like a slash."""
        x, y = self._axes[0]
        return float(np.degrees(np.arctan2(-x, y) if y > 0 else np.arctan2(x, -y)))

    @property
    def is_line(self) -> bool:
        """Whether it is one straight line."""
        _, length, thick = self._axes
        return thick <= max(THICKEST * self.line, 0.12 * length) and length >= LONGER * thick

    @property
    def is_bar(self) -> bool:
        """Whether it is one horizontal line, as straight as a hand draws a short one."""
        _, length, thick = self._axes
        straight = thick <= max(BAR_THICKEST * self.line, BAR_BENT * length)
        return straight and length >= LONGER * thick and self.level <= LEVEL

    def between(self, top: float, bottom: float) -> Box | None:
        """Return the box of its ink between two heights; None when there is none."""
        y = self.points[:, 1]
        inside = self.points[(y + self.radius > top) & (y - self.radius < bottom)]
        if not len(inside):
            return None
        low, high = inside.min(axis=0) - self.radius, inside.max(axis=0) + self.radius
        return float(low[0]), top, float(high[0]), bottom


def of_pixels(mask: NDArray[np.bool_], box: Box, line: float) -> Shape:
    """Return the shape of some ink.

    Args:
        mask: (height, width) of its box, true where there is ink.
    """
    places = np.flatnonzero(mask)
    down, across = np.divmod(places[:: -(-len(places) // MOST_SHAPE_POINTS)], mask.shape[1])
    points = np.stack([across + box[0], down + box[1]], axis=1).astype(np.float64)
    return Shape(points, box, line, 0.5)


def of_stroke(stroke: Stroke) -> Shape:
    """Return the shape of a pen stroke."""
    points, radius = stroke.points, stroke.width / 2
    count = min(MOST_SHAPE_POINTS, 2 + int(reached(points)[-1] / STROKE_SPACING))
    low, high = points.min(axis=0) - radius, points.max(axis=0) + radius
    box = float(low[0]), float(low[1]), float(high[0]), float(high[1])
    return Shape(resampled(points, count), box, stroke.width, radius)


def joined(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of several parts together."""
    if len(shapes) == 1:
        return shapes[0]
    line = float(np.mean([each.line for each in shapes]))
    radius = float(np.mean([each.radius for each in shapes]))
    points = np.concatenate([each.points for each in shapes])
    return Shape(points, around([each.box for each in shapes]), line, radius)


def gap(one: Shape, other: Shape) -> float:
    """Return the distance between the ink of two shapes; 0 or less when they touch."""
    few, many = sorted((one, other), key=lambda each: len(each.points))
    return float(many.tree.query(few.points)[0].min() - one.radius - other.radius)


def overlap(one: Box, other: Box) -> float:
    """Return the sideways overlap of two boxes; negative when there is a gap."""
    return min(one[2], other[2]) - max(one[0], other[0])


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that contains all of the boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
