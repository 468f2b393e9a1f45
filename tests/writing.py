"""Numbers with punctuation and signs, drawn from `tests.digits` and simple strokes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.strokes import Drawing, Stroke
from tests.digits import DIGITS, arc, line

Strokes = list[NDArray[np.float64]]

TALL = 170.0  # pixels; height of the digits of `DIGITS`
TOP = 55.0

# Strokes at the digits' position: y from 55, their top, to 225.
MARKS: dict[str, Callable[[float], list[list[list[float]]]]] = {
    ".": lambda pen: [[[0, 225 - pen / 3]]],
    ",": lambda pen: [[[0, 208], [-12 - pen / 2, 232 + pen]]],
    ":": lambda pen: [[[0, 110]], [[2, max(190, 112 + 1.7 * pen)]]],
    "-": lambda pen: [line((0, 142), (80 + pen, 138))],
    "+": lambda pen: [
        line((0, 140), (90 + pen, 143)),
        line((44 + pen / 2, 95), (47 + pen / 2, 190)),
    ],
    "×": lambda pen: [
        line((0, 105), (75 + pen, 180)),
        line((75 + pen, 103), (2, 184)),
    ],
    "÷": lambda pen: [
        line((0, 142), (90 + pen, 140)),
        [[45 + pen / 2, 100 - pen / 2]],
        [[45 + pen / 2, 182 + pen / 2]],
    ],
    "=": lambda pen: [line((0, 115), (90, 115)), line((0, 165 + pen), (90, 163 + pen))],
    "/": lambda pen: [line((85, 50), (0, 230))],
    "%": lambda pen: [
        arc(25, 80, 22, 24, -90, 270),
        line((125, 55), (25, 225)),
        arc(130, 200, 22, 24, -90, 270),
    ],
    "'": lambda pen: [line((0, 50), (-4, 75))],
}


def written(text: str, height: float = 68, pen: float = 8, gap: float = 0.2) -> Drawing:
    """Return a number as strokes, with its upper left corner at about (30, 30).

    Args:
        height: of the digits, in pixels.
        pen: its width, in pixels.
        gap: between the ink of two signs, in heights.
    """
    strokes: list[Stroke] = []
    left, scale = 30.0, height / TALL
    for sign in text:
        own = DIGITS[int(sign)] if sign.isdigit() else MARKS[sign](pen / scale)
        points = [np.array(each, dtype=float) * scale for each in own]
        low, high = (f([f(each[:, 0]) for each in points]) for f in (min, max))
        shift = np.array([left - low, 30 - TOP * scale])
        strokes += [Stroke(each + shift, pen) for each in points]
        left += high - low + pen + gap * height
    return tuple(strokes)


def sheet_size(drawing: Drawing) -> tuple[int, int]:
    """Return width and height of a sheet with space round a drawing."""
    high = np.max([each.points.max(axis=0) + each.width for each in drawing], axis=0)
    return int(high[0] + 40), int(high[1] + 40)
