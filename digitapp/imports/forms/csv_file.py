"""CSV files, gzipped or not: a row for each image, with its label and its pixels.

Kaggle's form has a head, `label,pixel0,pixel1,...`; others have none, or the label last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data.class_names import LONGEST
from digitapp.errors import BadFile
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import Entry
from digitapp.imports.forms.csv_layout import WANTED
from digitapp.imports.forms.csv_rows import Layout, errors, frames, is_number
from digitapp.imports.found import Array, Part
from digitapp.imports.labels import plain
from digitapp.imports.progress import Progress, unseen

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 1000 * MEGABYTE  # of all images together
MOST_ROWS = 5_000_000
MOST_LETTERS = 200  # of a label: more are not even kept until it is said


def read(entry: Entry, layout: Layout, progress: Progress = unseen) -> Part:
    """Read the labels and pixels of a CSV file, some rows at a time.

    Args:
        layout: where it has what, as `layout_of` tells.
        progress: is told how much has been read.

    Returns:
        images uint8 or float32 (n, pixels), and labels (n,), whole numbers or text; without a
        column of labels these are empty, and without columns of pixels the images are (n, 0).

    Raises:
        BadFile: when it is damaged or too large.
    """
    origin = entry.name
    labels: list[Array] = []
    images: list[Array] = []
    rows = 0
    with errors(origin):
        for some, share in frames(entry, layout):
            if layout.label is not None:
                labels.append(_labels(some[layout.label], rows, origin))
            images.append(_pixels(some, layout, rows, origin))
            rows += len(some)
            if sum(each.nbytes for each in images) > MOST_BYTES or rows > MOST_ROWS:
                raise BadFile(
                    f"{origin}: it has more than {rows - len(some):,} rows of "
                    f"{len(layout.pixels):,} pixels, which is more than can be kept."
                )
            progress(share, f"{rows:,} rows")
    if not rows:
        raise BadFile(f"{origin}: it has no rows of images.")
    return Part(joined(images), plain(np.concatenate(labels).tolist() if labels else []))


def joined(parts: list[Array]) -> Array:
    """Concatenate arrays, and forget each as soon as it is copied: they are in memory once."""
    kind = np.result_type(*parts)
    found: Array = np.empty((sum(map(len, parts)), *parts[0].shape[1:]), dtype=kind)
    start = 0
    while parts:
        part = parts.pop(0)
        found[start : start + len(part)] = part
        start += len(part)
    return found


def _labels(cells: pd.Series, before: int, origin: str) -> Array:
    """Return labels as text.

    Raises:
        BadFile: when one is too long for any class's name.
    """
    lengths = cells.str.len().to_numpy()
    if lengths.max(initial=0) > MOST_LETTERS:
        row = int(lengths.argmax())
        raise BadFile(
            f"{origin}: the label of row {before + row + 1}, {cells.iloc[row][:40]!r}..., has "
            f"{lengths[row]:,} characters; at most {LONGEST} are allowed."
        )
    return cells.to_numpy(str)


def _pixels(some: pd.DataFrame, layout: Layout, before: int, origin: str) -> Array:
    """Return pixels as bytes if they are whole numbers from 0 to 255, otherwise as float32."""
    if not layout.pixels:
        return np.zeros((len(some), 0), dtype=np.uint8)
    found: NDArray[np.generic] = some[[*layout.pixels]].to_numpy()
    if found.dtype.kind not in "buif":
        row, text = _first_text(some, layout)
        if text is not None:
            raise BadFile(f"{origin}: row {before + row + 1} has {text!r} in place of a pixel.")
        found = found.astype(np.float64)
    if found.dtype.kind == "f" and np.isnan(found).any():
        row = int(np.isnan(found).any(axis=1).argmax())
        raise BadFile(f"{origin}: row {before + row + 1} lacks a pixel; {WANTED}.")
    if found.min() >= 0 and found.max() <= 255:
        whole = found.astype(np.uint8)
        if (whole == found).all():
            return whole
    return found.astype(np.float32)


def _first_text(some: pd.DataFrame, layout: Layout) -> tuple[int, str | None]:
    for row, cells in enumerate(some[[*layout.pixels]].itertuples(index=False)):
        for cell in cells:
            if not is_number(str(cell)):
                return row, str(cell)[:40]
    return 0, None
