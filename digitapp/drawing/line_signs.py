"""Find signs made of straight lines: plus, percent and slash. Only the plus is read as a sign."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from digitapp.drawing.neighbours import COVERED, TALL, TOUCHING
from digitapp.drawing.piece_shapes import Shape, around, gap, overlap

STANDING = 62.0  # degrees from horizontal
CENTRAL = 0.25  # of a line's length: how far from its middle the other may cross it
LENGTH_RATIO = 0.45  # of the longer line's length: shortest other line of a plus
LEAST_PLUS = 0.25  # of the digits' height; no plus is smaller
MOST_OVERLAP = 0.15  # of a plus's width that may overlap another part

# A ring of a percent sign, in units of its line's height.
RING = (0.15, 0.5)  # its height
RING_AWAY = 0.8  # largest sideways distance from the line's middle
RING_END = 0.2  # largest distance of its upper or lower edge from the line's
RING_ALIKE = 1.7  # largest ratio of the two rings' heights

LEANING, BESIDE = 20.0, 10.0  # degrees that a slash leans, at least; more than the row's lines
LYING = 28.0


def crosses(row: Sequence[Shape]) -> list[tuple[int, ...]]:
    """Find each plus, as its parts: a horizontal and a vertical line crossing, clear of digits."""
    lying = [n for n, each in enumerate(row) if each.is_bar]
    standing = [n for n, each in enumerate(row) if each.is_line and each.level > STANDING]
    whole = [(n,) for n, each in enumerate(row) if each.is_cross]
    pairs = [(a, b) for a in lying for b in standing if _cross_each_other(row[a], row[b])]
    found: list[tuple[int, ...]] = []
    for parts in [*whole, *pairs]:
        new = not {n for each in found for n in each} & {*parts}
        if new and _stands_clear(row, parts):
            found.append(parts)
    return found


def percents(row: Sequence[Shape], left: Collection[int]) -> list[tuple[int, ...]]:
    """Find each percent sign, as its parts: upper left ring, leaning line, lower right ring.

    Args:
        left: the parts that may belong to one.
    """
    found: list[tuple[int, ...]] = []
    for n in left:
        if row[n].is_line and not row[n].is_bar:
            free = {*left} - {m for each in found for m in each} - {n}
            rings = [[m for m in free if _is_ring(row[m], row[n], way)] for way in (1, -1)]
            if all(rings):
                middle = row[n].middle[0]
                upper, lower = (
                    min(each, key=lambda m: abs(row[m].middle[0] - middle)) for each in rings
                )
                ratio = row[upper].height / row[lower].height
                if 1 / RING_ALIKE <= ratio <= RING_ALIKE:
                    found.append((upper, n, lower))
    return found


def slashes(row: Sequence[Shape], tall: Collection[int]) -> list[int]:
    """Find straight lines that lean strongly, more than the row's other lines, clear of digits.

    Args:
        tall: the parts that may be digits.
    """
    leans = {n: row[n].lean for n in tall if row[n].is_line and row[n].level > LYING}
    found = []
    for n, lean in leans.items():
        others = [each for m, each in leans.items() if m != n]
        usual = float(np.median(others)) if others else 0.0
        leaning = abs(lean) >= LEANING and abs(lean - usual) >= BESIDE and len(tall) > 1
        if leaning and not any(_meets(row[n], row[m]) for m in range(len(row)) if m != n):
            found.append(n)
    return found


def _cross_each_other(across: Shape, down: Shape) -> bool:
    if overlap(across.box, down.box) <= 0:
        return False
    x, y = np.abs(across.middle - down.middle)
    alike = LENGTH_RATIO <= across.length / down.length <= 1 / LENGTH_RATIO
    return bool(alike and x <= CENTRAL * across.length and y <= CENTRAL * down.length)


def _stands_clear(row: Sequence[Shape], parts: tuple[int, ...]) -> bool:
    box = around([row[n].box for n in parts])
    others = [each for n, each in enumerate(row) if n not in parts]
    tallest = max((each.height for each in others), default=0.0)
    most = MOST_OVERLAP * (box[2] - box[0])
    fits = LEAST_PLUS * tallest <= box[3] - box[1] <= tallest / TALL
    return fits and all(overlap(box, each.box) <= most for each in others)


def _is_ring(part: Shape, line: Shape, way: int) -> bool:
    """Whether a part may be the upper ring of a percent sign (`way` 1) or the lower one (-1)."""
    away = (line.middle[0] - part.middle[0]) * way / line.height
    edge = 1 if way == 1 else 3
    ends = abs(part.box[edge] - line.box[edge]) / line.height <= RING_END
    tall = RING[0] <= part.height / line.height <= RING[1]
    return ends and tall and 0 < away < RING_AWAY


def _meets(line: Shape, other: Shape) -> bool:
    """Whether a line overlaps a part or almost touches it, as the stem of a 4 does."""
    return (
        overlap(line.box, other.box) > COVERED * line.width
        or gap(line, other) <= TOUCHING * line.line
    )
