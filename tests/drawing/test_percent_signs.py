"""Percent signs: with rings apart or touching the line; two digits are none."""

from __future__ import annotations

import numpy as np
import pytest

from digitapp.drawing.segmentation import of_ink
from digitapp.drawing.strokes import Drawing, Stroke, paint
from tests.digits import DIGITS, arc, line
from tests.writing import sheet_size, written

Strokes = list[list[list[float]]]


def _percent(ring: float, gap: float) -> Strokes:
    """A percent sign with rings of this radius, and this much paper between them and its line."""
    across, down = np.array([25.0, 55.0]), np.array([125.0, 225.0])
    upright = np.array([170.0, 100.0]) / np.hypot(170, 100)
    middle = (across + down) / 2
    away = (ring + gap) * upright
    (x, y), (right, bottom) = middle - away - [0, 45], middle + away + [0, 45]
    slash = line((125, 55), (25, 225))
    return [arc(x, y, ring, ring, -90, 270), slash, arc(right, bottom, ring, ring, -90, 270)]


def _after_a_five(sign: Strokes, pen: float = 9) -> Drawing:
    moved = [*DIGITS[5], *([[x + 250, y] for x, y in stroke] for stroke in sign)]
    return tuple(Stroke(np.array(each, dtype=float) * 0.5 + 20, pen) for each in moved)


def _signs(drawing: Drawing) -> str:
    ink = 1 - np.asarray(paint(drawing, sheet_size(drawing)), dtype=np.float32) / 255
    found = [each.mark for row in of_ink(ink) for each in row.candidates]
    return "".join(mark.sign for mark in found if mark)


@pytest.mark.parametrize("gap", [0.0, 8.0, 30.0])
@pytest.mark.parametrize("ring", [24.0, 30.0])
def test_a_percent_sign_is_found_whether_its_rings_touch_or_not(ring: float, gap: float) -> None:
    assert _signs(_after_a_five(_percent(ring, gap))) == "%"


@pytest.mark.parametrize("text", ["96", "06", "98", "90", "961", "99"])
@pytest.mark.parametrize("gap", [0.02, 0.15])
def test_two_digits_with_rings_are_no_percent_sign(text: str, gap: float) -> None:
    assert _signs(written(text, gap=gap)) == ""


def test_a_division_sign_is_no_percent_sign() -> None:
    assert _signs(written("8÷4")) == "?"
