"""Strokes written once more: as many, in the same order and direction, nearly in the same place."""

import numpy as np
import pytest

from digitapp.data.gentle_strokes import gently_varied
from digitapp.drawing.strokes import from_points
from tests.digits import DIGITS


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawing_stays_nearly_the_same(digit: int) -> None:
    drawing = from_points(DIGITS[digit], 20)
    everything = np.concatenate([stroke.points for stroke in drawing])
    size = np.ptp(everything, axis=0).max()
    for seed in range(20):
        found = gently_varied(drawing, rng(seed))
        assert [stroke.width for stroke in found] == [stroke.width for stroke in drawing]
        for new, old in zip(found, drawing, strict=True):
            for end in (0, -1):
                assert np.hypot(*(new.points[end] - old.points[end])) < 0.35 * size
            assert len(new.points) in (len(old.points), -(-(len(old.points) - 1) // 3) + 1)


def test_it_is_another_one_each_time_and_the_same_for_the_same_seed() -> None:
    drawing = from_points(DIGITS[4], 20)
    one_after_another = rng(1)
    first, second = (gently_varied(drawing, one_after_another) for _ in range(2))
    again = gently_varied(drawing, rng(1))
    for one, other, same in zip(first, second, again, strict=True):
        np.testing.assert_array_equal(one.points, same.points)
        assert one.points.shape != other.points.shape or not np.allclose(one.points, other.points)


def test_a_dot_stays_one_point() -> None:
    (found,) = gently_varied(from_points([[(140, 140)]], 20), rng())
    assert found.points.shape == (1, 2)
    assert np.isfinite(found.points).all()
