"""Signs told by their strokes."""

from __future__ import annotations

import numpy as np
import pytest

from digitapp.drawing import piece_shapes, stroke_signs
from digitapp.drawing.marks import SIGNS
from digitapp.drawing.stroke_signs import Frame
from digitapp.drawing.strokes import Stroke
from tests.digits import DIGITS, arc, line
from tests.writing import MARKS, TALL, TOP

Points = list[list[float]]


def _sign(strokes: list[Points], pen: float = 14) -> str:
    shapes = [piece_shapes.of_stroke(Stroke(np.array(each, dtype=float), pen)) for each in strokes]
    mark = stroke_signs.of_strokes(shapes, tuple(range(len(shapes))), Frame(TOP, TALL))
    return mark.sign if mark else ""


@pytest.mark.parametrize("pen", [6, 14, 24])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_told_by_its_strokes_in_any_order(sign: str, pen: float) -> None:
    strokes = MARKS[sign](pen)
    assert _sign(strokes, pen) == sign
    assert _sign(strokes[::-1], pen) == sign


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_no_sign(digit: int) -> None:
    assert _sign([list(map(list, each)) for each in DIGITS[digit]]) == ""


NO_SIGNS = {
    "two ones": [line((0, 60), (2, 220)), line((60, 60), (58, 220))],
    "a slanted pair": [line((60, 60), (0, 220)), line((120, 60), (60, 220))],
    "a 4": [line((60, 60), (0, 150), (110, 150)), line((80, 90), (78, 225))],
    "a seven's bar crossing its stem low": [
        line((0, 60), (90, 60), (40, 225)),
        line((20, 140), (90, 138)),
    ],
    "two rings": [arc(0, 140, 40, 80, 0, 360), arc(100, 140, 40, 80, 0, 360)],
    "a bar at the top": [line((0, 60), (80, 58))],
}


@pytest.mark.parametrize("name", NO_SIGNS)
def test_strokes_of_digits_are_no_sign(name: str) -> None:
    assert _sign(NO_SIGNS[name]) == ""


def test_a_plus_turned_is_a_times_sign() -> None:
    across, down = line((0, 140), (90, 140)), line((45, 95), (45, 185))
    assert _sign([across, down]) == "+"
    turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    middle = np.array([45, 140])
    turned = [((np.array(each) - middle) @ turn + middle).tolist() for each in (across, down)]
    assert _sign(turned) == "×"


def test_a_plus_in_one_movement_is_a_plus() -> None:
    down, back, across = line((45, 95), (45, 185)), line((45, 185), (0, 140)), (90, 140)
    assert _sign([[*down, [45, 140], [0, 140], list(across)]]) == "+"
    assert _sign([[*down, *back, list(across)]]) != "×"


def test_a_point_that_is_rather_high_is_a_less_likely_point() -> None:
    likeness = []
    for y in (215.0, 180.0, 100.0):
        dot = piece_shapes.of_stroke(Stroke(np.array([[20.0, y]]), 14))
        mark = stroke_signs.of_strokes([dot], (0,), Frame(TOP, TALL))
        likeness.append(mark.likeness if mark else 0.0)
    low, higher, high = likeness
    assert low > higher > high == 0


def test_dots_that_a_mouse_drew_a_pixel_long_are_a_colon_with_any_pen() -> None:
    for pen in (6, 14, 30, 45):
        assert _sign([line((20, 100), (21, 100)), line((20, 190), (22, 190))], pen) == ":"
