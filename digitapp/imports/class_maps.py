"""Files that tell what classes are called: EMNIST's mapping, and KMNIST's class map."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digitapp.data.class_names import FEWEST, MOST
from digitapp.imports.entries import Entry

MOST_BYTES = 20_000  # of such a file
MOST_ENTRIES = 50  # text files that are looked at
COLUMNS = ("char", "name", "class_name", "classname")


@dataclass(frozen=True)
class ClassMap:
    """Names of classes.

    Attributes:
        names: by the label as text; empty where no file tells them.
        files: the names of the files that do.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()


def found(entries: Sequence[Entry], pictures: Sequence[Entry] = ()) -> ClassMap:
    """Return what the first file of names among these says.

    Args:
        entries: text files.
        pictures: the pictures beside them: a table of their names tells what they show.

    Raises:
        BadFile: when a file cannot be read.
    """
    known = {each.parts[-1] for each in pictures}
    known |= {name.rpartition(".")[0] for name in known}
    for entry in entries[:MOST_ENTRIES]:
        if entry.size <= MOST_BYTES:
            text = entry.read(MOST_BYTES).decode("utf-8-sig", "replace")
            names = _emnist(entry, text) or _table(text)
            if names and not known & {*names.values()}:
                return ClassMap(names, frozenset([entry.name]))
    return ClassMap()


def _emnist(entry: Entry, text: str) -> dict[str, str]:
    """Read lines such as `10 65 97`: a label, and the codes of the signs that it stands for."""
    if "mapping" not in entry.parts[-1].lower():
        return {}
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if not rows or not all(len(row) > 1 and all(map(str.isdecimal, row)) for row in rows):
        return {}
    codes = [(row[0], int(row[1])) for row in rows]
    return {label: chr(code) for label, code in codes if 32 < code < 0xD800}


def _table(text: str) -> dict[str, str]:
    """Read a table with a head such as `index,codepoint,char`."""
    rows = [*csv.reader(text.splitlines())]
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((head.index(name) for name in COLUMNS if name in head), None)
    key = next((head.index(name) for name in ("index", "label", "class", "id") if name in head), 0)
    if column is None or column == key or len(head) > 5:
        return {}
    pairs = [
        (row[key].strip(), row[column].strip())
        for row in rows[1:]
        if len(row) == len(head) and row[key].strip().isdecimal() and row[column].strip()
    ]
    names = dict(pairs)
    return names if FEWEST <= len(names) == len(pairs) <= MOST else {}
