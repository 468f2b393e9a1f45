"""Where a CSV file has its labels and its pixels, told by its first rows."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from digitapp.data.class_names import LONGEST
from digitapp.errors import BadFile
from digitapp.imports.entries import PICTURES, Entry
from digitapp.imports.forms.csv_rows import SPACES, Layout, errors, frames, is_number
from digitapp.imports.forms.guarded_text import guarded

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = ",;\t|"
LABELS = ("label", "labels", "class", "target", "digit", "y")
NUMBERS = re.compile(r"(id|imageid|index|unnamed.*|#)?")  # names of columns that number the rows
MOST_COLUMNS = 128 * 128 + 16
LOOKED_AT = 2000  # rows, to tell labels from pixels
MOST_LABELS = 100  # different ones, in a column of labels
FEWEST_WITH_SPACES = 16  # cells; fewer words are a sentence
LONGEST_LINE = 100_000  # characters of a line in the head of an ARFF file
LONGEST_HEAD = 20_000  # lines of an ARFF file before its rows
WANTED = "there must be one label and the pixels of a square image in each row, such as 1 + 784"


@dataclass(frozen=True)
class _Start:
    """How a table begins.

    Attributes:
        separator: between the cells of a row.
        first, second: the cells of the first two rows; of an ARFF file the first are its names.
        skipped: lines before the first row.
        arff: whether it is an ARFF file.
    """

    separator: str
    first: list[str]
    second: list[str]
    skipped: int = 0
    arff: bool = False


def layout_of(entry: Entry) -> Layout:
    """Tell from the first rows of a CSV file what is where.

    Raises:
        BadFile: when it is damaged, or is no table of images.
    """
    with errors(entry.name):
        return _layout(entry, _told(entry))


def _told(entry: Entry) -> str:
    """Return a file's name, and that it is text if its name promises something else."""
    ending = next((each for each in (".npz", ".npy", *PICTURES) if entry.name.endswith(each)), "")
    return f"{entry.name}: this is text, no {ending} file" if ending else entry.name


def layout_of_labels(entry: Entry) -> Layout | None:
    """Tell where a table of labels alone has them: a column, perhaps beside numbers of the rows.

    Returns:
        a layout without pixels; None when it is no such table.

    Raises:
        BadFile: when it is damaged.
    """
    with errors(entry.name):
        start = _start(entry)
    cells = [cell.lower() for cell in start.first]
    named = next((cells.index(name) for name in LABELS if name in cells), None)
    if named is not None and all(NUMBERS.fullmatch(each) for each in {*cells} - {cells[named]}):
        return Layout(start.separator, 1, named, ())
    alone = len(cells) == 1 and 0 < len(cells[0]) <= LONGEST and len(start.second) <= 1
    return Layout(",", 0, 0, ()) if alone else None


def _start(entry: Entry) -> _Start:
    """Read the first rows of a table: with separators, with spaces, or of an ARFF file (Weka's)."""
    with guarded(entry) as file:
        first = file.readline().strip("\r\n")
        if first.lstrip()[:1] in ("@", "%"):
            return _of_arff(first, file)
        second = file.readline().strip("\r\n")
    separator = max(SEPARATORS, key=first.count)
    if not first.count(separator) and len(first.split()) > FEWEST_WITH_SPACES:
        return _Start(SPACES, first.split(), second.split())
    one, two = ([cell.strip() for cell in each.split(separator)] for each in (first, second))
    return _Start(separator, one, two)


def _of_arff(line: str, file: TextIO) -> _Start:
    """Read the head of an ARFF file: a line for each column, and `@data` before the rows."""
    names = []
    for count in range(1, LONGEST_HEAD):
        words = line.split()
        if words and words[0].lower() == "@attribute" and len(words) > 1:
            names.append(words[1].strip("'"))
        if words and words[0].lower() == "@data" and names:
            return _Start(",", names, file.readline().split(","), count, arff=True)
        line = file.readline(LONGEST_LINE)
        if not line:
            break
    raise ValueError("it begins like an ARFF file, but names no columns before @data")


def _layout(entry: Entry, origin: str) -> Layout:
    """Tell from the first two rows what is where."""
    start = _start(entry)
    cells = start.first
    if cells[0][:1] in ("{", "["):
        raise BadFile(f"{origin}: this is JSON, no table of images.")
    if len(cells) < 2:
        raise BadFile(f"{origin}: its first row is {cells[0][:60]!r}, without columns; {WANTED}.")
    if len(cells) > MOST_COLUMNS:
        raise BadFile(
            f"{origin}: it has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read, for "
            "images of 128 x 128 pixels. Save larger images as pictures, or in an .npz file."
        )
    if start.arff or sum(map(is_number, cells)) < len(cells) - 1:
        return _named(entry, start, origin)
    widths = {len(cells), len(start.second) if any(start.second) else len(cells)}
    if len(widths) > 1:
        raise BadFile(f"{origin}: its first two rows have {_and(widths)} columns; {WANTED}.")
    if _is_square(len(cells)):
        return Layout(start.separator, 0, None, tuple(range(len(cells))))
    if not _is_square(len(cells) - 1):
        raise BadFile(f"{origin}: it has {len(cells)} columns; {WANTED}.")
    ends = (0, len(cells) - 1)
    label = ends[_label_is_last(entry, start.separator, 0, ends)]
    return Layout(start.separator, 0, label, _without(label, len(cells)))


def _without(label: int, count: int) -> tuple[int, ...]:
    return tuple(at for at in range(count) if at != label)


def _named(entry: Entry, start: _Start, origin: str) -> Layout:
    """Tell by the names of the columns what is where."""
    cells, skipped = start.first, start.skipped or 1
    if any(start.second) and len(start.second) != len(cells):
        raise BadFile(
            f"{origin}: its head has {len(cells):,} columns, and its first row "
            f"{len(start.second):,}; they must be as many."
        )
    lower = [cell.lower() for cell in cells]
    told: tuple[str, ...] = ()
    label = next((lower.index(name) for name in LABELS if name in lower), None)
    numbers = [at for at, name in enumerate(lower) if at != label and NUMBERS.fullmatch(name)]
    others = [at for at in range(len(cells)) if at not in numbers]
    if label is None and not _is_square(len(others)) and _is_square(len(others) - 1):
        ends = (others[0], others[-1])
        label = ends[_label_is_last(entry, start.separator, skipped, ends)]
        told = (f"The labels are in the column {cells[label]}.",)
    pixels = tuple(at for at in range(len(cells)) if at != label and at not in numbers)
    if not _is_square(len(pixels)):
        beside = "" if label is None else f" beside {cells[label]}"
        raise BadFile(f"{origin}: its head names {len(pixels)} columns{beside}; {WANTED}.")
    told += tuple(f"Not used: the column {cells[at] or 'without a name'}." for at in numbers)
    return Layout(start.separator, skipped, label, pixels, told)


def _label_is_last(entry: Entry, separator: str, skipped: int, ends: tuple[int, int]) -> bool:
    """Whether the last of two columns looks like labels and the first like pixels."""
    layout = Layout(separator, skipped, ends[0], (ends[1],))
    some = next((some for some, _ in frames(entry, layout, LOOKED_AT)), None)
    if some is None:
        raise BadFile(f"{entry.name}: it has no rows of images.")
    first, last = some[ends[0]], some[ends[1]]
    if not (_are_numbers(first) and _are_numbers(last)):
        return not _are_numbers(last)
    if last.nunique() > MOST_LABELS or last.nunique() < 2:
        return False
    return bool(first.nunique() < 2 or first.nunique() > MOST_LABELS)


def _are_numbers(cells: pd.Series) -> bool:
    """Whether all cells are numbers."""
    return all(is_number(str(each)) for each in cells.unique())


def _is_square(count: int) -> bool:
    return count >= 16 and math.isqrt(count) ** 2 == count


def _and(numbers: set[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))
