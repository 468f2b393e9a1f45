"""Where a stroke that runs through two digits, such as a 10 in one movement, may be cut."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.drawing.strokes import Stroke, resampled

STEPS = 160  # points along the stroke
MOST_PLACES = 8  # to cut a stroke at
TURN = 0.2  # of the stroke's height: least prominence of a turn up or down
COLUMNS = 60  # that are looked at for places where the stroke passes only once
LEAST_PIECE = 0.1  # of the stroke's length


def places(stroke: Stroke) -> tuple[Stroke, list[int]]:
    """Find the places at which a stroke may be cut.

    They are its turns at the top and bottom, and the middles of stretches above and below which
    the stroke does not pass again, as between two zeros.

    Returns:
        the stroke with points equally spaced, and the places' indices among these, in order.
    """
    even = resampled(stroke.points, STEPS)
    height = float(np.ptp(even[:, 1]))
    turns: list[int] = []
    for way in (1, -1):
        turns += scipy.signal.find_peaks(way * even[:, 1], prominence=TURN * height)[0].tolist()
    margin = int(LEAST_PIECE * STEPS)
    found = sorted({n for n in (*_lone(even[:, 0]), *turns) if margin <= n < STEPS - margin})
    far = [n for k, n in enumerate(found) if not k or n - found[k - 1] > margin // 4]
    return replace(stroke, points=even), far[:MOST_PLACES]


def cut(stroke: Stroke, at: list[int]) -> list[Stroke]:
    """Return the pieces of a stroke cut at these points, which belong to both pieces."""
    ends = [0, *at, len(stroke.points) - 1]
    pairs = itertools.pairwise(ends)
    return [replace(stroke, points=stroke.points[a : b + 1]) for a, b in pairs]


def _lone(x: NDArray[np.float64]) -> list[int]:
    """Return the middles of the stretches that no other part of the stroke is above or below."""
    columns = np.linspace(x.min(), x.max(), COLUMNS + 2)[1:-1]
    before, after = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    crossing = (before <= columns[:, np.newaxis]) & (columns[:, np.newaxis] < after)
    once = crossing.sum(axis=1) == 1
    runs = np.split(np.arange(COLUMNS), np.flatnonzero(np.diff(once)) + 1)
    middles = [int(run[len(run) // 2]) for run in runs if once[run[0]]]
    return [int(crossing[column].argmax()) for column in middles]
