"""CSV files, gzipped or not: a row for each image, with its label and its pixels.

Kaggle's form has a head, `label,pixel0,pixel1,...`; others have none, or the label last.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile, cause
from digitapp.imports.found import Array, Found, Part

if TYPE_CHECKING:
    import pandas as pd

GZIP = b"\x1f\x8b"
SEPARATORS = ",;\t|"
LABELS = ("label", "labels", "class", "target", "digit", "y")
NUMBERS = re.compile(r"(id|imageid|index|unnamed.*|#)?")  # names of columns that number the rows
ROWS_AT_ONCE = 5000
MOST_PIXELS = 1_000_000_000  # in all images together
LONGEST_ROW = 1_000_000  # characters of the first one
MOST_LABELS = 100  # different ones, in a column of labels

WANTED = "there must be one label and the pixels of a square image in each row, such as 1 + 784"

Progress = Callable[[int], None]


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


def read(path: Path, origin: str, progress: Progress = lambda rows: None) -> Found:
    """Read the labels and pixels of a CSV file, some rows at a time.

    Args:
        origin: the file's name in an error message.
        progress: is told how many rows have been read.

    Raises:
        BadFile: when it is damaged or too large, or has other columns.
    """
    with _errors(origin):
        layout = _layout(path, origin)
        if layout.label is None:
            raise BadFile(
                f"{origin}: its {len(layout.pixels)} columns are pixels, and there is no column of "
                "labels; the first column must be the label, or be named label."
            )
        labels: list[Array] = []
        images: list[Array] = []
        rows = 0
        for some in _frames(path, layout):
            labels.append(some[layout.label].to_numpy(str))
            images.append(_pixels(some, layout, rows, origin))
            rows += len(some)
            if rows * len(layout.pixels) > MOST_PIXELS:
                raise BadFile(
                    f"{origin}: it has more than {MOST_PIXELS // len(layout.pixels):,} rows of "
                    f"{len(layout.pixels)} pixels, which is more than can be kept."
                )
            progress(rows)
    if not rows:
        raise BadFile(f"{origin}: it has no rows of images.")
    head = "with a head" if layout.head else "without a head"
    form = f"a CSV file {head}, a label and {len(layout.pixels)} pixels a row"
    return Found(form, Part(np.concatenate(images), np.concatenate(labels)), None, layout.told)


@contextmanager
def _errors(origin: str) -> Iterator[None]:
    """Turn what is raised for a damaged file into a sentence."""
    try:
        yield
    except UnicodeDecodeError:
        raise BadFile(f"{origin}: it is not text in UTF-8, so it is no CSV file.") from None
    except (OSError, EOFError, zlib.error, ValueError, OverflowError) as error:
        raise BadFile(f"{origin}: this CSV file cannot be read ({cause(error)}).") from None


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _layout(path: Path, origin: str) -> Layout:
    """Tell from the first two rows what is where."""
    with _opened(path) as file:
        first, second = (file.readline(LONGEST_ROW).strip("\r\n") for _ in range(2))
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
    last = _label_is_last(path, separator, len(cells))
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


def _label_is_last(path: Path, separator: str, columns: int) -> bool:
    """Whether the last column looks like labels and the first like pixels, without a head."""
    layout = Layout(separator, False, 0, (columns - 1,))
    some = next(_frames(path, layout))
    first, last = some[0], some[columns - 1]
    if last.nunique() > MOST_LABELS or last.nunique() < 2:
        return False
    return first.nunique() < 2 or first.nunique() > MOST_LABELS


def _frames(path: Path, layout: Layout) -> Iterator[pd.DataFrame]:
    """Read some rows at a time; a row with more cells than the first is an error."""
    import pandas as pd

    with _opened(path) as file:
        try:
            frames = pd.read_csv(
                file,
                sep=layout.separator,
                header=None,
                skiprows=int(layout.head),
                dtype=None if layout.label is None else {layout.label: str},
                keep_default_na=False,
                na_values={at: [""] for at in layout.pixels},
                chunksize=ROWS_AT_ONCE,
            )
            yield from frames
        except pd.errors.EmptyDataError:
            return


def _pixels(some: pd.DataFrame, layout: Layout, before: int, origin: str) -> Array:
    """Return pixels as bytes if they are whole numbers from 0 to 255, otherwise as float32."""
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
