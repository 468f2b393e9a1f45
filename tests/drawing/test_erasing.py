"""The eraser: what it leaves of strokes, and how much of it can be applied."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.drawing import strokes
from digitapp.drawing.strokes import Stroke
from digitapp.errors import BadStrokes


def test_the_eraser_cuts_as_if_every_stroke_were_compared_with_it_point_by_point() -> None:
    random = np.random.default_rng(7)
    drawing: list[Stroke] = []
    for number in range(24):
        way = np.cumsum(random.normal(0, 6, (15, 2)), axis=0) + random.uniform(40, 240, 2)
        drawing.append(Stroke(way, 10.0, eraser=number % 3 == 2))
    left: list[Stroke] = []
    for stroke in drawing:  # each pair compared, point by point
        left = _erased(left, stroke) if stroke.eraser else [*left, stroke]
    found = strokes.remaining_ink(tuple(drawing))
    assert len(found) == len(left) > 16
    for one, other in zip(found, left, strict=True):
        np.testing.assert_array_equal(one.points, other.points)


def _erased(left: list[Stroke], eraser: Stroke) -> list[Stroke]:
    found = []
    path = strokes._densified(eraser.points)
    for stroke in left:
        points = strokes._densified(stroke.points)
        apart = np.hypot(*(points[:, np.newaxis] - path[np.newaxis]).transpose(2, 0, 1)).min(axis=1)
        gone = apart < eraser.width / 2 - strokes.ROUNDING
        if not gone.any():
            found.append(stroke)
            continue
        runs = np.split(np.arange(len(points)), np.flatnonzero(np.diff(gone)) + 1)
        kept = [run for run in runs if not gone[run[0]]]
        found += [Stroke(points[run], stroke.width) for run in kept]
    return found


def test_a_drawing_in_which_more_was_rubbed_out_than_can_be_read_in_time_is_rejected() -> None:
    random = np.random.default_rng(8)

    def scribbled(count: int, points: int) -> tuple[Stroke, ...]:
        return tuple(
            Stroke(random.uniform(0, 280, (points, 2)), 10.0, eraser=number % 2 == 1)
            for number in range(count)
        )

    for drawing in (scribbled(2000, 1), scribbled(20, 1000), scribbled(200, 10)):
        with pytest.raises(BadStrokes, match="Too much was rubbed out to be read; clear the can"):
            strokes.checked(drawing)
    strokes.checked(scribbled(60, 8))
    strokes.checked(tuple(replace(each, eraser=False) for each in scribbled(200, 100)))
