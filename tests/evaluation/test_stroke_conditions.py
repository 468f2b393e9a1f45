"""Conditions under which labelled strokes are drawn: applied correctly, fixed by the seed."""

import numpy as np
import pytest

from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing
from digitapp.errors import UnknownName
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.stroke_conditions import CONDITIONS, drawn

FRAME = LabelledStrokes(0, [[[0, 0], [500, 0], [500, 500], [0, 500], [0, 0]]])


def _drawn(digit: LabelledStrokes, condition: str, seed: int) -> Drawing:
    return drawn(digit, condition, np.random.default_rng(seed))


def _corners(condition: str, seed: int) -> np.ndarray:
    (stroke,) = _drawn(FRAME, condition, seed)
    return stroke.points


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_fixed_by_its_seed(condition: str) -> None:
    np.testing.assert_array_equal(_corners(condition, 5), _corners(condition, 5))
    random = condition in ("small", "tilted")
    assert (_corners(condition, 5) != _corners(condition, 6)).any() == random


@pytest.mark.parametrize("condition", ["as drawn", "thin", "thick"])
def test_the_whole_box_fills_the_whole_canvas(condition: str) -> None:
    side = CANVAS_SIDE
    expected = [[0, 0], [side, 0], [side, side], [0, side], [0, 0]]
    np.testing.assert_allclose(_corners(condition, 0), expected)


def test_thin_and_thick_differ_in_the_pen_alone() -> None:
    widths = [_drawn(FRAME, name, 0)[0].width for name in ("thin", "as drawn", "thick")]
    assert widths[0] < widths[1] / 2
    assert widths[2] > widths[1] * 1.5


@pytest.mark.parametrize("seed", range(20))
def test_a_small_digit_is_a_quarter_to_a_half_and_stays_on_the_canvas(seed: int) -> None:
    corners = _corners("small", seed)
    assert corners.min() >= 0
    assert corners.max() <= CANVAS_SIDE
    wide, tall = np.ptp(corners, axis=0) / CANVAS_SIDE
    assert wide == pytest.approx(tall)
    assert 0.25 <= wide <= 0.5


@pytest.mark.parametrize("seed", range(20))
def test_a_tilted_digit_is_turned_about_the_middle_by_up_to_20_degrees(seed: int) -> None:
    before, after = (
        corners - 140 for corners in (_corners("as drawn", 0), _corners("tilted", seed))
    )
    np.testing.assert_allclose(np.hypot(*after.T), np.hypot(*before.T))
    turned = np.degrees(np.arctan2(*after.T) - np.arctan2(*before.T))
    turned = (turned + 180) % 360 - 180
    np.testing.assert_allclose(turned, turned[0])
    assert 0 < abs(turned[0]) <= 20


def test_digits_are_drawn_each_with_a_draw_of_its_own() -> None:
    rng = np.random.default_rng(0)
    first, second = (CONDITIONS["small"](FRAME, rng)[0].points for _ in range(2))
    assert (first != second).any()


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_starts_from_the_digit_as_drawn(name: str) -> None:
    plain = _drawn(FRAME, "as drawn", 0)
    expected = VARIATIONS[name](plain, np.random.default_rng(3))
    for stroke, other in zip(_drawn(FRAME, name, 3), expected, strict=True):
        np.testing.assert_array_equal(stroke.points, other.points)
        assert stroke.width == plain[0].width
    assert _drawn(LabelledStrokes(0, []), name, 0) == ()


def test_an_unknown_condition_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match=r"as drawn, small, .* reversed"):
        _drawn(FRAME, "upside down", 0)
