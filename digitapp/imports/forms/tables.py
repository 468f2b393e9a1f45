"""One or several CSV files: the parts of a dataset, or its images and its labels apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from digitapp.errors import BadFile
from digitapp.imports.entries import Entry
from digitapp.imports.forms import csv_file, csv_layout
from digitapp.imports.forms.csv_rows import Layout
from digitapp.imports.found import Found, Part
from digitapp.imports.part_words import HELD_BACK, PARTS, TEST, TRAIN, words
from digitapp.imports.progress import Progress, unseen

MOST_TABLES = 100
ENDINGS = (".csv", ".tsv", ".arff", ".data")  # which are looked at first


class Table(NamedTuple):
    """A file, and where it has what; for images and labels apart, both files."""

    entry: Entry
    layout: Layout
    labels: tuple[Entry, Layout] | None = None


def read(entries: Sequence[Entry], origin: str, progress: Progress = unseen) -> Found:
    """Read the images and labels of CSV files.

    Args:
        entries: text files, not all of which need be tables of images.
        origin: the name of what was brought, in an error message.
        progress: is told how much has been read.

    Raises:
        BadFile: when none is such a table, one is damaged, or the parts cannot be told apart.
    """
    entries = sorted(entries, key=lambda each: not each.name.lower().endswith(ENDINGS))
    looked_at, others = entries[:MOST_TABLES], entries[MOST_TABLES:]
    tables, unlabelled, reasons = _tables(looked_at, origin)
    train, test = _parts(tables, origin)
    used = [table for table in (train, test) if table]
    parts = [_read(table, progress) for table in used]
    told = [each for table in used for each in table.layout.told]
    for entry in unlabelled:
        told.append(f"Not used: {entry.name}, whose images have no labels.")
    rest = {table.entry.name for table in tables} - {table.entry.name for table in used}
    told += [f"Not used: {name}." for name in (*sorted(rest), *reasons)]
    if others:
        told.append(f"Not used: {len(others):,} more text files, such as {others[0].name}.")
    return Found(_form(train), parts[0], parts[1] if test else None, tuple(told))


def _tables(
    entries: Sequence[Entry], origin: str
) -> tuple[list[Table], list[Entry], Mapping[str, BadFile]]:
    """Return the labelled tables, those without labels, and why others are neither.

    Raises:
        BadFile: when there is no labelled table.
    """
    tables, reasons = [], {}
    images: list[tuple[Entry, Layout]] = []
    labels: list[tuple[Entry, Layout]] = []
    for entry in entries:
        alone = csv_layout.layout_of_labels(entry)
        if alone and len(entries) > 1:
            labels.append((entry, alone))
            continue
        try:
            layout = csv_layout.layout_of(entry)
        except BadFile as error:
            reasons[entry.name] = error
            continue
        if layout.label is None:
            images.append((entry, layout))
        else:
            tables.append(Table(entry, layout))
    for entry, layout in [] if tables else images:
        fitting = [each for each in labels if _part(each[0]) == _part(entry)]
        if len(fitting) == 1:
            tables.append(Table(entry, layout, fitting[0]))
    used = {table.entry.name for table in tables}
    unlabelled = [entry for entry, _ in images if entry.name not in used]
    if tables:
        return tables, unlabelled, reasons
    if unlabelled:
        raise BadFile(
            f"{unlabelled[0].name}: its {len(images[0][1].pixels):,} columns are pixels, and there "
            "is no column of labels; the first column must be the label, or be named label."
        )
    if len(reasons) == 1 or (reasons and len(entries) == 1):
        raise next(iter(reasons.values()))
    found = ", ".join(entry.name for entry in entries[:3])
    raise BadFile(f"{origin}: none of its text files ({found}) is a table; {csv_layout.WANTED}.")


def _part(entry: Entry) -> frozenset[str]:
    """Return the words in a file's name that tell its part; without one, those of its folder."""
    own = words(entry.parts[-1]) & PARTS
    return own or words(" ".join(entry.parts[:-1])) & PARTS


def _parts(tables: Sequence[Table], origin: str) -> tuple[Table, Table | None]:
    """Tell the training part from the test part.

    Raises:
        BadFile: when they cannot be told apart.
    """
    if len(tables) == 1:
        return tables[0], None
    found = []
    for known in (TRAIN, TEST, HELD_BACK):
        found.append([table for table in tables if _part(table.entry) & {*known}])
    others = [table for table in tables if not _part(table.entry)]
    train = found[0] or others
    test = found[1] or found[2]
    if len(train) == 1 and len(test) <= 1:
        return train[0], test[0] if test else None
    names = ", ".join(table.entry.name for table in tables[:5])
    raise BadFile(
        f"{origin}: it holds several tables ({names}), and their names do not tell which is to "
        "learn from; name them train.csv and test.csv."
    )


def _read(table: Table, progress: Progress) -> Part:
    part = csv_file.read(table.entry, table.layout, progress)
    if not table.labels:
        return part
    return Part(part.images, csv_file.read(*table.labels).labels)


def _form(table: Table) -> str:
    pixels = f"{len(table.layout.pixels):,} pixels a row"
    if table.labels:
        return f"a CSV file of images, {pixels}, and one of their labels"
    head = "with a head" if table.layout.head else "without a head"
    return f"a CSV file {head}, a label and {pixels}"
