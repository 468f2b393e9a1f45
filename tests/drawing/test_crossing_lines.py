"""Two lines that cross: a plus or a times sign whatever its turn, and no digit."""

from __future__ import annotations

import numpy as np
import pytest

from digitapp.drawing import crossing_lines, piece_shapes
from digitapp.drawing.line_width import stroke_width
from digitapp.drawing.piece_shapes import Shape
from digitapp.drawing.strokes import from_points, paint
from tests.digits import DIGITS, line


def _shape(strokes: list[list[list[float]]], pen: float) -> Shape:
    mask = np.asarray(paint(from_points(strokes, pen), (320, 320)).convert("L")) < 128
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top, right, bottom = across[0], down[0], across[-1] + 1, down[-1] + 1
    box = float(left), float(top), float(right), float(bottom)
    return piece_shapes.of_pixels(mask[top:bottom, left:right], box, stroke_width(mask))


def _cross(turn: float, length: float = 90) -> list[list[list[float]]]:
    ends = []
    for angle in np.radians([turn, turn + 90]):
        way = length / 2 * np.array([np.cos(angle), np.sin(angle)])
        (x, y), (right, bottom) = 150 - way, 150 + way
        ends.append(line((x, y), (right, bottom)))
    return ends


@pytest.mark.parametrize("pen", [5, 12, 24])
@pytest.mark.parametrize("turn", [0, 8, 24, 45, -40])
def test_the_turn_of_a_cross_is_found(turn: float, pen: float) -> None:
    found = crossing_lines.fitted(_shape(_cross(turn), pen))
    assert found
    assert found.turn == pytest.approx(abs(turn), abs=3)


@pytest.mark.parametrize("pen", [6, 14, 30, 44])
@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_is_no_cross(digit: int, pen: float) -> None:
    assert crossing_lines.fitted(_shape(DIGITS[digit], pen)) is None


@pytest.mark.parametrize(
    "strokes",
    [
        [line((80, 80), (200, 80)), line((140, 80), (140, 200))],
        [line((80, 200), (80, 80), (200, 80))],
        [line((80, 150), (220, 150))],
    ],
    ids=["a T", "an angle", "a line"],
)
def test_lines_that_do_not_cross_in_their_middles_are_no_cross(
    strokes: list[list[list[float]]],
) -> None:
    assert crossing_lines.fitted(_shape(strokes, 10)) is None
