"""Seams: paths from top to bottom of some writing along which digits may be cut apart.

A seam costs as much as the ink that it severs, and a little for each step sideways. As in seam
carving (Avidan & Shamir, "Seam Carving for Content-Aware Image Resizing", 2007), the cheapest is
found by dynamic programming; here it may take any number of steps sideways in a row, so that it
finds its way under the bar of a 7 to the neck where two digits touch. Costs from above and from
below together give the cheapest seam through every place, and so all candidates at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.background import Mask

Columns = NDArray[np.intp]

SIDEWAYS = 0.06  # cost of a step sideways, in pixels of ink
DEEPEST = 3.2  # line widths of ink that a seam may sever
PLACES_DOWN = (0.06, 0.2, 0.35, 0.5, 0.65, 0.8, 0.94)  # of the height: rows of sought seams
STEP = 0.05  # of the height: in each of these rows, the cheapest seam in every so many columns
ALIKE, DEEP_ALIKE = 0.07, 0.2  # of the height: length of line by which two seams differ, at least
DEEP = 1.6  # line widths; seams deeper than this differ more
TINY = 0.35  # squared line widths of ink: the least that lies between two seams


@dataclass(frozen=True)
class Seam:
    """A path from top to bottom.

    Attributes:
        columns: (height,), the number of pixels on its left in each row, 0 to the width.
        passed: (height,), how many of these are ink.
        depth: the ink that it severs, in line widths; 0 when it passes between separate parts.
    """

    columns: Columns
    passed: Columns
    depth: float

    @property
    def area(self) -> int:
        """Pixels of ink on its left."""
        return int(self.passed.sum())


def candidates(ink: Mask, line: float, height: float) -> list[Seam]:
    """Find the seams along which digits may be cut apart.

    Args:
        ink: (height, width), true where there is ink.
        line: the width of its lines, in pixels.
        height: of the row's digits, in pixels.

    Returns:
        seams that have ink on both sides, and differ from each other by at least a short piece of
        line; ordered by the ink on their left.
    """
    found = _distinct(_through_all_places(ink, line, height), int(ink.sum()), line, height)
    return sorted(found, key=lambda seam: seam.area)


def _through_all_places(ink: Mask, line: float, height: float) -> list[Seam]:
    beside = np.zeros((len(ink), ink.shape[1] + 1))  # severed by a seam between two columns
    beside[:, 1:-1] = ink[:, :-1] & ink[:, 1:]
    under = SIDEWAYS + (ink[:-1] & ink[1:])  # severed by a step sideways between two rows
    stepped = np.concatenate([np.zeros((len(under), 1)), np.cumsum(under, axis=1)], axis=1)
    down, from_above = _costs(beside, stepped)
    up, from_below = _costs(beside[::-1], stepped[::-1])
    through = down + up[::-1] - beside
    most = DEEPEST * line + SIDEWAYS * 2 * height
    seeds = [
        (row, column)
        for row in sorted({round(place * (len(ink) - 1)) for place in PLACES_DOWN})
        for column in _lowest(through[row], max(1, round(STEP * height)), most)
    ]
    passed = np.concatenate(
        [np.zeros((len(ink), 1), dtype=np.intp), np.cumsum(ink, axis=1, dtype=np.intp)], axis=1
    )
    return [
        Seam(columns, left, depth / line)
        for columns in _paths(seeds, from_above, from_below)
        if 0 < (left := passed[np.arange(len(ink)), columns]).sum() < passed[:, -1].sum()
        and (depth := _severed(columns, beside, stepped)) <= DEEPEST * line
    ]


def _costs(
    beside: NDArray[np.float64], stepped: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Columns]:
    """Return the cost of the cheapest path from the first row to each place, and its last step.

    Args:
        beside: (rows, places), cost of passing each place.
        stepped: (rows - 1, places), cost of stepping from the first place to each, between rows.

    Returns:
        both (rows, places); the last step is the place in the row before.
    """
    costs, came = beside.copy(), np.zeros(beside.shape, dtype=np.intp)
    places = np.arange(beside.shape[1])
    for row in range(1, len(costs)):
        before, steps = costs[row - 1], stepped[row - 1]
        right, from_left = _least_so_far(before - steps, places)
        left, from_right = _least_so_far((before + steps)[::-1], places)
        right, left = right + steps, left[::-1] - steps
        costs[row] += np.minimum(right, left)
        came[row] = np.where(right <= left, from_left, places[-1] - from_right[::-1])
    return costs, came


def _least_so_far(
    values: NDArray[np.float64], places: Columns
) -> tuple[NDArray[np.float64], Columns]:
    least = np.minimum.accumulate(values)
    return least, np.maximum.accumulate(np.where(values == least, places, 0))


def _lowest(costs: NDArray[np.float64], step: int, most: float) -> list[int]:
    """Return the place of the lowest cost in each stretch, the middle one of several equal."""
    found = []
    for start in range(0, len(costs), step):
        stretch = costs[start : start + step]
        least = stretch.min()
        if least <= most:
            lowest = np.flatnonzero(stretch <= least + 1e-9)
            found.append(start + int(lowest[len(lowest) // 2]))
    return found


def _paths(
    seeds: Sequence[tuple[int, int]], from_above: Columns, from_below: Columns
) -> list[Columns]:
    """Follow the cheapest paths through some places, upwards and downwards."""
    height = len(from_above)
    found = []
    for row in sorted({row for row, _ in seeds}):
        here = np.array([column for at, column in seeds if at == row], dtype=np.intp)
        columns = np.empty((height, len(here)), dtype=np.intp)
        columns[row] = here
        for n in range(row, 0, -1):
            columns[n - 1] = from_above[n, columns[n]]
        for n in range(row, height - 1):
            columns[n + 1] = from_below[height - 1 - n, columns[n]]
        found += list(columns.T)
    return found


def _severed(columns: Columns, beside: NDArray[np.float64], stepped: NDArray[np.float64]) -> float:
    rows = np.arange(len(columns))
    steps = np.abs(stepped[rows[:-1], columns[1:]] - stepped[rows[:-1], columns[:-1]])
    ink = steps - SIDEWAYS * np.abs(np.diff(columns))
    return float(np.rint(beside[rows, columns].sum() + ink.sum()))  # whole pixels


def _distinct(seams: Sequence[Seam], total: int, line: float, height: float) -> list[Seam]:
    """Select the shallowest seams that differ enough from each other and from the ends."""
    kept: list[Seam] = []
    passed = np.zeros((len(seams), len(seams[0].passed) if seams else 0), dtype=np.intp)
    for seam in sorted(seams, key=lambda each: each.depth):
        if seam.depth == 0:
            apart = TINY * line**2
        else:
            apart = (DEEP_ALIKE if seam.depth > DEEP else ALIKE) * height * line
        differ = np.abs(passed[: len(kept)] - seam.passed).sum(axis=1)
        if apart <= seam.area <= total - apart and (differ >= apart).all():
            passed[len(kept)] = seam.passed
            kept.append(seam)
    return kept
