"""Names of the ways in which labelled strokes are read."""

from __future__ import annotations

from collections.abc import Container

AS_DRAWN = "as drawn"  # the condition that changes nothing

COMBINED = "combined"  # the picture reader and the stroke reader together
PICTURE = "picture alone"  # the strokes, redrawn as a small image
MOVEMENT = "movement alone"  # the path of the pen
PIXELS = "pixels"  # the picture of the canvas, prepared as an upload
SQUEEZE = "squeeze"  # the picture of the canvas, squeezed to the small image


def main_way(ways: Container[str]) -> str:
    """Return the way in which the app itself reads strokes: combined, if it can."""
    return COMBINED if COMBINED in ways else PICTURE
