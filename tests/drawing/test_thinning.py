"""Drawings with fewer points."""

import numpy as np
import pytest

from digitapp.drawing.strokes import from_points
from digitapp.drawing.thinning import thinned


def test_a_drawing_with_few_points_stays_as_it_is() -> None:
    line = from_points([[(0.0, 0.0), (5.0, 5.0), (9.0, 2.0)]], 14)
    assert thinned(line, 3) is line


@pytest.mark.parametrize("counts", [(1000,), (10, 990), (1, 1, 998), (500, 500, 500, 500)])
@pytest.mark.parametrize("most", [12, 50, 333])
def test_a_drawing_gets_no_more_points_than_asked_for_and_keeps_its_ends(
    counts: tuple[int, ...], most: int
) -> None:
    drawing = from_points([[(float(n), 2.0 * n) for n in range(count)] for count in counts], 14)
    few = thinned(drawing, most)
    assert sum(len(stroke.points) for stroke in few) <= most
    for before, after in zip(drawing, few, strict=True):
        np.testing.assert_array_equal(after.points[[0, -1]], before.points[[0, -1]])
        assert after.width == before.width
