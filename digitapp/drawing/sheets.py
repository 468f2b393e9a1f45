"""Many drawings on one picture, such as a sheet of paper, taken apart.

Parts of a drawing lie closer together than drawings do: what is separated by less than a share of
the drawings' own size belongs together.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.ink import Ink, Keep, of_picture
from digitapp.drawing.pictures import flattened
from digitapp.errors import TooMuch

EIGHT = np.ones((3, 3), dtype=bool)
TOGETHER = 0.3  # of the drawings' size; parts that are closer belong to one drawing
SMALLEST = 0.3  # of the drawings' size; what is smaller is no drawing
MOST = 200  # drawings on a picture


def drawings(picture: Image.Image) -> list[Ink]:
    """Return the ink of each drawing on a picture of any mode, in rows from the top.

    Returns:
        for each float32 (height, width), its own size, 0 paper to 1 ink.

    Raises:
        Blank: when nothing on it stands out from its background.
        TooMuch: when there are more than 200.
    """
    # All ink: among rows of like drawings, other ways to keep it would see a halftone.
    ink, _ = of_picture(flattened(picture), Keep.ALL)
    size = _size(ink)
    near = scipy.ndimage.distance_transform_edt(ink == 0) <= TOGETHER * size / 2
    labels, _ = scipy.ndimage.label(near, EIGHT)
    labels = np.where(ink > 0, labels, 0)
    found = []
    for number, box in enumerate(scipy.ndimage.find_objects(labels), 1):
        own = np.where(labels[box] == number, ink[box], np.float32(0))
        if max(own.shape) >= SMALLEST * size:
            found.append((box[0], box[1].start, own))
    inside = [each for each in found if not _touches(each, ink.shape)]
    found = inside or found  # the edge of a table, say, is no drawing
    if len(found) > MOST:
        raise TooMuch(f"There are {len(found)} drawings on this picture; at most {MOST} are read.")
    return [own for _, _, own in _in_rows(found)]


def _size(ink: Ink) -> float:
    """Return the longest side of a typical part: half of the ink is in larger ones."""
    labels, count = scipy.ndimage.label(ink > 0, EIGHT)
    sides = [
        max(axis.stop - axis.start for axis in box) for box in scipy.ndimage.find_objects(labels)
    ]
    weights = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    order = np.argsort(sides)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(np.array(sides)[order][middle])


def _touches(found: Found, shape: tuple[int, ...]) -> bool:
    """Whether a drawing touches the edge of the picture."""
    rows, left, own = found
    return rows.start == 0 or left == 0 or rows.stop == shape[0] or left + own.shape[1] == shape[1]


Found = tuple[slice, int, NDArray[np.float32]]  # rows of the picture, first column, ink


def _in_rows(found: list[Found]) -> list[Found]:
    """Sort drawings by rows: those whose middle is beside the first one are in its row."""
    left = sorted(found, key=lambda each: each[0].start)
    rows: list[Found] = []
    while left:
        first = left[0][0]
        row = [each for each in left if each[0].start + each[0].stop < 2 * first.stop]
        rows += sorted(row, key=lambda each: each[1])
        left = [each for each in left if each[0].start + each[0].stop >= 2 * first.stop]
    return rows
