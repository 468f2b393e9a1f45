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
    "1": Style("a 1 with a long upstroke", 1, "3,34 37,27 67,9! 50,58 62,97"),
    "4": Style("a 4 in one stroke", 1, "57,7 37,22 12,49! 39,49 70,20! 78,68 66,98"),
    "5": Style(
        "a 5 whose bar comes last",
        1,
        "61,15 42,32 27,33! 55,41 70,49 57,97 18,100 ; 21,6 38,0 59,1 69,1",
    ),
    "7": Style("a 7 with a bar", 1, "41,0 51,4 61,3 71,18 55,78 43,96 ; 33,88 35,60 49,55 76,59"),
}
