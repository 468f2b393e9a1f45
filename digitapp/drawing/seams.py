"""Seams: ways from top to bottom of some writing along which touching digits may be cut."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Seam = NDArray[np.intp]  # (height,), the column in each row

STEP, REACH = 0.04, 0.15  # of its height: where cuts are looked for, and how far they may lean
APART = 0.05  # of its height, between one cut and the next
OUTSIDE = 1000.0  # what leaving the part costs
DEEPEST = 3.2  # line widths of ink that a cut may cross
SLOPE = 0.5  # what a step to the side costs a cut, in pixels of ink


def cheapest(crop: Mask, line: float) -> tuple[list[Seam], list[float]]:
    """Ways from top to bottom that cross little ink, from left to right.

    From every so many columns the best way is looked for in a window around them, as seam
    carving does (Avidan & Shamir, 2007).

    Args:
        crop: (height, width), true where there is ink.
        line: the width of its lines, in pixels.

    Returns:
        for each the column in every row, and how many line widths of ink it crosses.
    """
    reach, step = max(1, round(REACH * len(crop))), max(1, round(STEP * len(crop)))
    padded = np.pad(crop.astype(float), ((0, 0), (reach, reach)), constant_values=OUTSIDE)
    windows = sliding_window_view(padded, 2 * reach + 1, axis=1)[:, step:-step:step]
    seams = _ways(windows) + np.arange(step, crop.shape[1] - step, step) - reach
    seams = seams.clip(0, crop.shape[1] - 1)
    down = np.arange(len(crop))[:, np.newaxis]
    crossed = crop[down, seams]
    depths = crossed.sum(axis=0) / line
    kept = _kept(seams.mean(axis=0), depths, APART * len(crop))
    return [seams[:, n] for n in kept], [float(depths[n]) for n in kept]


def between(seams: Sequence[Seam], shape: tuple[int, ...]) -> Iterator[tuple[slice, Mask]]:
    """The pixels to the left of all seams, those between two, and so on, from left to right.

    Yields:
        some columns, and (height, columns) which of their pixels lie there.
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
    """The shallowest of the seams that lie well apart, from left to right."""
    found: list[tuple[float, int]] = []
    for n in np.argsort(depths, kind="stable").tolist():
        here = float(places[n]), n
        at = bisect(found, here)
        beside = found[max(0, at - 1) : at + 1]
        if 0 < depths[n] <= DEEPEST and all(abs(here[0] - each) >= apart for each, _ in beside):
            found.insert(at, here)
    return [n for _, n in found]


def _ways(windows: NDArray[np.float64]) -> NDArray[np.intp]:
    """The cheapest way down each window: (rows, windows), columns within the window.

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
