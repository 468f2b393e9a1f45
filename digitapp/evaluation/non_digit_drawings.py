"""Drawings of things that are not digits, as pen strokes: readers should refuse them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from digitapp.data import more_non_digits, non_digits
from digitapp.drawing.strokes import Drawing, Stroke

DRAWINGS = 2000


def _never_learned() -> Sequence[Drawing]:
    return non_digits.write_styles(non_digits.KEPT_ASIDE, DRAWINGS, np.random.default_rng(1))


def _learned() -> Sequence[Drawing]:
    return non_digits.write(DRAWINGS, np.random.default_rng(2))


def _other_scripts() -> Sequence[Drawing]:
    paths = more_non_digits.scripts_aside(DRAWINGS, np.random.default_rng(3))
    width = non_digits.PEN_WIDTH
    return [tuple(Stroke(points, width) for points in path) for path in paths]


NON_DIGIT_DRAWINGS: dict[str, Callable[[], Sequence[Drawing]]] = {
    "strokes of letters and shapes of kinds it never learned": _never_learned,
    "strokes of letters, shapes, scribbles and rows of kinds it learned": _learned,
    "strokes of digits of other scripts that it never learned": _other_scripts,
}
