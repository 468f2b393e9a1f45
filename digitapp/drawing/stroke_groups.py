"""Groups of strokes that could be one digit or sign, and how they lie in their row.

On the canvas strokes belong to digits whole. A group need not be neighbours in the order written:
people go back to add the bar of a 7. How the strokes of a group lie to each other and to the
others is described by a few numbers (`GEOMETRY`), which are weighed in `reading.groupings`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.piece_shapes import Box, Shape, around, gap, overlap

REACH = 0.25  # row heights: widest sideways gap within a digit
MOST_APART = 3  # strokes of a group that is not a run
WINDOW = 6  # places, from left to right, among which the strokes of such a group lie
MOST_IN_RUN = 14  # strokes written in a row, as the eraser leaves them
WIDEST = 1.7  # row heights; no digit is wider

GEOMETRY = (
    "more strokes",  # than one
    "widest gap",  # that has to be crossed to join all strokes, in row heights
    "beside",  # share of a stroke's width that lies beside the group's other strokes
    "interruptions",  # times that other strokes were written in between
    "touching",  # other strokes whose ink touches the group's
    "within",  # other strokes whose middle lies within the group, sideways
    "shortness",  # of the group against its row: logarithm of the heights' ratio
    "breadth",  # row heights, above BROAD
)
BROAD = 0.9
MOST_GAP, MOST_TOUCHING, MOST_SHORT = 0.5, 3, 2.0


@dataclass(frozen=True)
class Group:
    """Some strokes that could be one digit or sign.

    Attributes:
        parts: their places in the row, from left to right.
        box: left, top, right, bottom.
        geometry: float64 (len(GEOMETRY),).
    """

    parts: tuple[int, ...]
    box: Box
    geometry: NDArray[np.float64]


class Row:
    """The strokes of a line of writing.

    Args:
        shapes: the strokes, from left to right.
        order: the number of each in the order written.
        height: the height of its digits, in pixels.
    """

    def __init__(self, shapes: Sequence[Shape], order: Sequence[int], height: float) -> None:
        self.shapes = shapes
        self.order = order
        self.height = height
        self._gaps: dict[tuple[int, int], float] = {}

    def groups(self, most: int) -> list[Group] | None:
        """List the groups, each once; None when there are more than `most`."""
        found: dict[tuple[int, ...], Group] = {}
        for parts in itertools.chain(self._near(), self._runs()):
            if len(found) > most:
                return None
            if parts not in found:
                found[parts] = self._group(parts)
        return list(found.values())

    def plain_groups(self) -> list[Group]:
        """List only the runs of neighbours from left to right."""
        return [self._group(parts) for parts in self._runs(by_order=False)]

    def _near(self) -> Iterator[tuple[int, ...]]:
        """Yield every few strokes that lie together, whenever they were written."""
        count = len(self.shapes)
        for first in range(count):
            yield (first,)
            later = range(first + 1, min(first + WINDOW, count))
            for size in range(1, MOST_APART):
                for others in itertools.combinations(later, size):
                    if self._is_together((first, *others)):
                        yield (first, *others)

    def _runs(self, by_order: bool = True) -> Iterator[tuple[int, ...]]:
        """Yield runs of neighbours, and of strokes written one after the other."""
        along = list(range(len(self.shapes)))
        ways = [along, sorted(along, key=lambda n: self.order[n])] if by_order else [along]
        for way in ways:
            for first in range(len(way)):
                for last in range(first + 1, min(first + MOST_IN_RUN, len(way)) + 1):
                    parts = tuple(sorted(way[first:last]))
                    if self._is_too_wide(parts):
                        break
                    if self._is_together(parts):
                        yield parts

    def _is_too_wide(self, parts: Sequence[int]) -> bool:
        left, _, right, _ = around([self.shapes[n].box for n in parts])
        return len(parts) > 1 and right - left > WIDEST * self.height

    def _is_together(self, parts: Sequence[int]) -> bool:
        """Whether the boxes leave no wide gap between them, and are not too wide in all."""
        boxes = sorted(self.shapes[n].box for n in parts)
        right = boxes[0][2]
        for box in boxes[1:]:
            if box[0] - right > REACH * self.height:
                return False
            right = max(right, box[2])
        return not self._is_too_wide(parts)

    def _gap(self, one: int, other: int) -> float:
        """Return the gap between two strokes, in row heights: of ink, or of boxes far apart."""
        pair = min(one, other), max(one, other)
        if pair not in self._gaps:
            a, b = self.shapes[one], self.shapes[other]
            away = _boxes_apart(a.box, b.box)
            far = away > MOST_GAP * self.height
            self._gaps[pair] = (away if far else gap(a, b)) / self.height
        return self._gaps[pair]

    def _group(self, parts: tuple[int, ...]) -> Group:
        own = [self.shapes[n] for n in parts]
        box = around([each.box for each in own])
        return Group(parts, box, np.array(self._geometry(parts, own, box)))

    def _geometry(self, parts: Sequence[int], own: Sequence[Shape], box: Box) -> list[float]:
        near = self._neighbours(parts)
        written = sorted(self.order[n] for n in parts)
        jumps = sum(b > a + 1 for a, b in itertools.pairwise(written))
        middles = (self.shapes[n].middle[0] for n in near)
        height = box[3] - box[1]
        return [
            float(len(parts) - 1),
            self._widest_gap(parts),
            max((_beside(each, own) for each in own), default=0.0) if len(own) > 1 else 0.0,
            float(jumps),
            float(min(MOST_TOUCHING, sum(self._touches(n, parts) for n in near))),
            float(min(MOST_TOUCHING, sum(box[0] < x < box[2] for x in middles))),
            min(MOST_SHORT, max(0.0, math.log(self.height / height))),
            max(0.0, (box[2] - box[0]) / self.height - BROAD),
        ]

    def _neighbours(self, parts: Sequence[int]) -> list[int]:
        """Return the strokes within the window around a group that do not belong to it."""
        first, last = max(0, parts[0] - WINDOW), parts[-1] + WINDOW + 1
        return [n for n in range(first, min(last, len(self.shapes))) if n not in parts]

    def _touches(self, other: int, parts: Sequence[int]) -> bool:
        return any(self._gap(other, n) <= 0 for n in parts)

    def _widest_gap(self, parts: Sequence[int]) -> float:
        """Return the longest edge of the shortest tree that joins the strokes (Prim, 1957)."""
        joined, left, widest = [parts[0]], set(parts[1:]), 0.0
        while left:
            least, nearest = min((self._gap(a, b), b) for a in joined for b in left)
            widest = max(widest, least)
            joined.append(nearest)
            left.remove(nearest)
        return min(MOST_GAP, widest)


def _boxes_apart(one: Box, other: Box) -> float:
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    down = max(one[1] - other[3], other[1] - one[3], 0.0)
    return math.hypot(across, down)


def _beside(part: Shape, own: Sequence[Shape]) -> float:
    """Return the share of a stroke's width that lies beside the other strokes; above 1 at a gap."""
    rest = around([each.box for each in own if each is not part])
    width = min(part.width, rest[2] - rest[0])
    return min(1.5, 1 - overlap(part.box, rest) / width)
