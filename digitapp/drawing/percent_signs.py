"""Find percent signs: two small rings at opposite ends of a line that leans to the right.

The rings of a written percent sign often touch its line, so that it has one, two or three
connected parts. With three parts, the rings need not be closed; with fewer, they are found as holes
in the ink.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

import numpy as np
import scipy

from digitapp.drawing.background import EIGHT_NEIGHBOURS
from digitapp.drawing.piece_shapes import Box, Shape, joined, overlap

# A ring in units of the sign's height.
RING = (0.15, 0.68)  # its height
RING_AWAY = 0.8  # largest sideways distance from the line's middle
RING_END = 0.2  # largest distance of its upper or lower edge from the sign's
NEAREST = 6  # parts beside a line of which two may be its rings
RING_ALIKE = 1.7  # largest ratio of the two rings' heights

# A percent sign whose rings are holes, in units of its own height.
HOLE = (0.06, 0.42)  # height of a hole
HOLES_APART = 0.3  # of the two holes' centres, at least: across, and down
WIDTHS = (0.45, 1.6)  # of its box
RING_LINE = 1.7  # line widths of ink around a hole that belong to its ring
SLANT = (30.0, 86.0)  # degrees of its line from horizontal
STRAIGHT, THICK = 0.12, 1.6  # of its length, and in line widths: largest thickness of its line
REACH = 0.75  # of its height, the least height of its line
CELLS = 60  # a shape is drawn on a grid of this many cells in height to find its holes


def found(row: Sequence[Shape], left: Collection[int]) -> list[tuple[int, ...]]:
    """Find each percent sign of a row, as its parts.

    Args:
        left: the parts that may belong to one.
    """
    signs: list[tuple[int, ...]] = []
    for parts in _candidates(row, sorted(left, key=lambda n: row[n].box[0])):
        if not {n for each in signs for n in each} & {*parts}:
            signs.append(parts)
    return signs


def _candidates(row: Sequence[Shape], left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    yield from _in_three_parts(row, left)
    near = [(n,) for n in left]
    beside = [
        (a, b)
        for a, b in itertools.combinations(left, 2)
        if overlap(row[a].box, row[b].box) > -0.3 * min(row[a].height, row[b].height)
        and min(row[a].height, row[b].height) < RING[1] * max(row[a].height, row[b].height)
    ]
    for parts in [*near, *beside]:
        if _has_two_rings(joined([row[n] for n in parts])):
            yield parts


def _in_three_parts(row: Sequence[Shape], left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for n in left:
        if not row[n].is_line or row[n].lean <= 0:
            continue
        away = {m: abs(float(row[m].middle[0] - row[n].middle[0])) for m in left if m != n}
        near = sorted(away, key=lambda m: away[m])[:NEAREST]
        for upper, lower in itertools.permutations(near, 2):
            if _are_rings(row[upper], row[n], row[lower]):
                yield upper, n, lower


def _are_rings(upper: Shape, line: Shape, lower: Shape) -> bool:
    """Whether two parts are the rings of a percent sign with this line."""
    whole = joined([upper, line, lower])
    for part, way, edge in ((upper, 1, 1), (lower, -1, 3)):
        away = (line.middle[0] - part.middle[0]) * way / whole.height
        ends = abs(part.box[edge] - whole.box[edge]) / whole.height <= RING_END
        tall = RING[0] <= part.height / whole.height <= RING[1]
        if not (ends and tall and 0 < away < RING_AWAY):
            return False
        if line.is_bar and not _holes(part):  # it could be the line of a division sign
            return False
    return 1 / RING_ALIKE <= upper.height / lower.height <= RING_ALIKE


def _has_two_rings(shape: Shape) -> bool:
    """Whether a shape is a leaning line with a ring at its upper left and its lower right."""
    if not WIDTHS[0] <= shape.width / shape.height <= WIDTHS[1]:
        return False
    holes = _holes(shape)
    if len(holes) != 2:
        return False
    upper, lower = sorted(holes, key=lambda box: box[1] + box[3])
    across = (lower[0] + lower[2] - upper[0] - upper[2]) / 2
    down = (lower[1] + lower[3] - upper[1] - upper[3]) / 2
    small = all(HOLE[0] <= (box[3] - box[1]) / shape.height <= HOLE[1] for box in holes)
    apart = min(across, down) >= HOLES_APART * shape.height
    return small and apart and _is_slash(_without(shape, holes), shape, upper, lower)


def _is_slash(rest: Shape | None, shape: Shape, upper: Box, lower: Box) -> bool:
    """Whether what is left without the rings is a line from the lower left to the upper right."""
    if rest is None or rest.height < REACH * shape.height:
        return False
    straight = rest.length / rest.slimness <= max(THICK * shape.line, STRAIGHT * rest.length)
    slanted = SLANT[0] <= rest.level <= SLANT[1] and rest.lean > 0
    beside_both = rest.box[0] < upper[2] and rest.box[2] > lower[0]
    return straight and slanted and beside_both


def _without(shape: Shape, holes: Sequence[Box]) -> Shape | None:
    """Return a shape without the ink around its holes; None if little is left."""
    points, around_holes = shape.points, np.zeros(len(shape.points), dtype=bool)
    for left, top, right, bottom in holes:
        x = np.maximum(np.maximum(left - points[:, 0], points[:, 0] - right), 0)
        y = np.maximum(np.maximum(top - points[:, 1], points[:, 1] - bottom), 0)
        around_holes |= np.hypot(x, y) <= RING_LINE * shape.line
    rest = points[~around_holes]
    if len(rest) < 10:
        return None
    (left, top), (right, bottom) = rest.min(axis=0), rest.max(axis=0)
    box = left - shape.radius, top - shape.radius, right + shape.radius, bottom + shape.radius
    return Shape(rest, box, shape.line, shape.radius)


def _holes(shape: Shape) -> list[Box]:
    """Return the boxes of the patches of paper that a shape's ink surrounds."""
    cell = max(shape.height / CELLS, 1.0)
    size = int(shape.height / cell) + 3, int(shape.width / cell) + 3
    corner = shape.box[:2]
    across, down = ((shape.points - np.array(corner) + shape.radius) / cell).astype(int).T + 1
    grid = np.zeros(size, dtype=bool)
    grid[down.clip(0, size[0] - 1), across.clip(0, size[1] - 1)] = True
    grid = scipy.ndimage.binary_closing(grid, EIGHT_NEIGHBOURS)
    if shape.radius > cell:
        grid = scipy.ndimage.distance_transform_edt(~grid) <= shape.radius / cell
    paper, count = scipy.ndimage.label(~np.pad(grid, 1))
    places = scipy.ndimage.find_objects(paper)
    boxes: list[Box] = []
    for number in range(1, count + 1):
        if number != paper[0, 0] and (paper == number).sum() >= 4:
            y, x = places[number - 1]
            left, right = ((edge - 2) * cell + corner[0] for edge in (x.start, x.stop))
            top, bottom = ((edge - 2) * cell + corner[1] for edge in (y.start, y.stop))
            boxes.append((left, top, right, bottom))
    return boxes
