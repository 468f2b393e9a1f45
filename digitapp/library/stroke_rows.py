"""Strokes of many drawings as one array, for `.npz` files: a row for each point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import strokes
from digitapp.drawing.strokes import Drawing, Stroke
from digitapp.errors import BadFile, BadStrokes

MOST_STROKES = 500_000  # in all drawings: a few seconds
COLUMNS = 5  # the number of the image and of its stroke, both from 0, the pen's width, x and y


def rows(drawings: Sequence[Drawing | None]) -> NDArray[np.float32]:
    """Return the points of drawings, in order: float32 (n, 5), with `COLUMNS`.

    Args:
        drawings: of each image, in order; None for an image whose strokes are unknown.
    """
    found = [
        np.column_stack(
            [np.full((len(stroke.points), 3), (image, number, stroke.width)), stroke.points]
        )
        for image, each in enumerate(drawings)
        for number, stroke in enumerate(each or ())
    ]
    return np.concatenate([np.zeros((0, COLUMNS)), *found]).astype(np.float32)


def drawings(rows: NDArray[np.generic], images: int, origin: str) -> list[Drawing | None]:
    """Return the strokes of each of the images from such rows; None for one that has none.

    Args:
        origin: of the rows, in an error message.

    Raises:
        BadFile: when they are something else.
    """
    if rows.dtype != np.float32 or rows.ndim != 2 or rows.shape[1] != COLUMNS:
        raise BadFile(
            f"{origin}: the strokes are {rows.dtype} {rows.shape}; they must be float32 (n, 5)."
        )
    values = rows.astype(np.float64)
    if not np.isin(values[:, 0], np.arange(images)).all():
        raise BadFile(f"{origin}: there are strokes of images that are not in the file.")
    begins = np.flatnonzero((values[1:, :2] != values[:-1, :2]).any(axis=1)) + 1
    if len(begins) >= MOST_STROKES:
        raise BadFile(
            f"{origin}: it has {len(begins) + 1:,} strokes; at most {MOST_STROKES:,} are read."
        )
    found: list[list[Stroke]] = [[] for _ in range(images)]
    for stroke in np.split(values, begins) if len(values) else []:
        found[int(stroke[0, 0])].append(Stroke(stroke[:, 3:], float(stroke[0, 2])))
    try:
        return [strokes.checked(tuple(each)) if each else None for each in found]
    except BadStrokes as error:
        raise BadFile(f"{origin}: {error}") from None
