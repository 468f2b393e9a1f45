"""Conditions under which labelled strokes are drawn, and ways of making images of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from digitapp.data.hand_files import BOX, CANVAS_PEN
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing import preprocessing
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Points, from_points, paint
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.ways import AS_DRAWN, PICTURE, PIXELS, SQUEEZE
from digitapp.reading.prediction import Inputs
from digitapp.registry import lookup

THIN, THICK = 6.0, 36.0  # pen widths, in pixels of the canvas


def drawn(digit: LabelledStrokes, name: str, rng: np.random.Generator) -> Drawing:
    """Draw a digit under one of the `CONDITIONS`, or as drawn with one of the `VARIATIONS`.

    Raises:
        UnknownName: when there is no such condition or variation.
    """
    known = [*CONDITIONS, *VARIATIONS]
    lookup(dict.fromkeys(known), "condition", name)
    if name in CONDITIONS:
        return CONDITIONS[name](digit, rng)
    drawing = on_canvas(digit, CANVAS_PEN)
    return VARIATIONS[name](drawing, rng) if drawing else drawing


def on_canvas(
    digit: LabelledStrokes, pen: float, change: Callable[[Points], Points] = lambda points: points
) -> Drawing:
    """Draw a digit on the canvas with a pen of this width.

    Args:
        change: moves a stroke's points, in pixels of the canvas.
    """
    scale = CANVAS_SIDE / BOX
    scaled = [np.asarray(stroke, dtype=np.float64) * scale for stroke in digit.strokes]
    return from_points([change(stroke).tolist() for stroke in scaled], pen)


def _small(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    scale, pen = rng.uniform(0.25, 0.5), rng.uniform(6, 14)
    corner = rng.uniform(0, 1 - scale, 2) * CANVAS_SIDE
    return on_canvas(digit, pen, lambda points: points * scale + corner)


def _tilted(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    angle = math.radians(rng.uniform(-20, 20))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = CANVAS_SIDE / 2
    return on_canvas(digit, CANVAS_PEN, lambda points: (points - middle) @ turn + middle)


CONDITIONS: dict[str, Callable[[LabelledStrokes, np.random.Generator], Drawing]] = {
    AS_DRAWN: lambda digit, _: on_canvas(digit, CANVAS_PEN),
    "small": _small,
    "thin": lambda digit, _: on_canvas(digit, THIN),
    "thick": lambda digit, _: on_canvas(digit, THICK),
    "tilted": _tilted,
}

STROKE_PREPARATIONS: dict[str, Callable[[Drawing], Inputs]] = {
    PICTURE: preprocessing.stroke_image,
    PIXELS: lambda drawing: (
        preprocessing.from_canvas(np.asarray(paint(drawing).convert("RGBA"))).image
    ),
    SQUEEZE: lambda drawing: preprocessing.squeezed(paint(drawing)),
}
