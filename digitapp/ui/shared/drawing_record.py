"""The record of a drawing in words: what the server read of its finished strokes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from digitapp.drawing.strokes import Drawing
from digitapp.errors import Blank
from digitapp.reading.reader import Reading, read_drawing
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import predictor
from digitapp.ui.shared.verdicts import verdict, waiting


def drawing_record(
    drawing: Drawing, model: str, invitation: str, picture_alone: bool = False
) -> Reading | None:
    """Read a drawing, and show the answer in words; return it, or None when nothing is drawn.

    Args:
        model: the name of the network that reads.
        invitation: shown while nothing is drawn.
        picture_alone: whether how the pen moved is left out.
    """
    with errors_shown():
        reading = None
        if drawing:
            with suppress(Blank):  # everything was erased
                reading = read_drawing(predictor(model), drawing)
        if reading and picture_alone:
            reading = _of_picture(reading)
        if reading:
            verdict(reading.prediction, after(len(drawing)))
        else:
            waiting(invitation)
        return reading
    return None


def _of_picture(reading: Reading) -> Reading:
    """Return what the picture alone says of the whole drawing, without its earlier states."""
    parts = reading.prediction.parts
    return replace(reading, prediction=parts.picture, timeline=()) if parts else reading


def after(strokes: int) -> str:
    """Say when a drawing was read, such as `after 2 strokes`."""
    return f"after {strokes} stroke{'s' if strokes > 1 else ''}"
