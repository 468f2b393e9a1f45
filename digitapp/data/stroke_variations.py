"""Variations of how a digit is written that leave what is seen the same, or nearly.

A stroke reader that knows the order and direction of the people it learned from must not be misled
by somebody who writes otherwise. It is trained on these variations, and measured under each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from digitapp.drawing.strokes import Drawing, Points, Stroke

KEPT_POINT = 4  # one in so many points is left of a coarsely sampled stroke
JITTER = 0.012  # standard deviation, as a share of the drawing's longer side
GRID = 90  # a mouse moves in steps of so many to the drawing's longer side
LEAST_PIECE = 0.2  # of a stroke's points; no piece is shorter when it is split


def reversed_strokes(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Draw each stroke from its end to its start."""
    return tuple(replace(each, points=each.points[::-1]) for each in drawing)


def reordered(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Draw the strokes in another order, chosen at random; one stroke alone stays as it is."""
    order = rng.permutation(len(drawing))
    if len(order) > 1 and (order == np.arange(len(order))).all():
        order = np.roll(order, 1)
    return tuple(drawing[place] for place in order)


def joined(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Draw all strokes in one, without lifting the pen between them."""
    points = np.concatenate([stroke.points for stroke in drawing])
    return (replace(drawing[0], points=points),)


def split(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Lift the pen once within each stroke, at a random place, and go on from there."""
    return tuple(piece for stroke in drawing for piece in _in_two(stroke, rng))


def sampled_coarsely(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Keep a quarter of the points, and both ends of each stroke."""
    return tuple(replace(each, points=every(each.points, KEPT_POINT)) for each in drawing)


def jittered(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Shake each point, and move it to the nearest step of a mouse."""
    size = _size(drawing)
    step = size / GRID
    return tuple(
        replace(
            each,
            points=np.round((each.points + rng.normal(0, JITTER * size, each.points.shape)) / step)
            * step,
        )
        for each in drawing
    )


def retraced(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Go back along a part of one stroke's end, as people do who do not lift the pen."""
    chosen = int(rng.integers(len(drawing)))
    points = drawing[chosen].points
    back = points[::-1][1 : 1 + int(len(points) * rng.uniform(0.1, 0.5))]
    longer = replace(drawing[chosen], points=np.concatenate([points, back]))
    return (*drawing[:chosen], longer, *drawing[chosen + 1 :])


def _in_two(stroke: Stroke, rng: np.random.Generator) -> tuple[Stroke, ...]:
    count = len(stroke.points)
    if count < 4:
        return (stroke,)
    place = 1 + int((count - 2) * rng.uniform(LEAST_PIECE, 1 - LEAST_PIECE))
    parts = stroke.points[: place + 1], stroke.points[place:]
    return tuple(replace(stroke, points=part) for part in parts)


def every(points: Points, step: int) -> Points:
    """Keep one in `step` points, from the first on, and both ends."""
    kept = points[::step]
    return kept if (len(points) - 1) % step == 0 else np.concatenate([kept, points[-1:]])


def _size(drawing: Drawing) -> float:
    points = np.concatenate([stroke.points for stroke in drawing])
    return float(max(np.ptp(points, axis=0).max(), 1.0))


VARIATIONS: dict[str, Callable[[Drawing, np.random.Generator], Drawing]] = {
    "reversed": reversed_strokes,
    "another order": reordered,
    "joined": joined,
    "split": split,
    "a quarter of the points": sampled_coarsely,
    "mouse jitter": jittered,
    "retraced": retraced,
}
