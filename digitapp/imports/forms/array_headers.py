"""Arrays in `.npy` and idx files: what their headers say, and their values.

Nothing in the files is ever run: arrays of Python objects are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile
from digitapp.imports.entries import Entry
from digitapp.imports.found import Array
from digitapp.imports.kinds import NPY, idx_header
from digitapp.imports.part_words import PARTS, words
from digitapp.imports.reasons import reason

MOST_IMAGES = 5_000_000
LONGEST_HEADER = 10_000  # bytes
UNNAMED = re.compile(r"arr_\d+")


@dataclass(frozen=True)
class Header:
    """Shape and type of an array in a file, without its values.

    Attributes:
        entry: the file.
        shown: its name in a sentence.
        known: the words of its name.
        is_idx: whether the file is an idx file, otherwise it is an `.npy` file.
    """

    shape: tuple[int, ...]
    kind: np.dtype[np.generic]
    entry: Entry
    shown: str
    known: frozenset[str]
    is_idx: bool = False

    @property
    def bytes(self) -> int:
        """The size of its values."""
        return int(np.prod(self.shape, dtype=object)) * self.kind.itemsize


def headers_of(entries: Sequence[Entry]) -> tuple[list[Header], tuple[str, ...]]:
    """Return the headers of all arrays, without their values, and a sentence about those twice.

    (torchvision keeps `train-labels-idx1-ubyte` beside `train-labels-idx1-ubyte.gz`.)
    """
    shared = len(_shared([entry.parts[:-1] for entry in entries]))
    found: dict[object, Header] = {}
    twice = []
    for entry in sorted(entries, key=lambda each: each.gzipped):
        shape, kind, is_idx = header_of(entry)
        name = entry.parts[-1].removesuffix(".npy")
        around = entry.parts[shared:-1]
        known = words(name)
        if around and (UNNAMED.fullmatch(name) or not known & PARTS):
            known |= words(" ".join(around))
        header = Header(shape, kind, entry, "/".join((*around, name)), known, is_idx)
        key = (known, shape) if is_idx else entry.parts
        if found.setdefault(key, header) is not header:
            twice.append(header.shown)
    order = {entry.parts: at for at, entry in enumerate(entries)}
    told = (f"There twice, used once: {', '.join(twice)}.",) if twice else ()
    return sorted(found.values(), key=lambda each: order[each.entry.parts]), told


def _shared(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folders that all files lie in."""
    first, last = min(folders), max(folders)
    count = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: min(len(first), len(last)) if count is None else count]


def header_of(entry: Entry) -> tuple[tuple[int, ...], np.dtype[np.generic], bool]:
    """Read shape and type of an array, and whether its file is an idx file.

    Raises:
        BadFile: when its file is damaged, is shorter than it says, or holds Python objects.
    """
    try:
        with entry.opened() as file:
            start = file.read(LONGEST_HEADER)
            is_idx = not start.startswith(NPY)
            if is_idx:
                shape, code, place = idx_header(start)
                kind: np.dtype[np.generic] = np.dtype(code)
            else:
                file.seek(0)
                shape, kind = npy_header(file)
                place = file.tell()
    except DAMAGE as error:
        raise BadFile(f"{entry.name}: this array cannot be read ({reason(error)}).") from None
    size = int(np.prod(shape, dtype=object)) * kind.itemsize
    if not entry.gzipped and place + size > entry.size:
        raise BadFile(
            f"{entry.name}: its start tells of {kind} {shape}, but the file is too short for that; "
            "it is damaged or cut short."
        )
    if min(shape, default=0) < 0 or max(shape, default=0) > MOST_IMAGES:
        raise BadFile(
            f"{entry.name}: an array of {shape}; at most {MOST_IMAGES:,} images are read."
        )
    return shape, kind, is_idx


def npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Read the header of an `.npy` file.

    Raises:
        ValueError: when there is none, or it says that the array holds Python objects.
    """
    version = np.lib.format.read_magic(file)
    first = version == (1, 0)
    read_header = (
        np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
    )
    shape, _, kind = read_header(file, LONGEST_HEADER)
    if kind.hasobject:
        raise ValueError("it holds Python objects, which are never loaded")
    return shape, kind


def values(header: Header) -> Array:
    """Read an array.

    Raises:
        BadFile: when its file is damaged or cut short.
    """
    try:
        with header.entry.opened() as file:
            if not header.is_idx:
                found: Array = np.lib.format.read_array(file, allow_pickle=False)
                return found
            file.read(4 + 4 * len(header.shape))
            content = file.read(header.bytes)
            if len(content) < header.bytes:
                raise EOFError("it is cut short")
            return np.frombuffer(content, header.kind).reshape(header.shape)
    except DAMAGE as error:
        raise BadFile(f"{header.entry.name}: cannot be read ({reason(error)}).") from None
