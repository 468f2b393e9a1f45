"""*My handwriting* as an `.npz` file: to take along, and to bring back, here or elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import checked, read_arrays
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadFile, cause
from digitapp.files import opening
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.library import stroke_rows
from digitapp.library.handwriting_datasets import arrays, parts
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.corrected_drawings import Correction, NewDrawing
from digitapp.text.escaping import plain

PARTS = ("train", "test")
MOST_MEGABYTES = 100  # of a file, and when unpacked
MOST_DRAWINGS = 5_000


@dataclass(frozen=True)
class Brought:
    """What came of bringing a file into *My handwriting*.

    Attributes:
        added: how many drawings are new.
        moved: how many of those have the movement of the pen.
        known: how many were there already, and stay as they are.
    """

    added: int
    moved: int
    known: int

    @property
    def sentence(self) -> str:
        """All of it in words."""
        drawings = "1 drawing" if self.added == 1 else f"{self.added:,} drawings"
        moved = f", {self.moved:,} of them with the movement" if self.moved else ""
        known = f" {self.known:,} in the file were there already." if self.known else ""
        return f"{drawings} added to My handwriting{moved}.{known}"


def archive(found: Sequence[Correction]) -> bytes:
    """Return corrections as the bytes of an `.npz` file for `bring`, or for `data import`.

    Returns:
        an archive of x_train uint8 (n, 28, 28) and y_train uint8 (n,), and of x_test and y_test
        when some are held out. Where strokes are known, there are strokes_train and strokes_test,
        too: float32 (m, 5), a row for each point of the pen's way, in order: the number of its
        image and of its stroke, both from 0, the pen's width, x and y.
    """
    content: dict[str, NDArray[np.generic]] = {}
    for part, each in zip(PARTS, parts(found), strict=True):
        if each or part == "train":
            content[f"x_{part}"], content[f"y_{part}"] = arrays(each)
        if any(correction.strokes for correction in each):
            content[f"strokes_{part}"] = stroke_rows.rows(
                [correction.strokes for correction in each]
            )
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **content)
    return file.getvalue()


def has_strokes(path: Path) -> bool:
    """Whether a file has the strokes of its images, too, as those of `archive` may."""
    try:
        with zipfile.ZipFile(path) as found:
            return not {f"strokes_{part}.npy" for part in PARTS}.isdisjoint(found.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def bring_file(store: RunStore, path: Path) -> Brought:
    """Like `bring`, for a file on the disk.

    Raises:
        BadFile, StoreProblem: as `bring`; BadFile also when it cannot be opened.
    """
    opening.check(path, "an .npz file")
    try:
        data = opening.read_at_most(path, MOST_MEGABYTES * MEGABYTE)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None
    return bring(store, data, str(path))


def bring(store: RunStore, data: bytes, origin: str) -> Brought:
    """Add the drawings in a file that `archive` made, with their movements, where it has them.

    Drawings that were held out stay so. If the file holds out none, one in four is held out, as of
    those corrected on the Draw page.

    Args:
        data: the content of the file.
        origin: its name in an error message.

    Raises:
        BadFile: when it is damaged, too large or in another form; then nothing is added.
        StoreProblem: when the store fails.
    """
    found = read(data, origin)
    added = corrected_drawings.bring(store, found)
    moved = sum(each.strokes is not None for each in added)
    return Brought(len(added), moved, len(found) - len(added))


def read(data: bytes, origin: str) -> list[NewDrawing]:
    """Return the drawings in a file that `archive` made: those to learn from come first.

    Raises:
        BadFile: as `bring`.
    """
    names = _checked_names(data, origin)
    if "class_names" in names:
        _check_digits(data, origin)
    held_out = not {"x_test", "y_test"}.isdisjoint(names)
    found: list[NewDrawing] = []
    for part in PARTS if held_out else PARTS[:1]:
        x, y = read_arrays(io.BytesIO(data), (f"x_{part}", f"y_{part}"), origin)
        images, labels = checked(x, y, origin)
        drawings: list[Drawing | None] = [None] * len(images)
        if f"strokes_{part}" in names:
            (rows,) = read_arrays(io.BytesIO(data), (f"strokes_{part}",), origin)
            drawings = stroke_rows.drawings(rows, len(images), origin)
        aside = part == "test" if held_out else None
        each = zip(images, labels, drawings, strict=True)
        found += [NewDrawing(image, int(label), drawing, aside) for image, label, drawing in each]
    if len(found) > MOST_DRAWINGS:
        raise BadFile(
            f"{origin}: {len(found):,} drawings; at most {MOST_DRAWINGS:,} can be added to My "
            "handwriting at once."
        )
    return found


def _check_digits(data: bytes, origin: str) -> None:
    """Refuse a dataset of other classes, whose labels would be taken for digits."""
    (found,) = read_arrays(io.BytesIO(data), ("class_names",), origin)
    if tuple(map(str, found.ravel())) != DIGIT_NAMES:
        few = ", ".join(plain(str(each)) for each in found.ravel()[:5])
        raise BadFile(
            f"{origin}: its classes are {few}; only drawings of the digits 0 to 9 can be added to "
            "My handwriting."
        )


def _checked_names(data: bytes, origin: str) -> set[str]:
    """Return the names of a file's arrays, if it is no larger than allowed."""
    size = len(data)
    names: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = max(size, sum(part.file_size for part in packed.infolist()))
            names = {part.filename.removesuffix(".npy") for part in packed.infolist()}
    except zipfile.BadZipFile:
        pass  # `read_arrays` says what it is instead
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: {megabytes(size, MOST_MEGABYTES)} MB; at most {MOST_MEGABYTES} MB are "
            "allowed, unpacked."
        )
    return names
