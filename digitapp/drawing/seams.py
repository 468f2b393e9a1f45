"""Seams: paths from top to bottom of some writing along which touching digits may be cut."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from digitapp.drawing.background import Mask

Seam = NDArray[np.intp]  # (height,), the column in each row

STEP, REACH = 0.04, 0.15  # of the height: how densely cuts are sought, how far they may lean
CUT_DISTANCE = 0.05  # of the height: least distance between cuts
OUTSIDE = 1000.0  # cost of leaving the part
DEEPEST = 3.2  # line widths of ink that a cut may cross
SLOPE = 0.5  # cost of a step sideways, in pixels of ink


def cheapest(crop: Mask, line: float) -> tuple[list[Seam], list[float]]:
    """Find paths from top to bottom that cross little ink, ordered from left to right.

    At regularly spaced columns, find the cheapest path within a window around each, as in seam
    carving (Avidan & Shamir, 2007).

    Args:
        crop: (height, width), true where there is ink.
        line: the width of its lines, in pixels.

    Returns:
        the seams, and how many line widths of ink each crosses.
    """
    reach, step = max(1, round(REACH * len(crop))), max(1, round(STEP * len(crop)))
    padded = np.pad(crop.astype(float), ((0, 0), (reach, reach)), constant_values=OUTSIDE)
    windows = sliding_window_view(padded, 2 * reach + 1, axis=1)[:, step:-step:step]
    seams = _ways(windows) + np.arange(step, crop.shape[1] - step, step) - reach
    seams = seams.clip(0, crop.shape[1] - 1)
    down = np.arange(len(crop))[:, np.newaxis]
    crossed = crop[down, seams]
    depths = crossed.sum(axis=0) / line
    kept = _kept(seams.mean(axis=0), depths, CUT_DISTANCE * len(crop))
    return [seams[:, n] for n in kept], [float(depths[n]) for n in kept]


def between(seams: Sequence[Seam], shape: tuple[int, ...]) -> Iterator[tuple[slice, Mask]]:
    """Split the pixels at the seams, from left to right.

    Yields:
        the columns of each part, and bool (height, columns): which pixels in them belong to it.
    """
    height, width = shape
    ordered = np.sort(np.reshape(np.array(seams, dtype=np.intp), (-1, height)), axis=0)
    passed = np.zeros((height, width + 1), dtype=np.intp)
    for seam in ordered:
        passed[np.arange(height), seam + 1] += 1
    passed = np.cumsum(passed[:, :width], axis=1)
    lefts = [0, *(ordered.min(axis=1) + 1).tolist()]
    rights = [*(ordered.max(axis=1) + 1).tolist(), width]
    for number, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        columns = slice(left, right)
        yield columns, passed[:, columns] == number


def _kept(places: NDArray[np.float64], depths: NDArray[np.float64], apart: float) -> list[int]:
    """Select the shallowest seams that are well apart, from left to right."""
    found: list[tuple[float, int]] = []
    for n in np.argsort(depths, kind="stable").tolist():
        here = float(places[n]), n
        at = bisect(found, here)
        beside = found[max(0, at - 1) : at + 1]
        if 0 < depths[n] <= DEEPEST and all(abs(here[0] - each) >= apart for each, _ in beside):
            found.insert(at, here)
    return [n for _, n in found]


def _ways(windows: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the cheapest path down each window: (rows, windows), columns within the window.

    Args:
        windows: (rows, windows, columns), the cost of each pixel.
    """
    total, came = windows[0].copy(), np.zeros(windows.shape, dtype=np.intp)
    for row in range(1, len(windows)):
        above = np.pad(total, ((0, 0), (1, 1)), constant_values=np.inf)
        ways = np.stack([above[:, :-2] + SLOPE, above[:, 1:-1], above[:, 2:] + SLOPE])
        came[row] = ways.argmin(axis=0) - 1
        total = windows[row] + ways.min(axis=0)
    seams = np.empty(windows.shape[:2], dtype=np.intp)
    place, each = total.argmin(axis=1), np.arange(windows.shape[1])
    for row in range(len(windows) - 1, -1, -1):
        seams[row] = place
        place = place + came[row, each, place]
    return seams
