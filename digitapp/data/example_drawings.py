"""Example drawings, for users who have not drawn one yet.

There is one of each digit, and a few tricky ones: as pictures they look like another digit, but not
by how they were written.
"""

from __future__ import annotations

import numpy as np

from digitapp.data.pen_styles import STYLES, Style, curve
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, from_points
from digitapp.registry import lookup

EXAMPLES = {str(digit): styles[0] for digit, styles in STYLES.items()}
EXAMPLE_HEIGHT = 0.6  # of the canvas
PEN_WIDTH = 20


def example(digit: str) -> Drawing:
    """Return a digit in its first style, in the middle of the canvas.

    Raises:
        UnknownName: when it is not one of the ten digits.
    """
    return _drawn(lookup(EXAMPLES, "example", digit))


def tricky(digit: str) -> Drawing:
    """Return one of the `TRICKY` digits, in the middle of the canvas.

    Raises:
        UnknownName: when it is not one of them.
    """
    return _drawn(lookup(TRICKY, "tricky digit", digit))


def _drawn(style: Style) -> Drawing:
    paths = [curve(stroke) @ np.array(stroke.points) for stroke in style.strokes]
    scale, edge = EXAMPLE_HEIGHT * CANVAS_SIDE, (1 - EXAMPLE_HEIGHT) / 2 * CANVAS_SIDE
    return from_points([(path * scale + edge).tolist() for path in paths], PEN_WIDTH)


TRICKY: dict[str, Style] = {  # by digit; the names are texts on the page
    "1": Style("a 1 with a long upstroke", 1, "2,40 36,22 70,4! 62,50 52,100"),
    "4": Style(
        "a 4 in one stroke", 1, "40,12 34,2 28,12 28,42 34,64 48,68 64,52! 62,70 66,92 74,100"
    ),
    "5": Style(
        "a 5 whose bar comes last",
        1,
        "54,8 42,18 28,36! 48,44 64,62 52,86 22,99 ; 18,9 38,4 62,2 88,4",
    ),
    "7": Style(
        "a 7 with a bar",
        1,
        "40,12 54,2 72,2 80,16 66,46 46,74 24,98 ; 12,80 14,68 24,64 44,64 62,64 82,64",
    ),
}
