"""A single sheet: one picture with equal cells, a class a row (or several rows a class)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.background import edge
from digitapp.drawing.pictures import MAX_FILE_MEGABYTES
from digitapp.errors import BadFile, BadPicture
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import Entry
from digitapp.imports.forms.full_picture import full_grey
from digitapp.imports.found import Found, Part

CELLS = range(8, 129)  # pixels of a cell's side
FEWEST_CELLS = 4
MARGINS = range(65)  # pixels
BLANK_SHARE = 0.12  # of the sheet's mean ink, which the lines between cells may have
DIGITS = 10
MOST_ROWS = 100
LEAST_INK = 0.02  # of the strongest cell's ink; a cell with less is empty

Images = NDArray[np.uint8]


def read(entry: Entry, origin: str) -> Found:
    """Read a sheet of equal cells.

    Each row is a class, named by its number from 0. If there are ten times several rows and more
    than ten, they are ten classes of several rows each, as in OpenCV's `digits.png`.

    Raises:
        BadFile: when it cannot be read, or has no such cells.
    """
    data = entry.read(MAX_FILE_MEGABYTES * MEGABYTE + 1)
    try:
        grey = full_grey(data)
    except BadPicture as error:
        raise BadFile(f"{origin}: {error}") from None
    cut = _cut(grey)
    if cut is None:
        raise BadFile(
            f"{origin}: this is one picture of {grey.shape[1]:,} x {grey.shape[0]:,} pixels. To "
            "learn from, there must be many: in a folder for each class, or on one sheet of equal "
            "square cells with paper between them, a class a row."
        )
    side, grey = cut
    rows, columns = grey.shape[0] // side, grey.shape[1] // side
    count = DIGITS if rows > DIGITS and rows % DIGITS == 0 else rows
    if not 2 <= count <= MOST_ROWS:
        raise BadFile(
            f"{origin}: this sheet has {rows:,} rows of {columns:,} cells; each row is a class, "
            f"and there must be 2 to {MOST_ROWS} of them."
        )
    cells = grey.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(-1, side, side)
    labels = np.repeat(np.arange(count), rows // count * columns)
    filled = _filled(cells, grey)
    told = [
        f"The sheet was read as {rows} rows of {columns} cells of {side} x {side} pixels, "
        f"{rows // count} a class; the classes are named 0 to {count - 1}."
    ]
    if not filled.all():
        told.append(f"Left out: {np.count_nonzero(~filled):,} empty cells.")
    part = Part(np.ascontiguousarray(cells[filled]), labels[filled])
    return Found(f"a sheet of {rows} x {columns} cells", part, None, tuple(told))


def _ink(grey: Images) -> NDArray[np.float32]:
    """Return how far each pixel is from the colour of the sheet's edge."""
    paper = np.float32(np.median(edge(grey)))
    return np.abs(grey.astype(np.float32) - paper)


def _cut(grey: Images) -> tuple[int, Images] | None:
    """Return the side of the cells, and the sheet without its margin; None without cells.

    The narrowest margin is right, equally wide on all sides, and the smallest cells.
    """
    ink = _ink(grey)
    down, across = ink.mean(axis=1), ink.mean(axis=0)
    most = BLANK_SHARE * float(ink.mean())
    if most == 0:
        return None
    for margin in MARGINS:
        edges = [each for line in (down, across) for each in (*line[:margin], *line[::-1][:margin])]
        if max(edges, default=0) > most or 2 * margin + CELLS[0] > min(grey.shape):
            return None
        inner = [line[margin : len(line) - margin] for line in (down, across)]
        side = _cell(inner[0], inner[1], most)
        if side is not None:
            return side, grey[margin : len(down) - margin, margin : len(across) - margin]
    return None


def _cell(down: NDArray[np.float32], across: NDArray[np.float32], most: float) -> int | None:
    """Return the side of the smallest cells with paper between all of them; None without.

    Args:
        down, across: the mean ink of each row and of each column.
        most: the ink that a line between cells may have.
    """
    for side in CELLS:
        rows, columns = len(down) // side, len(across) // side
        if len(down) % side or len(across) % side or rows * columns < FEWEST_CELLS:
            continue
        lines = [np.r_[each[side - 1 :: side], each[::side]] for each in (down, across)]
        if rows > 1 and all(float(each.mean()) <= most for each in lines):
            return side
    return None


def _filled(cells: Images, grey: Images) -> NDArray[np.bool_]:
    """Return which cells have ink: bool (n,)."""
    paper = np.float32(np.median(edge(grey)))
    ink = np.array([float(np.abs(cell - paper).mean()) for cell in cells], dtype=np.float32)
    found: NDArray[np.bool_] = ink > LEAST_INK * float(ink.max())
    return found
