"""Arithmetic on curves: thinning, gaps, visible range."""

import math

import numpy as np
import pytest

from digitapp.figures.lines import gapped, noisy, span, thinned
from digitapp.training.history import Curve, Point, within_epochs
from tests.figures.values import points


def _ramp(count: int) -> Curve:
    return Curve(
        [float(number) for number in range(count)], [number / 10 for number in range(count)]
    )


def test_a_short_curve_stays_as_it_is() -> None:
    assert thinned(_ramp(600), 600) == _ramp(600)


@pytest.mark.parametrize("count", [601, 1000, 1196, 1197, 5000, 123_457])
def test_a_long_curve_gets_few_points_and_keeps_its_ends(count: int) -> None:
    found = thinned(_ramp(count), 600)
    assert 290 <= len(found.x) == len(found.y) <= 600
    assert (found.x[0], found.x[-1]) == (0, count - 1)
    assert (found.y[0], found.y[-1]) == (0, (count - 1) / 10)
    assert found.x == sorted(found.x)


def test_neighbours_are_averaged_so_that_the_mean_stays() -> None:
    values = np.random.default_rng(1).uniform(0, 1, 1024)
    found = thinned(Curve(list(range(1024)), values.tolist()), 600)
    assert np.mean(found.y[1:-1]) == pytest.approx(values.mean())
    assert found.y[1] == pytest.approx(values[:2].mean())
    assert found.x[1] == 0.5


def test_a_straight_line_stays_straight() -> None:
    found = thinned(_ramp(5000), 600)
    np.testing.assert_allclose(found.y, np.array(found.x) / 10)


def test_what_is_drawn_of_a_growing_line_does_not_move() -> None:
    before, after = thinned(_ramp(1300), 600), thinned(_ramp(2300), 600)
    assert after.y[: len(before.y) - 2] == before.y[:-2]


def test_a_gap_in_a_long_line_stays_a_gap() -> None:
    line = _ramp(2000)
    line.y[1000] = math.nan
    found = gapped(thinned(line, 600).y)
    assert found.count(None) == 1
    assert 0.4 < found.index(None) / len(found) < 0.6


def test_smoothing_goes_on_after_a_gap() -> None:
    noted = [*points(1, [1.0, 3.0]), Point(2, 1, math.nan, 0.5, 0.1), *points(3, [3.0])]
    found = noisy(within_epochs(noted, "loss", 2), 0.5)
    assert math.isnan(found.y[2])
    assert [*found.y[:2], found.y[3]] == pytest.approx([1.0, 7 / 3, 19 / 7])


def test_what_is_no_number_is_none() -> None:
    assert gapped([1.0, math.nan, math.inf, -math.inf, 0.0]) == [1.0, None, None, None, 0.0]


def test_nothing_spans_nothing() -> None:
    assert span([], [1.0, 2.0]) is None
    assert span([math.nan], []) is None


def test_a_single_value_has_room_around_it() -> None:
    for value in (0.0, 1.0, 0.3):
        low, high = span([value], []) or (0, 0)
        assert low < value < high


def test_lone_outliers_are_not_spanned_but_common_values_are() -> None:
    low, high = span([0.5], [50.0] + [0.4, 0.6] * 100) or (0, 0)
    assert low < 0.4
    assert 0.6 < high < 1
