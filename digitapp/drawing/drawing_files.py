"""Drawings in files: pen strokes as JSON, one drawing or a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitapp.drawing.strokes import FARTHEST, Drawing, from_points, moved
from digitapp.errors import BadFile, BadStrokes

PEN_SHARE = 0.1  # of a drawing's height: the width of a pen that is not named
EXAMPLE = '{"strokes": [[[10, 20], [30, 40]]]}'
TEXTS = ("id", "label")


@dataclass(frozen=True)
class FiledDrawing:
    """One drawing of a file.

    Attributes:
        number: its place in the file, from 1.
        notes: what the file says about it, by key: `id`, `label` or both, or neither.
        drawing: its strokes; None when they cannot be used.
        error: why not, in a sentence; empty for a drawing.
    """

    number: int
    notes: dict[str, str | int]
    drawing: Drawing | None = None
    error: str = ""


def drawings(content: Any, name: str) -> Iterator[FiledDrawing]:
    """Yield the drawings of a file, in their order.

    A drawing is an object with `strokes`, lists of [x, y] points, x to the right and y down, in any
    unit. It may have a `width`, that of its pen in the same unit (by default a tenth of its
    height), an `id` and a `label`. Other keys are ignored.

    Args:
        content: as the JSON of the file was parsed.
        name: of the file, for messages.

    Raises:
        BadFile: when the content is neither a drawing nor a list of at least one.
    """
    entries = [content] if isinstance(content, dict) else content
    if not isinstance(entries, list) or not entries:
        found = "an empty list" if entries == [] else _kind(content)
        raise BadFile(
            f"{name}: it must be a drawing, such as {EXAMPLE}, or a list of drawings; "
            f"it is {found}."
        )
    for number, entry in enumerate(entries, 1):
        yield _filed(number, entry)


def _filed(number: int, entry: Any) -> FiledDrawing:
    if not isinstance(entry, dict):
        wanted = f"It must be an object with strokes, such as {EXAMPLE}"
        return FiledDrawing(number, {}, error=f"{wanted}; it is {_kind(entry)}.")
    notes = {key: entry[key] for key in TEXTS if _is_note(entry.get(key))}
    try:
        return FiledDrawing(number, notes, _drawing(entry))
    except BadStrokes as error:
        return FiledDrawing(number, notes, error=str(error))


def _drawing(entry: dict[str, Any]) -> Drawing:
    for key in TEXTS:
        value = entry.get(key)
        if value is not None and not _is_note(value):
            raise BadStrokes(f"Its {key} must be a text or a whole number; it is {_kind(value)}.")
    if not isinstance(entry.get("strokes"), list):
        found = _kind(entry["strokes"]) if "strokes" in entry else "missing"
        raise BadStrokes(f"Its strokes must be a list of lists of [x, y] points; it is {found}.")
    drawing = from_points(entry["strokes"], 1)
    if not drawing:
        raise BadStrokes("It has no strokes.")
    width = entry.get("width")
    if width is None:
        return moved(drawing, [each.points for each in drawing], _usual_width(drawing))
    is_number = isinstance(width, int | float) and not isinstance(width, bool)
    if not is_number or not 0 < width <= FARTHEST:
        found = repr(width) if is_number else _kind(width)
        raise BadStrokes(f"Its width must be a number above 0, up to {FARTHEST:,}; it is {found}.")
    return moved(drawing, [each.points for each in drawing], float(width))


def _usual_width(drawing: Drawing) -> float:
    wide, tall = np.ptp(np.concatenate([each.points for each in drawing]), axis=0)
    return PEN_SHARE * float(tall or wide or 1 / PEN_SHARE)


def _is_note(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    """Name the kind of a JSON value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    kinds = {str: "a text", list: "a list", dict: "an object", int: "a number", float: "a number"}
    return kinds.get(type(value), type(value).__name__)
