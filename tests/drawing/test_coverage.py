"""Coverage: how much of a pixel a stroke covers, against a slow implementation in plain Python."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from digitapp.drawing.coverage import PIECE, of_distance, of_strokes
from digitapp.drawing.strokes import MAX_POINTS, Stroke

SIZE = (31, 23)  # width and height


def _stroke(points: Sequence[Sequence[float]], width: float = 2.5) -> Stroke:
    return Stroke(np.array(points, dtype=np.float64), width)


def _random(rng: np.random.Generator, count: int, step: float, width: float = 2.5) -> Stroke:
    """A pen that wanders by `step` pixels at a time, also off the sheet."""
    return _stroke((rng.uniform(0, 25, 2) + rng.normal(0, step, (count, 2)).cumsum(0)), width)


def _distance(pixel: complex, start: complex, end: complex) -> float:
    """The distance from a point to a segment: on its side, if it lies beside it, else to an end."""
    if start != end:
        place = (pixel - start) / (end - start)
        if 0 < place.real < 1:
            return abs(place.imag * (end - start))
    return min(abs(pixel - start), abs(pixel - end))


def _slowly(strokes: Sequence[Stroke]) -> np.ndarray:
    ink = np.zeros(SIZE[::-1])
    for stroke in strokes:
        points = [complex(*point) for point in stroke.points]
        segments = list(zip(points, points[1:] or points, strict=False))
        for (row, column), before in np.ndenumerate(ink):
            nearest = min(_distance(complex(column, row), *each) for each in segments)
            now = min(max(stroke.width / 2 + 0.5 - nearest, 0), 1)
            ink[row, column] = max(before, now)
    return ink


@pytest.mark.parametrize("step", [0.1, 2, 20])
@pytest.mark.parametrize("width", [0.4, 2.5, 9])
def test_it_is_the_distance_to_the_nearest_segment_of_any_stroke(step: float, width: float) -> None:
    rng = np.random.default_rng(7)
    strokes = [_random(rng, count, step, width) for count in (1, 2, 12)]
    found = of_strokes(tuple(strokes), SIZE)
    assert (found.shape, found.dtype) == (SIZE[::-1], np.float32)
    np.testing.assert_allclose(found, _slowly(strokes), atol=1e-6)


def test_strokes_of_several_widths_overlap_by_the_maximum() -> None:
    rng = np.random.default_rng(3)
    strokes = [_random(rng, 6, 6, width) for width in (1, 7, 3, 1)]
    np.testing.assert_allclose(of_strokes(tuple(strokes), SIZE), _slowly(strokes), atol=1e-6)


def test_a_line_of_more_segments_than_are_measured_at_once_has_no_gap() -> None:
    steps = np.linspace(0, 1, 3 * PIECE + 5)[:, np.newaxis]
    in_one, in_pieces = np.array([[3.0, 4.0], [27.0, 18.5]]), np.array([24.0, 14.5])
    many = _stroke([3.0, 4.0] + steps * in_pieces)
    np.testing.assert_allclose(
        of_strokes((many,), SIZE), of_strokes((_stroke(in_one),), SIZE), atol=1e-6
    )


def test_there_is_no_line_from_one_stroke_to_the_next() -> None:
    ink = of_strokes((_stroke([[2, 2], [2, 20]]), _stroke([[28, 2], [28, 20]])), SIZE)
    assert not ink[:, 5:26].any()


@pytest.mark.parametrize("points", [[[10, 10]], [[10, 10], [10, 10]]])
def test_a_point_is_a_disc(points: list[list[float]]) -> None:
    ink = of_strokes((_stroke(points, 8),), SIZE)
    assert ink.sum() == pytest.approx(math.pi * 4**2, rel=0.01)


@pytest.mark.parametrize("place", [[-500, 10], [10, 9000], [-10_000, -10_000]])
def test_ink_off_the_sheet_is_clipped(place: list[float]) -> None:
    assert not of_strokes((_stroke([place], 3),), SIZE).any()
    across = of_strokes((_stroke([[-900, 11], [900, 11]], 3),), SIZE)
    np.testing.assert_allclose(across[9:14].T, [[0, 1, 1, 1, 0]] * SIZE[0], atol=1e-6)


def test_nothing_is_no_ink() -> None:
    assert not of_strokes((), SIZE).any()


def test_the_ink_falls_from_one_to_nothing_within_a_pixel_of_the_edge() -> None:
    distances = np.array([0, 0.75, 1, 1.25, 1.5, 1.75, 5, np.inf])
    np.testing.assert_allclose(of_distance(distances, 1.25), [1, 1, 0.75, 0.5, 0.25, 0, 0, 0])


def test_as_many_points_as_a_drawing_may_have_are_inked_at_once() -> None:
    many = _random(np.random.default_rng(0), MAX_POINTS, 0.05)
    there, back = (
        of_strokes((_stroke(each),), (28, 28)) for each in (many.points, many.points[::-1])
    )
    assert there.any()
    np.testing.assert_allclose(there, back, atol=1e-6)
