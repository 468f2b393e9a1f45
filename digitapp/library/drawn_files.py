"""The examples of a dataset made in the page as files: pictures, and strokes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from PIL import Image

from digitapp.drawing.strokes import CANVAS_SIDE, Stroke
from digitapp.runs.drawn_examples import Example
from digitapp.runs.imported_datasets import Facts

UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]')  # in names of files and folders


def pictures(known: Facts, found: Sequence[Example]) -> bytes:
    """Return the images as a zip archive of PNG files, dark ink on white, a folder for each class.

    A folder is called as its class, as far as file systems allow it.
    """
    folders = dict(zip((number for number, _ in known.classes), folder_names(known), strict=True))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for each in found:
            if each.class_id in folders:
                picture = io.BytesIO()
                Image.fromarray(255 - each.image).save(picture, "PNG")
                packed.writestr(f"{folders[each.class_id]}/{each.id:05d}.png", picture.getvalue())
    return file.getvalue()


def strokes_json(name: str, known: Facts, found: Sequence[Example]) -> bytes:
    """Return the strokes of the drawn examples as JSON, in UTF-8.

    Returns:
        `{"dataset", "classes", "side": 280, "examples": [{"class", "strokes": [{"width",
        "points": [[x, y], ...]}]}]}`, places in units of which the canvas has 280 on a side, x to
        the right and y down. Pictures have no strokes, and are left out.
    """
    own = dict(known.classes)
    drawings = [
        {"class": own[each.class_id], "strokes": [_values(stroke) for stroke in each.strokes]}
        for each in found
        if each.strokes and each.class_id in own
    ]
    told = {"dataset": name, "classes": known.class_names, "side": CANVAS_SIDE}
    told |= {"examples": drawings}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def file_name(text: str) -> str:
    """Return a text as the name of a file or folder on any system; empty if nothing is left."""
    return UNSAFE.sub("_", text).strip(" .")


def folder_names(known: Facts) -> list[str]:
    """Return the name of each class's folder: different ones, on any file system."""
    found: list[str] = []
    for place, own in enumerate(known.class_names):
        plain = file_name(own) or f"class {place}"
        taken = plain.casefold() in (each.casefold() for each in found)
        found.append(f"{plain} {place}" if taken else plain)
    return found


def _values(stroke: Stroke) -> dict[str, Any]:
    places = [[round(float(x), 2), round(float(y), 2)] for x, y in stroke.points]
    return {"width": round(float(stroke.width), 2), "points": places}
