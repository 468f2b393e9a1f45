"""CSV files, gzipped or not: a row for each image, with its label and its pixels.

Kaggle's form has a head, `label,pixel0,pixel1,...`; others have none, or the label last.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile, cause
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import DAMAGE, Entry
from digitapp.imports.forms.guarded_text import guarded
from digitapp.imports.found import Array, Part
from digitapp.imports.labels import LONGEST
from digitapp.imports.progress import Progress, unseen

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = ",;\t|"
LABELS = ("label", "labels", "class", "target", "digit", "y")
NUMBERS = re.compile(r"(id|imageid|index|unnamed.*|#)?")  # names of columns that number the rows
CELLS_AT_ONCE = 4_000_000
MOST_BYTES = 1000 * MEGABYTE  # of all images together
MOST_ROWS = 5_000_000
MOST_LETTERS = 200  # of a label: more are not even kept until it is said
MOST_LABELS = 100  # different ones, in a column of labels

WANTED = "there must be one label and the pixels of a square image in each row, such as 1 + 784"


@dataclass(frozen=True)
class Layout:
    """Where a file has what.

    Attributes:
        separator: between the cells of a row.
        head: whether the first row names the columns.
        label: the place of the label's column; None where there is none.
        pixels: the places of the pixels' columns.
        told: what is not used.
    """

    separator: str
    head: bool
    label: int | None
    pixels: tuple[int, ...]
    told: tuple[str, ...] = ()


def read(entry: Entry, layout: Layout, progress: Progress = unseen) -> Part:
    """Read the labels and pixels of a CSV file, some rows at a time.

    Args:
        layout: where it has what, as `layout_of` tells.
        progress: is told how much has been read.

    Returns:
        images uint8 or float32 (n, pixels), and labels as text (n,); without a column of labels
        these are empty, and without columns of pixels the images are (n, 0).

    Raises:
        BadFile: when it is damaged or too large.
    """
    origin = entry.name
    labels: list[Array] = []
    images: list[Array] = []
    rows = 0
    with _errors(origin):
        for some, share in _frames(entry, layout):
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
    return Part(joined(images), np.concatenate(labels) if labels else np.zeros(0, "U1"))


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


@contextmanager
def _errors(origin: str) -> Iterator[None]:
    """Turn what is raised for a damaged file into a sentence."""
    try:
        yield
    except UnicodeDecodeError:
        raise BadFile(
            f"{origin}: it is not text in UTF-8; save it as CSV in UTF-8 (comma-separated)."
        ) from None
    except (*DAMAGE, OverflowError, MemoryError) as error:
        raise BadFile(f"{origin}: this CSV file cannot be read ({cause(error)}).") from None


def layout_of(entry: Entry) -> Layout:
    """Tell from the first rows of a CSV file what is where.

    Raises:
        BadFile: when it is damaged, or is no table of images.
    """
    with _errors(entry.name):
        return _layout(entry, entry.name)


def layout_of_labels(entry: Entry) -> Layout | None:
    """Tell where a table of labels alone has them: a column, perhaps beside numbers of the rows.

    Returns:
        a layout without pixels; None when it is no such table.

    Raises:
        BadFile: when it is damaged.
    """
    with _errors(entry.name), guarded(entry) as file:
        first, second = (file.readline().strip("\r\n") for _ in range(2))
    separator = max(SEPARATORS, key=first.count)
    cells = [cell.strip().lower() for cell in first.split(separator)]
    named = next((cells.index(name) for name in LABELS if name in cells), None)
    if named is not None and all(NUMBERS.fullmatch(each) for each in {*cells} - {cells[named]}):
        return Layout(separator, True, named, ())
    alone = len(cells) == 1 and len(first) <= LONGEST and not second.count(separator)
    return Layout(separator, False, 0, ()) if alone and first else None


def _layout(entry: Entry, origin: str) -> Layout:
    """Tell from the first two rows what is where."""
    with guarded(entry) as file:
        first, second = (file.readline().strip("\r\n") for _ in range(2))
    separator = max(SEPARATORS, key=first.count)
    cells = [cell.strip().strip('"') for cell in first.split(separator)]
    if len(cells) < 2:
        raise BadFile(f"{origin}: its first row is {first[:60]!r}, without columns; {WANTED}.")
    if "\0" in first:
        raise BadFile(f"{origin}: it holds zero bytes, so it is no CSV file.")
    head = sum(map(_is_number, cells)) < len(cells) - 1
    if head:
        return _named(cells, separator, origin)
    widths = {len(cells), len(second.split(separator)) if second else len(cells)}
    if len(widths) > 1:
        raise BadFile(f"{origin}: its first two rows have {_and(widths)} columns; {WANTED}.")
    if _is_square(len(cells)):
        return Layout(separator, False, None, tuple(range(len(cells))))
    if not _is_square(len(cells) - 1):
        raise BadFile(f"{origin}: it has {len(cells)} columns; {WANTED}.")
    last = _label_is_last(entry, separator, len(cells))
    label = len(cells) - 1 if last else 0
    return Layout(separator, False, label, tuple(set(range(len(cells))) - {label}))


def _named(cells: Sequence[str], separator: str, origin: str) -> Layout:
    """Tell by the names of the columns what is where."""
    lower = [cell.lower() for cell in cells]
    label = next((lower.index(name) for name in LABELS if name in lower), None)
    numbers = [at for at, name in enumerate(lower) if at != label and NUMBERS.fullmatch(name)]
    pixels = tuple(at for at in range(len(cells)) if at != label and at not in numbers)
    if not _is_square(len(pixels)):
        raise BadFile(f"{origin}: its head names {len(pixels)} columns beside label; {WANTED}.")
    told = tuple(f"Not used: the column {cells[at] or 'without a name'}." for at in numbers)
    return Layout(separator, True, label, pixels, told)


def _label_is_last(entry: Entry, separator: str, columns: int) -> bool:
    """Whether the last column looks like labels and the first like pixels, without a head."""
    layout = Layout(separator, False, 0, (columns - 1,))
    some, _ = next(_frames(entry, layout))
    first, last = some[0], some[columns - 1]
    if last.nunique() > MOST_LABELS or last.nunique() < 2:
        return False
    return first.nunique() < 2 or first.nunique() > MOST_LABELS


def _frames(entry: Entry, layout: Layout) -> Iterator[tuple[pd.DataFrame, float]]:
    """Read some rows at a time, and say how much of the file that is, 0 to 1.

    A row with more cells than the first is an error.
    """
    import pandas as pd

    with guarded(entry) as file:
        try:
            frames = pd.read_csv(
                file,
                sep=layout.separator,
                header=None,
                skiprows=int(layout.head),
                dtype=None if layout.label is None else {layout.label: str},
                keep_default_na=False,
                na_values={at: [""] for at in layout.pixels},
                quoting=csv.QUOTE_NONE,
                chunksize=max(1, CELLS_AT_ONCE // (len(layout.pixels) + 1)),
            )
            for some in frames:
                yield some, file.share
        except pd.errors.EmptyDataError:
            return


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
        raise BadFile(f"{origin}: row {before + row + 1} has {text!r} in place of a pixel.")
    if found.dtype.kind == "f" and np.isnan(found).any():
        row = int(np.isnan(found).any(axis=1).argmax())
        raise BadFile(f"{origin}: row {before + row + 1} lacks a pixel; {WANTED}.")
    if found.dtype.kind in "iu" and found.min() >= 0 and found.max() <= 255:
        return found.astype(np.uint8)
    return found.astype(np.float32)


def _first_text(some: pd.DataFrame, layout: Layout) -> tuple[int, str]:
    for row, cells in enumerate(some[[*layout.pixels]].itertuples(index=False)):
        for cell in cells:
            if not _is_number(str(cell)):
                return row, str(cell)[:40]
    return 0, ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_square(count: int) -> bool:
    return count >= 16 and math.isqrt(count) ** 2 == count


def _and(numbers: set[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))
