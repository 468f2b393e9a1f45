"""A dataset of one's own as one file: everything in it, to be opened elsewhere.

It is an `.npz` archive that NumPy opens, and that any program for MNIST's own can read.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitapp.data import class_names
from digitapp.data.array_files import PARTS, Arrays, read_arrays
from digitapp.data.datasets import Dataset
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadFile, DigitappError, InvalidSetting, UnknownName, cause
from digitapp.files import opening
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.library import catalogue, drawn_datasets, own_datasets, stroke_rows
from digitapp.registry import lookup
from digitapp.runs import RunStore, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import MOST_EXAMPLES, NewExample

FORMAT = 1
SETTINGS, STROKES = "settings", ("strokes_train", "strokes_test")
MOST_MEGABYTES = 200  # of a file, and when unpacked
MOST_TOLD = 100  # sentences
Drawings = list[Drawing | None]


@dataclass(frozen=True)
class Shared:
    """What a shared file holds.

    Attributes:
        name: the dataset's, where it was made.
        class_names: of its classes.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        made: whether it is made in the page, and examples can be added.
        told: a sentence about each thing that was converted or mended.
        arrays: images and labels of the training and the test part.
        strokes: of each image of both parts, where they are known.
    """

    name: str
    class_names: tuple[str, ...]
    preparation: str
    made: bool
    told: tuple[str, ...]
    arrays: Arrays
    strokes: tuple[Drawings, Drawings]


def archive(store: RunStore, name: str) -> bytes:
    """Return a dataset of one's own as the bytes of an `.npz` file, for `read`.

    Returns:
        an archive of x_train uint8 (n, 28, 28), y_train uint8 (n,), x_test and y_test; class_names,
        text (classes,); settings, JSON; and of a dataset that is made in the page strokes_train and
        strokes_test, as `stroke_rows.rows`.

    Raises:
        UnknownName: when there is no such dataset, or it is a built-in one.
        BadFile, StoreProblem: when it is damaged, or the store fails.
    """
    facts = imported_datasets.facts(store, name)
    if facts is None:
        raise UnknownName(f"There is no dataset {name!r} of yours.")
    settings = {"format": FORMAT, "name": name, "preparation": facts.preparation}
    content: dict[str, NDArray[np.generic]] = {
        "class_names": np.array(facts.class_names),
        SETTINGS: np.array(
            json.dumps(settings | {"made": facts.made, "told": facts.told}, ensure_ascii=False)
        ),
    }
    if facts.made:
        split = drawn_datasets.parts(facts, drawn_examples.read(store, name)[0])
        arrays: list[NDArray[np.generic]] = []
        for strokes, part in zip(STROKES, (split.train, split.test), strict=True):
            arrays += drawn_datasets.arrays(part)
            content[strokes] = stroke_rows.rows([example.strokes for example, _ in part])
    else:
        data = catalogue.dataset(store, name)
        arrays = [data.x_train, data.y_train, data.x_test, data.y_test]
    file = io.BytesIO()
    content |= dict(zip(PARTS, arrays, strict=True))
    np.savez_compressed(file, allow_pickle=False, **content)
    return file.getvalue()


def is_shared(file: Path | BinaryIO) -> bool:
    """Whether a file looks like one that `archive` made; a pipe or a device is not looked at."""
    try:
        if isinstance(file, Path) and opening.path_kind(file):
            return False
        with zipfile.ZipFile(file) as packed:
            wanted = {f"{name}.npy" for name in (SETTINGS, "class_names", *PARTS)}
            return wanted <= {*packed.namelist()}
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read_path(path: Path) -> Shared:
    """Like `read`, for a file on the disk.

    Raises:
        BadFile: as `read`; also when it cannot be opened.
    """
    opening.check(path, "an .npz file")
    try:
        data = opening.read_at_most(path, MOST_MEGABYTES * MEGABYTE)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None
    return read(data, str(path))


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
            f"{origin}: this is not a dataset that was shared from digitapp. Other files with "
            "images are brought in on the page Data, or by the command data import."
        )
    told, own, *arrays = read_arrays(io.BytesIO(data), (SETTINGS, "class_names", *PARTS), origin)
    classes = _class_names(own, origin)
    for x, y in (arrays[:2], arrays[2:]):
        _check_images(x, y, len(classes), origin)
    x_train, y_train, x_test, y_test = (each.astype(np.uint8, copy=False) for each in arrays)
    strokes: list[Drawings] = []
    for part, images in zip(STROKES, (len(x_train), len(x_test)), strict=True):
        drawings: Drawings = [None] * images
        if part in names:
            (rows,) = read_arrays(io.BytesIO(data), (part,), origin)
            drawings = stroke_rows.drawings(rows, images, origin)
        strokes.append(drawings)
    found: Arrays = (x_train, y_train, x_test, y_test)
    return Shared(
        class_names=classes,
        arrays=found,
        strokes=(strokes[0], strokes[1]),
        **_settings(told, origin),
    )


def keep(store: RunStore, shared: Shared, name: str = "") -> str:
    """Keep a dataset from a file; return its name.

    Args:
        name: by default its own, or one like it if that is taken.

    Raises:
        InvalidSetting: when its name cannot be used, or it has too many examples to be added to.
        StoreProblem: when the store fails.
    """
    name = (
        own_datasets.new_name(store, name) if name else own_datasets.free_name(store, shared.name)
    )
    if not shared.made:
        data = Dataset(name, shared.class_names, *shared.arrays)
        own_datasets.keep(store, data, shared.preparation, "a shared file", shared.told)
        return name
    x_train, y_train, x_test, y_test = shared.arrays
    learned = drawn_datasets.unshuffled(_examples(x_train, y_train, shared.strokes[0]))
    found = _merged(learned, _examples(x_test, y_test, shared.strokes[1]))
    if len(found) > MOST_EXAMPLES:
        raise InvalidSetting(
            f"The file has {len(found):,} examples; at most {MOST_EXAMPLES:,} are allowed."
        )
    drawn_examples.create(store, name, shared.class_names, shared.preparation)
    try:
        drawn_examples.keep(store, name, found)
    except DigitappError:
        with suppress(DigitappError):  # an empty dataset would stay, and the next be "... 2"
            own_datasets.remove(store, name)
        raise
    return name


def _checked_members(data: bytes, origin: str) -> set[str]:
    """Return the names of a file's arrays, if it is an archive no larger than allowed."""
    size = len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = max(size, sum(part.file_size for part in packed.infolist()))
            names = {part.filename.removesuffix(".npy") for part in packed.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadFile(f"{origin}: this is not an .npz file, or it is damaged.") from None
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: {megabytes(size, MOST_MEGABYTES)} MB; at most {MOST_MEGABYTES} MB are "
            "allowed, unpacked."
        )
    return names


def _settings(told: NDArray[np.generic], origin: str) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = json.loads(str(told[()]))
        found = {key: str(settings[key]) for key in ("name", "preparation")}
        number, sentences = int(settings["format"]), settings.get("told", [])
        lookup(PREPARATIONS, "preparation", found["preparation"])
        if not isinstance(sentences, list):
            raise TypeError("told is not a list")
    except (
        *(TypeError, ValueError, KeyError, OverflowError),
        *(UnknownName, RecursionError),
    ) as error:
        raise BadFile(f"{origin}: its settings are damaged ({error}).") from None
    if number > FORMAT:
        raise BadFile(f"{origin}: it comes from a newer version of digitapp.")
    sentences = tuple(map(str, sentences[:MOST_TOLD]))
    return {**found, "made": bool(settings.get("made")), "told": sentences}


def _class_names(found: NDArray[np.generic], origin: str) -> tuple[str, ...]:
    if found.dtype.kind != "U" or found.ndim != 1:
        raise BadFile(f"{origin}: the names of its classes are damaged.")
    try:
        return class_names.checked([str(each) for each in found], capitals_tell=True)
    except InvalidSetting as error:
        raise BadFile(f"{origin}: {error}") from None


def _check_images(x: NDArray[Any], y: NDArray[Any], classes: int, origin: str) -> None:
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise BadFile(f"{origin}: its images are {x.dtype} {x.shape}, not uint8 (n, 28, 28).")
    if y.dtype != np.uint8 or y.shape != (len(x),) or (y >= classes).any():
        raise BadFile(f"{origin}: its labels are not one class for each image.")


def _examples(x: NDArray[np.uint8], y: NDArray[np.uint8], strokes: Drawings) -> list[NewExample]:
    each = zip(y, x, strokes, strict=True)
    return [NewExample(int(label), image, drawing) for label, image, drawing in each]


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
