"""Keeps the drawing in the browser tab's session storage, so that it survives a page reload.

There it is private to the tab and goes when the tab closes; the server need not store it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_canvas_json
from digitapp.errors import BadStrokes
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.session import (
    FOLLOWING,
    KEEPER,
    KEEPER_NAME,
    KEEPER_TAKEN,
    PEN,
    SKETCH,
)

HERE = Path(__file__)
SCRIPT = "\n".join(
    HERE.with_name(name).read_text("utf-8") for name in ("early_pen.js", "keeper.js")
)
PLACE = "keeper"

_keeper = st.components.v2.component("digitapp.keeper", js=SCRIPT, isolate_styles=False)


def keep_drawing(place: str, scale: float) -> None:
    """Store the current drawing in the tab, and accept a stored one if the tab sends it.

    From here on, the page notes what the pen does, until the live reading follows it.

    Args:
        place: prefix for keys, to keep the elements of several pages apart.
        scale: units of the drawing in a pixel of the canvas.
    """
    stored = KEEPER[place]

    def take() -> None:
        kept = stored.get().get("kept")
        if kept is None:  # Streamlit has forgotten it, as the page was left at the same moment
            return
        KEEPER_TAKEN.set(True)
        with errors_kept(PLACE):
            _take(str(kept))

    sketch, pen = SKETCH.get(), PEN.get()
    drawing = json.dumps([sketch.objects, sketch.undone], separators=(",", ":"))
    data = {
        "session": session_name(),
        "taken": KEEPER_TAKEN.get(),
        "drawing": drawing if sketch.objects else "",
        "keep": _own(drawing if sketch.objects else ""),
        "revision": sketch.revision,
        "scale": scale,
        "pen": {"width": pen.width, "colour": pen.colour},
    }
    _keeper(key=stored.key, data=data, on_kept_change=take)
    kept_error(PLACE)


def _take(text: str) -> None:
    """Take the stored drawing; while the page follows a teacher, it is for afterwards.

    Raises:
        BadStrokes: when the text is not a drawing.
    """
    followed = FOLLOWING.get()
    if followed is None:
        SKETCH.set(_with_kept(SKETCH.get(), text))
        return
    before = _with_kept(Sketch(followed.before.objects), text)
    own = replace(followed.before, objects=before.objects)
    FOLLOWING.set(replace(followed, before=own))


def _own(drawing: str) -> str:
    """Return what the tab keeps: the visitor's own drawing, also while the teacher's is shown."""
    followed = FOLLOWING.get()
    if followed is None:
        return drawing
    objects = followed.before.objects
    return json.dumps([objects, ()], separators=(",", ":")) if objects else ""


def session_name() -> str:
    """Return a name that tells this session from others of the same tab, before and after it."""
    if not KEEPER_NAME.is_set:
        KEEPER_NAME.set(secrets.token_hex(8))
    return KEEPER_NAME.get()


def _with_kept(sketch: Sketch, text: str) -> Sketch:
    """Return the sketch with the stored drawing beneath what has been drawn since.

    Raises:
        BadStrokes: when the text is not a drawing.
    """
    try:
        objects, undone = (_objects(part) for part in json.loads(text))
    except (TypeError, ValueError, BadStrokes) as error:
        told = f"The drawing kept in this browser tab cannot be used ({error})."
        raise BadStrokes(f"{told} Draw it again.") from None
    return sketch.restored(objects, undone)


def _objects(found: Any) -> tuple[dict[str, Any], ...]:
    from_canvas_json({"objects": found})
    return tuple(dict(each) for each in found)
