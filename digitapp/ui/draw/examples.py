"""Tricky digits to try by a press: their picture says one thing, and their movement another."""

from __future__ import annotations

from digitapp.data import example_drawings
from digitapp.drawing.strokes import canvas_objects
from digitapp.ui.shared import live, networks
from digitapp.ui.shared.drawing_tools import UNITS_PER_PIXEL
from digitapp.ui.shared.session import SKETCH


def answer_with_examples(model: str, invitation: str) -> None:
    """Show the live answer, with what picture and movement say, and examples to begin with.

    Args:
        model: the name of the network that reads; of one that reads pictures alone, nothing but
            that is said.
        invitation: shown while nothing is drawn.
    """
    movement = networks.reads_movement(model)
    tricky = example_drawings.TRICKY if movement else {}
    live.live_view(
        "answer",
        _draw_example,
        invitation=invitation,
        choices=networks.choices(model),
        movement=movement,
        examples=[
            {"name": digit, "spoken": f"Draw {style.name}"} for digit, style in tricky.items()
        ],
    )


def _draw_example(name: str) -> None:
    """Put an example on the canvas, unless something was drawn meanwhile."""
    sketch = SKETCH.get()
    if name in example_drawings.TRICKY and not sketch.objects:
        drawing = example_drawings.tricky(name)
        SKETCH.set(sketch.shown(tuple(canvas_objects(drawing, UNITS_PER_PIXEL))))
