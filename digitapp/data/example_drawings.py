"""An example drawing of each digit, for users who have not drawn one yet."""

from __future__ import annotations

import numpy as np

from digitapp.data.pen_styles import STYLES, curve
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
    style = lookup(EXAMPLES, "example", digit)
    paths = [curve(stroke) @ np.array(stroke.points) for stroke in style.strokes]
    scale, edge = EXAMPLE_HEIGHT * CANVAS_SIDE, (1 - EXAMPLE_HEIGHT) / 2 * CANVAS_SIDE
    return from_points([(path * scale + edge).tolist() for path in paths], PEN_WIDTH)
