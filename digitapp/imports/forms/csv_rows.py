"""The rows of a CSV file, some at a time, and where they have what."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitapp.errors import BadFile
from digitapp.imports.entries import DAMAGE, Entry
from digitapp.imports.forms.guarded_text import guarded
from digitapp.imports.reasons import reason

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_ONCE = 4_000_000
SPACES = r"\s+"  # a separator: any number of them


@dataclass(frozen=True)
class Layout:
    """Where a file has what.

    Attributes:
        separator: between the cells of a row.
        head: lines before the first row of images, such as one with the names of the columns.
        label: the place of the label's column; None where there is none.
        pixels: the places of the pixels' columns.
        told: what is not used.
    """

    separator: str
    head: int
    label: int | None
    pixels: tuple[int, ...]
    told: tuple[str, ...] = ()


@contextmanager
def errors(origin: str) -> Iterator[None]:
    """Turn what is raised for a damaged file into a sentence."""
    try:
        yield
    except UnicodeDecodeError:
        raise BadFile(
            f"{origin}: it is not text in UTF-8; save it as CSV in UTF-8 (comma-separated)."
        ) from None
    except (*DAMAGE, OverflowError, MemoryError) as error:
        raise BadFile(f"{origin}: this CSV file cannot be read ({reason(error)}).") from None


def frames(
    entry: Entry, layout: Layout, at_once: int | None = None
) -> Iterator[tuple[pd.DataFrame, float]]:
    """Read some rows at a time, and say how much of the file that is, 0 to 1.

    A row with more cells than the first is an error.

    Args:
        at_once: rows; by default as many as have `CELLS_AT_ONCE`.
    """
    import pandas as pd

    with guarded(entry) as file:
        try:
            found = pd.read_csv(
                file,
                sep=layout.separator,
                header=None,
                skiprows=layout.head,
                dtype=None if layout.label is None else {layout.label: str},
                keep_default_na=False,
                na_values={at: [""] for at in layout.pixels},
                quoting=csv.QUOTE_NONE,
                chunksize=at_once or max(1, CELLS_AT_ONCE // (len(layout.pixels) + 1)),
            )
            for some in found:
                yield some, file.share
        except pd.errors.EmptyDataError:
            return


def is_number(text: str) -> bool:
    """Whether a cell is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
