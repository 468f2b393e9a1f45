"""Classes of pictures: by their folders, by their names, or by a table beside them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digitapp.data.class_names import FEWEST, MOST
from digitapp.errors import BadFile
from digitapp.imports.entries import Entry
from digitapp.imports.part_words import HELD_BACK, TEST, TRAIN

MOST_TABLE = 64 * 2**20  # bytes of a table of labels
FILES = ("filename", "file", "image", "img", "path", "name", "id", "file_name", "image_id")
CLASSES = ("label", "class", "target", "category", "digit", "labels", "class_name", "y")
TELLING = ("label", "class", "digit", "cls")  # in a picture's name, before its class
LEAST_MATCHED = 0.5  # of the pictures, for a table to be about them
KAGGLE = re.compile(r"(train|training|test|testing|val|valid|validation)[ _-]?(set|images?|data)?")


@dataclass(frozen=True)
class Labelling:
    """What each picture shows.

    Attributes:
        classes: for each picture; None where it is not told, so that it is not used.
        tests: for each picture, whether it is to test with.
        form: in words.
        told: a sentence about each thing that is not used.
    """

    classes: tuple[str | None, ...]
    tests: tuple[bool, ...]
    form: str
    told: tuple[str, ...] = ()

    @property
    def is_useful(self) -> bool:
        """Whether it tells enough classes."""
        return len({*self.classes} - {None}) >= FEWEST


def part_of(folder: str) -> str:
    """Return `train`, `test` or `held back` for a folder that tells a part; empty for others."""
    found = KAGGLE.fullmatch(folder.strip().lower())
    word = found[1] if found else folder.strip().lower()
    for part, known in (("train", TRAIN), ("test", TEST), ("held back", HELD_BACK)):
        if word in known and len(word) > 2:
            return part
    return ""


def by_folder(entries: Sequence[Entry], empty: Sequence[str]) -> Labelling:
    """Tell classes by folders: `sun/1.png`, or `train/sun/1.png` and `test/sun/2.png`.

    Args:
        empty: folders without files.
    """
    paths = [entry.parts[:-1] for entry in entries]
    pairs = [*zip(paths, _part_places(paths), strict=True)]
    parts = ["" if at is None else part_of(path[at]) for path, at in pairs]
    plain = [path if at is None else (*path[:at], *path[at + 1 :]) for path, at in pairs]
    level = _level(plain)
    classes = [path[level] if len(path) > level else None for path in plain]
    deeper = next((path[level + 1] for path in plain if len(path) > level + 1), "")
    has_test = "test" in parts
    used = [not (has_test and part == "held back") for part in parts]
    told = _not_told(entries, classes)
    if not all(used):
        count = used.count(False)
        pictures = "a picture" if count == 1 else f"{count:,} pictures"
        told.append(f"Not used: {pictures} of the validation part.")
    if deeper:
        example = next(name for name in classes if name is not None)
        told.append(
            f"The classes are the outer folders, such as {example}; those inside them, such as "
            f"{deeper}, are not told apart."
        )
    told += [f"Left out: the folder {each}, which is empty." for each in empty[:10]]
    return Labelling(
        tuple(name if use else None for name, use in zip(classes, used, strict=True)),
        tuple(part in ("test", "held back") for part in parts),
        "pictures in a folder for each class",
        tuple(told),
    )


def _part_places(paths: Sequence[tuple[str, ...]]) -> list[int | None]:
    """Return which folder of each path tells the part; None where none does.

    A folder `train` beside `car` and `bus` is a class.
    """
    beside = {
        (len(path) - 1, path[:-1]) for path in paths if path and not part_of(path[-1])
    }  # where folders of classes lie
    found: list[int | None] = []
    for path in paths:
        at = next((at for at, folder in enumerate(path) if part_of(folder)), None)
        is_class = at is not None and at == len(path) - 1 and (at, path[:at]) in beside
        found.append(None if is_class else at)
    return found


def _level(paths: Sequence[tuple[str, ...]]) -> int:
    """Return which folder of the paths names the class: the first with as many names as classes.

    So do Keras and torchvision.
    """
    shared = _shared(paths)
    for level in range(shared, max(map(len, paths))):
        names = {path[level] for path in paths if len(path) > level}
        if FEWEST <= len(names) <= MOST:
            return level
    return shared


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many folders all pictures lie in."""
    first, last = min(paths), max(paths)
    pairs = zip(first, last, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))


def _not_told(entries: Sequence[Entry], classes: Sequence[str | None]) -> list[str]:
    missing = [entry.name for entry, name in zip(entries, classes, strict=True) if name is None]
    if not missing:
        return []
    first = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]} and {len(missing) - 1:,} more"
    return [f"Not used: {first}, which lie in no class's folder."]


def by_table(entries: Sequence[Entry], texts: Sequence[Entry]) -> Labelling | None:
    """Tell classes by a CSV file with a row for each picture: its name, and its class.

    Raises:
        BadFile: when the table cannot be read.
    """
    for entry in texts:
        if entry.size > MOST_TABLE:
            continue
        known = _table(entry)
        classes = [_looked_up(each, known) for each in entries]
        missing = classes.count(None)
        if known and missing <= LEAST_MATCHED * len(entries):
            told = [f"Not used: {missing:,} pictures that {entry.name} does not name."]
            parts = [{part_of(each) for each in e.parts[:-1]} for e in entries]
            return Labelling(
                tuple(classes),
                tuple(bool(each & {"test", "held back"}) for each in parts),
                f"pictures, with their classes in {entry.parts[-1]}",
                tuple(told if missing else []),
            )
    return None


def _table(entry: Entry) -> dict[str, str]:
    """Return the class of each picture's name in a table; empty when it is no such table."""
    text = entry.read(MOST_TABLE).decode("utf-8-sig", "replace")
    first = text[:10_000].splitlines()[:1]
    separator = max(",;\t", key=first[0].count) if first else ","
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if len(row) > 1]
    except csv.Error:
        return {}
    if not rows or len(rows[0]) > 20:
        return {}
    head = [cell.strip().lower() for cell in rows[0]]
    file = next((head.index(name) for name in FILES if name in head), 0)
    label = next((head.index(name) for name in CLASSES if name in head and name != head[file]), 1)
    return {
        row[file].strip().replace("\\", "/"): row[label].strip()
        for row in rows
        if len(row) > max(file, label) and row[label].strip()
    }


def _looked_up(entry: Entry, known: dict[str, str]) -> str | None:
    """Return a picture's class, by as much of its name as the table has."""
    for start in range(len(entry.parts)):
        name = "/".join(entry.parts[start:])
        for each in (name, name.rpartition(".")[0]):
            if each in known:
                return known[each]
    return None


def by_name(entries: Sequence[Entry]) -> Labelling | None:
    """Tell classes by a part of the pictures' names: `7_001.png`, `cat.12.jpg`, `img-3-moon.png`.

    The part must be at the same place in all names, and each class be there more than once.
    """
    pieces = [_pieces(entry.parts[-1]) for entry in entries]
    place = _telling_place(pieces)
    if place is None:
        return None
    classes = tuple(each[place] for each in pieces)
    parts = [{part_of(each) for each in entry.parts[:-1]} for entry in entries]
    example = entries[0].parts[-1]
    return Labelling(
        classes,
        tuple(bool(each & {"test", "held back"}) for each in parts),
        f"pictures with their class in their names, such as {classes[0]} in {example}",
    )


def _pieces(name: str) -> tuple[str, ...]:
    """Split a picture's name, without its ending, at signs and between letters and digits."""
    stem = name.rpartition(".")[0] or name
    whole = [each for each in re.split(r"[_\-. ()\[\]=]+", stem) if each]
    if len(whole) > 1:
        return tuple(whole)
    return tuple(re.findall(r"\d+|\D+", stem))


def _telling_place(pieces: Sequence[tuple[str, ...]]) -> int | None:
    """Return at which place of the names, from the first or the last, the class is."""
    shortest = min(map(len, pieces))
    named = [at + 1 for at, piece in enumerate(pieces[0][:-1]) if piece.lower() in TELLING]
    from_front = [*named, *range(shortest)]
    for place in (*from_front, *range(-1, -shortest - 1, -1)):
        if not all(len(each) > place >= -len(each) for each in pieces):
            continue
        counts = Counter(each[place] for each in pieces)
        if FEWEST <= len(counts) <= MOST and min(counts.values()) > 1:
            return place
    return None


def check(labelling: Labelling | None, entries: Sequence[Entry], origin: str) -> Labelling:
    """Return a labelling that tells enough classes.

    Raises:
        BadFile: when it does not; the sentence says what to do.
    """
    if labelling and labelling.is_useful:
        return labelling
    folders = {"/".join(entry.parts[:-1]) for entry in entries}
    what = f"{len(entries):,} pictures in {len(folders):,} folders"
    if len(folders) == 1:
        only = next(iter(folders))
        what = f"{len(entries):,} pictures, all in one folder{f' ({only})' if only else ''}"
    raise BadFile(
        f"{origin}: it holds {what}, and neither folders nor names tell {FEWEST} to {MOST} "
        "classes. Put the pictures of each class into a folder with the class's name, or begin "
        "their names with it, such as sun_1.png and moon_1.png."
    )
