"""Datasets made in the page as files: to share, to look at, and to use elsewhere.

The file to share is an `.npz` archive that NumPy opens, and that any program for MNIST's own can
read; besides the images it holds everything else that a dataset has.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.data import class_names
from digitapp.data.array_files import PARTS, read_arrays
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.library import drawn_datasets, own_datasets, stroke_rows
from digitapp.library.drawn_datasets import Parts, arrays
from digitapp.registry import lookup
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.drawn_examples import MOST_EXAMPLES, Example, NewExample
from digitapp.runs.imported_datasets import Facts

FORMAT = 1
SETTINGS, STROKES = "settings", ("strokes_train", "strokes_test")
MOST_MEGABYTES = 100  # of a file, and when unpacked
UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]')  # in names of files and folders


@dataclass(frozen=True)
class Shared:
    """What a shared file holds.

    Attributes:
        name: the dataset's, where it was made.
        class_names: of its classes, whose ids are their places.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        found: its examples; those for the test are in such places that they stay for the test.
    """

    name: str
    class_names: tuple[str, ...]
    preparation: str
    found: tuple[NewExample, ...]


def archive(name: str, known: Facts, found: Sequence[Example]) -> bytes:
    """Return a dataset as the bytes of an `.npz` file, for `read`.

    Returns:
        an archive of x_train uint8 (n, 28, 28), y_train uint8 (n,), x_test and y_test; class_names,
        text (classes,); strokes_train and strokes_test, as `stroke_rows.rows`; and settings, JSON.
    """
    split = drawn_datasets.parts(known, found)
    settings = {"format": FORMAT, "name": name, "preparation": known.preparation}
    content: dict[str, NDArray[np.generic]] = {
        "class_names": np.array(known.class_names),
        SETTINGS: np.array(json.dumps(settings, ensure_ascii=False)),
    }
    for part, strokes, each in zip(("train", "test"), STROKES, _both(split), strict=True):
        content[f"x_{part}"], content[f"y_{part}"] = arrays(each)
        content[strokes] = stroke_rows.rows([example.strokes for example, _ in each])
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **content)
    return file.getvalue()


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
        {"class": own[each.class_id], "strokes": [_stroke(stroke) for stroke in each.strokes]}
        for each in found
        if each.strokes and each.class_id in own
    ]
    told = {"dataset": name, "classes": known.class_names, "side": 280, "examples": drawings}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def read(data: bytes, origin: str) -> Shared:
    """Return the dataset in a file that `archive` made.

    Args:
        origin: the file's name in an error message.

    Raises:
        BadFile: when it is damaged, too large or something else.
    """
    names = _checked_members(data, origin)
    if SETTINGS not in names:
        raise BadFile(
            f"{origin}: this is not a dataset that was shared from digitapp. Other files of images "
            "can be brought in, too: choose “Bring in a file”."
        )
    told, own, *parts = read_arrays(io.BytesIO(data), (SETTINGS, "class_names", *PARTS), origin)
    settings, classes = _settings(told, origin), _class_names(own, origin)
    sides: list[list[NewExample]] = []
    for strokes, (x, y) in zip(STROKES, (parts[:2], parts[2:]), strict=True):
        _check_images(x, y, len(classes), origin)
        drawings: list[Drawing | None] = [None] * len(x)
        if strokes in names:
            (rows,) = read_arrays(io.BytesIO(data), (strokes,), origin)
            drawings = stroke_rows.drawings(rows, len(x), origin)
        each = zip(y, x, drawings, strict=True)
        sides.append([NewExample(int(label), image, drawing) for label, image, drawing in each])
    found = _merged(*sides)
    if len(found) > MOST_EXAMPLES:
        raise BadFile(f"{origin}: {len(found):,} examples; at most {MOST_EXAMPLES:,} are allowed.")
    return Shared(settings["name"], classes, settings["preparation"], tuple(found))


def keep(store: RunStore, shared: Shared) -> str:
    """Keep a dataset from a file under its own name, or one like it; return that.

    Raises:
        InvalidSetting, StoreProblem: when its name cannot be used, or the store fails.
    """
    name = own_datasets.free_name(store, shared.name)
    drawn_examples.create(store, name, shared.class_names, shared.preparation)
    drawn_examples.keep(store, name, shared.found)
    return name


def is_shared(names: Sequence[str]) -> bool:
    """Whether an `.npz` file with arrays of these names was made by `archive`."""
    return SETTINGS in names


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


def _both(split: Parts) -> tuple[Sequence[tuple[Example, int]], Sequence[tuple[Example, int]]]:
    return split.train, split.test


def _stroke(stroke: Any) -> dict[str, Any]:
    places = [[round(float(x), 2), round(float(y), 2)] for x, y in stroke.points]
    return {"width": round(float(stroke.width), 2), "points": places}


def _checked_members(data: bytes, origin: str) -> set[str]:
    """Return the names of a file's arrays, if it is an archive no larger than allowed."""
    size = len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = max(size, sum(part.file_size for part in packed.infolist()))
            names = {part.filename.removesuffix(".npy") for part in packed.infolist()}
    except zipfile.BadZipFile:
        raise BadFile(f"{origin}: this is not an .npz file, or it is damaged.") from None
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: {megabytes(size, MOST_MEGABYTES)} MB; at most {MOST_MEGABYTES} MB are "
            "allowed, unpacked."
        )
    return names


def _settings(told: NDArray[np.generic], origin: str) -> dict[str, str]:
    try:
        settings: dict[str, Any] = json.loads(str(told[()]))
        found = {key: str(settings[key]) for key in ("name", "preparation")}
        number = int(settings["format"])
        lookup(PREPARATIONS, "preparation", found["preparation"])
    except (TypeError, ValueError, KeyError, UnknownName, RecursionError) as error:
        raise BadFile(f"{origin}: its settings are damaged ({error}).") from None
    if number > FORMAT:
        raise BadFile(f"{origin}: it comes from a newer version of digitapp.")
    return found


def _class_names(found: NDArray[np.generic], origin: str) -> tuple[str, ...]:
    if found.dtype.kind != "U" or found.ndim != 1:
        raise BadFile(f"{origin}: the names of its classes are damaged.")
    try:
        return class_names.checked([str(each) for each in found])
    except InvalidSetting as error:
        raise BadFile(f"{origin}: {error}") from None


def _check_images(x: NDArray[Any], y: NDArray[Any], classes: int, origin: str) -> None:
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise BadFile(f"{origin}: its images are {x.dtype} {x.shape}, not uint8 (n, 28, 28).")
    if y.dtype != np.uint8 or y.shape != (len(x),) or (y >= classes).any():
        raise BadFile(f"{origin}: its labels are not one class for each image.")


def _merged(train: Sequence[NewExample], test: Sequence[NewExample]) -> list[NewExample]:
    """Return the examples of both parts, each class in an order that splits into them again."""
    found: list[NewExample] = []
    for number in sorted({each.class_id for each in (*train, *test)}):
        learned = [each for each in reversed(train) if each.class_id == number]
        aside = [each for each in reversed(test) if each.class_id == number]
        place = 0
        while learned or aside:
            part = aside if aside and (not learned or drawn_datasets.is_aside(place)) else learned
            found.append(part.pop())
            place += 1
    return found
