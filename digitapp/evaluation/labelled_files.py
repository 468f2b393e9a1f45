"""Labelled handwriting for evaluation: files of pen strokes and of pictures, and real hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitapp.data import hands
from digitapp.drawing.strokes import from_points
from digitapp.errors import BadFile, BadStrokes
from digitapp.files import json_files

MOST_WRITER = 10**9  # largest number of a writer


@dataclass(frozen=True)
class LabelledStrokes:
    """A digit and its strokes, within a 500x500 box.

    Attributes:
        writer: number of the writer; None where the file does not say who wrote the digit.
    """

    label: int
    strokes: list[list[list[float]]]
    writer: int | None = None


@dataclass(frozen=True)
class LabelledPicture:
    """A picture file and its content.

    Attributes:
        label: the digit; None when it is not a single digit.
        writer: number of the writer; pictures by one writer resemble each other.
        kind: such as `photo` or `paint`; may be empty.
    """

    label: int | None
    path: Path
    writer: int = 0
    kind: str = ""


def of_fold(fold: int) -> list[LabelledStrokes]:
    """Return the digits of real hands whose writers a fold leaves out (`data.hands`)."""
    return [
        LabelledStrokes(digit.label, [stroke.tolist() for stroke in digit.strokes], digit.writer)
        for digit in hands.read()
        if hands.fold_of(digit.writer) == fold
    ]


def read_strokes(path: Path) -> list[LabelledStrokes]:
    """Read a strokes file: JSON `[{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]`.

    It may be gzipped (`.gz`). An entry may have a `writer`: a number from 0 to 1,000,000,000, or a
    name. Names are numbered in the order in which they occur.

    Raises:
        BadFile: when it is missing or not of this form.
    """
    entries = _entries(path, ("label", "strokes"))
    for number, entry in enumerate(entries):
        try:
            from_points(entry["strokes"], 1)
        except (BadStrokes, TypeError) as error:
            raise BadFile(f"{path}: entry {number}: {error}") from None
    numbers = _writers(entries, path)
    return [
        LabelledStrokes(_digit_label(entry, path), entry["strokes"], writer)
        for entry, writer in zip(entries, numbers, strict=True)
    ]


def read_labels(path: Path) -> tuple[list[LabelledPicture], list[LabelledPicture]]:
    """Read a labels file; return its pictures of single digits, and the others.

    The file is JSON `[{"file": "001.jpg", "label": 1}, ...]`, in the same folder as the pictures.
    The label of a picture that is not a single digit is null. Optional keys of an entry: `hand`
    (the writer's number) and `kind`.

    Raises:
        BadFile: when it is missing or not of this form.
    """
    entries = _entries(path, ("label", "file"))
    for number, entry in enumerate(entries):
        if not isinstance(entry["file"], str) or not entry["file"]:
            raise BadFile(f"{path}: entry {number}: the file {entry['file']!r} must be a name.")
    pictures = [_picture(entry, path) for entry in entries]
    digits = [each for each in pictures if each.label is not None]
    return digits, [each for each in pictures if each.label is None]


def _writers(entries: list[dict[str, Any]], path: Path) -> list[int | None]:
    """Return the number of each entry's writer, or None where it names none."""
    found = [entry.get("writer") for entry in entries]
    given = [writer for writer in found if writer is not None]
    kinds = {type(writer) for writer in given}
    if kinds not in (set(), {int}, {str}):
        wrong = next((each for each in given if type(each) not in (int, str)), given[0])
        raise BadFile(
            f"{path}: the writer {wrong!r} is not allowed; the writers must all be whole numbers, "
            "or all be names."
        )
    beyond = [each for each in given if type(each) is int and not 0 <= each <= MOST_WRITER]
    if beyond:
        raise BadFile(f"{path}: the writer {beyond[0]} must be from 0 to {MOST_WRITER:,}.")
    if kinds == {str}:
        numbers = {name: place for place, name in enumerate(dict.fromkeys(given))}
        return [None if writer is None else numbers[writer] for writer in found]
    return found


def _picture(entry: dict[str, Any], path: Path) -> LabelledPicture:
    label = None if entry["label"] is None else _digit_label(entry, path)
    writer = entry.get("hand", 0)
    return LabelledPicture(
        label,
        path.parent / entry["file"],
        writer if isinstance(writer, int) else 0,
        str(entry.get("kind", "")),
    )


def _entries(path: Path, needed: Iterable[str]) -> list[dict[str, Any]]:
    found = json_files.read(path)
    if not isinstance(found, list) or not found:
        raise BadFile(f"{path}: it must be a JSON list with at least one entry.")
    for number, entry in enumerate(found):
        if not isinstance(entry, dict) or any(key not in entry for key in needed):
            wanted = " and ".join(needed)
            raise BadFile(f"{path}: entry {number} must be an object with {wanted}.")
    return found


def _digit_label(entry: dict[str, Any], path: Path) -> int:
    label = entry["label"]
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label <= 9:
        raise BadFile(f"{path}: the label {label!r} must be a whole number from 0 to 9.")
    return label
