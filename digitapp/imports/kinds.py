"""What a file is, told by how it begins, whatever it is called."""

from __future__ import annotations

import struct
from enum import Enum

from digitapp.files.file_kinds import LOOKED_AT, TEXT, kind_of
from digitapp.imports.entries import Entry, looks_like_a_picture

NPY = b"\x93NUMPY"
IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
MOST_AXES = 4
TABLES = (".csv", ".tsv")
OF_PIXELS = (*TABLES, ".npz", ".npy", ".gz", "-ubyte", ".idx")  # ends of names


class Kind(Enum):
    """The forms in which images and labels come."""

    PICTURE = "picture"
    ARRAY = "array"  # an .npy file, such as those of an .npz file, or an idx file
    TEXT = "text file"
    OTHER = "other file"


def kind(entry: Entry) -> tuple[Kind, str]:
    """Return a file's kind and, if it is none that is read, what it is and what to do.

    Pictures in folders and zip files are told by their names until they are decoded: there may be
    100,000 of them, and a damaged one is left out.

    Raises:
        BadFile: when it is damaged.
    """
    if looks_like_a_picture(entry):
        return Kind.PICTURE, ""
    start = entry.read(LOOKED_AT)
    if start.startswith(NPY) or is_idx(start):
        return Kind.ARRAY, ""
    found = kind_of(start)
    if found == TEXT or (found is None and entry.parts[-1].lower().endswith(TABLES)):
        return Kind.TEXT, ""
    if found and found.read:
        return Kind.PICTURE, ""
    words = f"{found.name}: {found.remedy}".removesuffix(": ") if found else ""
    return Kind.OTHER, words


def is_idx(start: bytes) -> bool:
    """Whether a file begins like an idx file: two zero bytes, a type, a rank and the shape."""
    if len(start) < 8 or start[:2] != b"\0\0" or start[2] not in IDX_TYPES:
        return False
    rank = start[3]
    return 1 <= rank <= MOST_AXES and len(start) >= 4 + 4 * rank


def idx_header(start: bytes) -> tuple[tuple[int, ...], str, int]:
    """Return the shape and type of the array in an idx file, and where its values begin."""
    rank = start[3]
    return struct.unpack_from(f">{rank}I", start, 4), IDX_TYPES[start[2]], 4 + 4 * rank


def is_of_pixels(name: str) -> bool:
    """Whether a file is called like a table or an array of many images, not like a picture."""
    return name.lower().endswith(OF_PIXELS)
