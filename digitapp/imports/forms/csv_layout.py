"""Where a CSV file has its labels and its pixels, told by its first rows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digitapp.errors import BadFile
from digitapp.imports.entries import Entry
from digitapp.imports.forms.guarded_text import guarded
from digitapp.imports.labels import LONGEST

if TYPE_CHECKING:
    pass

from digitapp.imports.forms.csv_rows import Layout, errors, frames, is_number

SEPARATORS = ",;\t|"
LABELS = ("label", "labels", "class", "target", "digit", "y")
NUMBERS = re.compile(r"(id|imageid|index|unnamed.*|#)?")  # names of columns that number the rows
MOST_LABELS = 100  # different ones, in a column of labels
WANTED = "there must be one label and the pixels of a square image in each row, such as 1 + 784"


def layout_of(entry: Entry) -> Layout:
    """Tell from the first rows of a CSV file what is where.

    Raises:
        BadFile: when it is damaged, or is no table of images.
    """
    with errors(entry.name):
        return _layout(entry, entry.name)


def layout_of_labels(entry: Entry) -> Layout | None:
    """Tell where a table of labels alone has them: a column, perhaps beside numbers of the rows.

    Returns:
        a layout without pixels; None when it is no such table.

    Raises:
        BadFile: when it is damaged.
    """
    with errors(entry.name), guarded(entry) as file:
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
    head = sum(map(is_number, cells)) < len(cells) - 1
    if head:
        return _named(entry, cells, separator, origin)
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


def _named(entry: Entry, cells: Sequence[str], separator: str, origin: str) -> Layout:
    """Tell by the names of the columns what is where."""
    lower = [cell.lower() for cell in cells]
    told: tuple[str, ...] = ()
    label = next((lower.index(name) for name in LABELS if name in lower), None)
    if label is None and not _is_square(len(cells)) and _is_square(len(cells) - 1):
        last = _label_is_last(entry, separator, len(cells), head=True)
        label = len(cells) - 1 if last else 0
        told = (f"The labels are in the column {cells[label]}.",)
    numbers = [at for at, name in enumerate(lower) if at != label and NUMBERS.fullmatch(name)]
    pixels = tuple(at for at in range(len(cells)) if at != label and at not in numbers)
    if not _is_square(len(pixels)):
        raise BadFile(f"{origin}: its head names {len(pixels)} columns beside label; {WANTED}.")
    told += tuple(f"Not used: the column {cells[at] or 'without a name'}." for at in numbers)
    return Layout(separator, True, label, pixels, told)


def _label_is_last(entry: Entry, separator: str, columns: int, head: bool = False) -> bool:
    """Whether the last column looks like labels and the first like pixels."""
    layout = Layout(separator, head, 0, (columns - 1,))
    some, _ = next(frames(entry, layout))
    first, last = some[0], some[columns - 1]
    if last.nunique() > MOST_LABELS or last.nunique() < 2:
        return False
    return first.nunique() < 2 or first.nunique() > MOST_LABELS


def _is_square(count: int) -> bool:
    return count >= 16 and math.isqrt(count) ** 2 == count


def _and(numbers: set[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))
