"""The canvas, its tools and its undo buttons."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import CANVAS_SIDE, INK, PAPER, Drawing, from_canvas_json
from digitapp.ui.shared.drawing_keeper import keep_drawing
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.session import CANVAS, SKETCH

PEN_WIDTHS = (4, 40, 20)  # min, max, initial
ERASER_WIDTH = 30  # minimum, so that one stroke removes whole lines
TOOLS = {"Pen": ":material/edit: Pen", "Eraser": ":material/ink_eraser: Eraser"}


def canvas(place: str = "") -> Drawing:
    """Show the drawing canvas with its tools; return the drawing, empty if it cannot be used.

    Args:
        place: keeps the canvases of several pages apart; all show the same drawing.
    """
    paper = st.container()
    erasing, pen_width = _pen_picker()
    with paper, errors_shown():
        return _canvas(pen_width, erasing, place)
    return ()


def _canvas(pen_width: int, erasing: bool, place: str) -> Drawing:
    """Show the canvas and the undo, redo and clear buttons.

    The canvas's own small buttons are hidden by frame.js.

    Raises:
        BadStrokes: when the canvas sends something that is not a drawing.
    """
    shown, sketch = CANVAS[place], SKETCH.get()
    if not shown.is_set:
        sketch = sketch.mounted()
    found = st_canvas(
        stroke_width=max(pen_width, ERASER_WIDTH) if erasing else pen_width,
        stroke_color=PAPER if erasing else INK,
        background_color=PAPER,
        width=CANVAS_SIDE,
        height=CANVAS_SIDE,
        initial_drawing=sketch.initial_drawing,
        key=shown.key,
    )
    sketch = sketch.answered(tuple((found.json_data or {}).get("objects", ())))
    SKETCH.set(sketch)
    with st.container(horizontal=True, width=CANVAS_SIDE, gap="small"):
        _button("Undo", ":material/undo:", Sketch.undo, not sketch.objects)
        _button("Redo", ":material/redo:", Sketch.redo, not sketch.undone)
        _button("Clear", ":material/delete:", Sketch.clear, not sketch.objects)
    keep_drawing(place)
    return from_canvas_json({"objects": sketch.objects})


def _pen_picker() -> tuple[bool, int]:
    """Show the pen, eraser and width controls; return whether to erase, and the width in pixels."""
    with st.container(horizontal=True, width=CANVAS_SIDE, gap="small"):
        tool = st.segmented_control(
            "Tool",
            list(TOOLS),
            format_func=lambda name: TOOLS[name],
            default="Pen",
            required=True,
            key="tool",
            label_visibility="collapsed",
        )
        with st.popover("Width", width="stretch"):
            width = st.slider("Pen width", *PEN_WIDTHS, key="pen-width")
    return tool == "Eraser", int(width)


def _button(label: str, icon: str, change: Callable[[Sketch], Sketch], disabled: bool) -> None:
    def apply() -> None:
        SKETCH.set(change(SKETCH.get()))

    st.button(
        label, key=label.lower(), icon=icon, on_click=apply, disabled=disabled, width="stretch"
    )


def kept_drawing() -> Drawing:
    """Return the last drawing, on a page that has no canvas.

    Raises:
        BadStrokes: when it is not a drawing.
    """
    keep_drawing("own-")
    return from_canvas_json({"objects": SKETCH.get().objects})
