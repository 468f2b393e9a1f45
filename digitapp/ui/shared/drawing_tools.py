"""The canvas and its tools: pen, eraser, undo, redo and clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_drawable_canvas import st_canvas

from digitapp.drawing.sketch import Objects, Sketch
from digitapp.drawing.strokes import CANVAS_SIDE, INK, PAPER, Drawing, from_canvas_json
from digitapp.ui.shared.drawing_keeper import keep_drawing
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.session import CANVAS, PEN, SKETCH, TOOL, Pen

PIXELS = 560  # the canvas's own, on a side; the page shows it smaller, so it is sharp on any screen
UNITS_PER_PIXEL = CANVAS_SIDE / PIXELS
PEN_WIDTHS = (4, 40, 20)  # min, max, initial; in units of the drawing, like the next
ERASER_WIDTH = 30  # minimum, so that one stroke removes whole lines
PEN_TOOL, ERASER_TOOL = "Pen", "Eraser"
TOOLS = {PEN_TOOL: ":material/edit: Pen", ERASER_TOOL: ":material/ink_eraser: Eraser"}


def canvas(place: str = "") -> Drawing:
    """Show the drawing canvas with its tools; return the drawing, empty if it cannot be used.

    Args:
        place: keeps the canvases of several pages apart; all show the same drawing.
    """
    paper = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="tools"):
        pen = _pen_picker()
        history = st.container(horizontal=True, gap="xsmall", width="content")
    with paper, errors_shown():
        return _canvas(pen, history, place)
    return ()


def _canvas(pen: Pen, history: DeltaGenerator, place: str) -> Drawing:
    """Show the canvas, and the undo, redo and clear buttons in their place.

    The canvas's own small buttons are hidden by frame.js.

    Raises:
        BadStrokes: when the canvas sends something that is not a drawing.
    """
    shown, sketch = CANVAS[place], SKETCH.get()
    if not shown.is_set:
        sketch = sketch.mounted()
    found = st_canvas(
        stroke_width=pen.width,
        stroke_color=pen.colour,
        background_color=PAPER,
        width=PIXELS,
        height=PIXELS,
        initial_drawing=sketch.initial_drawing,
        key=shown.key,
    )
    sketch = sketch.answered(_objects(found.json_data))
    SKETCH.set(sketch)
    PEN.set(pen)
    with history:
        _button("Undo", ":material/undo:", Sketch.undo, not sketch.objects, place)
        _button("Redo", ":material/redo:", Sketch.redo, not sketch.undone, place)
        _button("Clear", ":material/delete:", _cleared, not sketch.objects, place)
    keep_drawing(place, UNITS_PER_PIXEL)
    return drawn(sketch)


def _objects(reported: Mapping[str, Any] | None) -> Objects:
    return tuple((reported or {}).get("objects", ()))


def drawn(sketch: Sketch) -> Drawing:
    """Return the strokes of a sketch.

    Raises:
        BadStrokes: when it is not a drawing.
    """
    return from_canvas_json({"objects": sketch.objects}, UNITS_PER_PIXEL)


def _pen_picker() -> Pen:
    """Show the pen, eraser and width controls; return the pen chosen."""
    if not TOOL.is_set:
        TOOL.set(PEN_TOOL)
    tool = st.segmented_control(
        "Tool",
        list(TOOLS),
        format_func=lambda name: TOOLS[name],
        required=True,
        key=TOOL.key,
        label_visibility="collapsed",
    )
    with st.popover("Width", icon=":material/line_weight:", key="width"):
        width = st.slider("Pen width", *PEN_WIDTHS, key="pen-width")
    erasing = tool == ERASER_TOOL
    width = max(width, ERASER_WIDTH) if erasing else width
    return Pen(round(width / UNITS_PER_PIXEL), PAPER if erasing else INK)


def _cleared(sketch: Sketch) -> Sketch:
    take_the_pen()
    return sketch.clear()


def take_the_pen() -> None:
    """Put the eraser away, as after Clear: there is nothing left to erase."""
    TOOL.set(PEN_TOOL)


def _button(
    label: str, icon: str, change: Callable[[Sketch], Sketch], disabled: bool, place: str
) -> None:
    """Show a button that changes the drawing; once the live reading is there, it takes the press.

    See drawing_orders.js.
    """

    def apply() -> None:
        """Change what the canvas showed: it has reported all of it just now (early_pen.js)."""
        reported = (CANVAS[place].get() or {}).get("drawing") or {}
        SKETCH.set(change(SKETCH.get().answered(_objects(reported.get("raw")))))

    st.button(label, key=label.lower(), icon=icon, on_click=apply, disabled=disabled)


def kept_drawing() -> Drawing:
    """Return the last drawing, on a page that has no canvas.

    Raises:
        BadStrokes: when it is not a drawing.
    """
    keep_drawing("own-", UNITS_PER_PIXEL)
    return drawn(SKETCH.get())
