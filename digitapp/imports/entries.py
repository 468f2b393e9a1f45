"""A file, wherever it lies, and all the files that somebody brings."""

from __future__ import annotations

import re
import tarfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from digitapp.errors import BadFile
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.imports.reasons import reason

MOST_ENTRIES = 250_000
MOST_MEGABYTES = 4096  # of all files together, unpacked
OF_THE_SYSTEM = ("__macosx", "thumbs.db", "desktop.ini")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif")

# Raised for a damaged file while it is listed or read.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    ArithmeticError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
)


@dataclass(frozen=True)
class Entry:
    """A file, wherever it lies.

    Attributes:
        parts: the folders and zip files it lies in, and its own name; without the endings of the
            zip files, and without .gz.
        size: bytes; of a gzipped file as it lies there.
        opened: opens it from its start, unpacked.
        gzipped: whether `size` is that of a gzipped file.
        archive: the name of the zip file it lies in, such as `own.npz`; empty outside of any.
    """

    parts: tuple[str, ...]
    size: int
    opened: Callable[[], IO[bytes]]
    gzipped: bool = False
    archive: str = ""

    @property
    def name(self) -> str:
        """Its parts with slashes between them."""
        return "/".join(self.parts)

    def read(self, most: int) -> bytes:
        """Return its first bytes, at most this many.

        Raises:
            BadFile: when it is damaged.
        """
        try:
            with self.opened() as file:
                return file.read(most)
        except DAMAGE as error:
            raise BadFile(f"{self.name}: cannot be read ({reason(error)}).") from None


@dataclass
class Brought:
    """All files, in the order of their names.

    Attributes:
        entries: the files.
        empty: folders without a file.
        hidden: how many hidden files there are, which are left out, by their names.
        strange: links that lead nowhere, pipes and devices.
        told: a sentence about each other thing that is left out.
        most_megabytes: that the files may take together, unpacked.
    """

    entries: list[Entry] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    size: int = 0
    most_megabytes: int = MOST_MEGABYTES

    def add(self, entry: Entry, origin: str) -> None:
        """Add a file, within the limits."""
        self.entries.append(entry)
        self.reserve(entry.size, origin)
        if len(self.entries) > MOST_ENTRIES:
            raise BadFile(f"{origin}: it has more than {MOST_ENTRIES:,} files; bring fewer.")

    def reserve(self, size: int, origin: str) -> None:
        """Count the bytes of a file that is read."""
        self.size += size
        if self.size > self.most_megabytes * MEGABYTE:
            raise BadFile(
                f"{origin}: its files take {megabytes(self.size, self.most_megabytes)} MB or more, "
                f"unpacked; at most {self.most_megabytes:,} MB are read."
            )


def looks_like_a_picture(entry: Entry) -> bool:
    """Whether its name is a picture's inside something: there may be 100,000 of them."""
    return len(entry.parts) > 1 and entry.parts[-1].lower().endswith(PICTURES)


def natural(name: str) -> tuple[object, ...]:
    """Return a key by which 2.png comes before 10.png."""
    pieces = re.split(r"([0-9]+)", name)
    numbers = (each.lstrip("0") for each in pieces[1::2])
    pieces[1::2] = [f"{len(each):06}{each}" for each in numbers]
    return tuple(pieces)


def clean(name: str) -> tuple[str, ...]:
    """Return the parts of a name, without those that point upwards or nowhere."""
    parts = composed(name).replace("\\", "/").split("/")
    return tuple(part for part in parts if part.strip() not in ("", ".", ".."))


def composed(name: str) -> str:
    """Return a name without control characters, its accents as most systems write them (NFC)."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    shown = "".join("?" if unicodedata.category(sign) == "Cc" else sign for sign in whole)
    return unicodedata.normalize("NFC", shown)


def is_hidden(parts: Sequence[str], found: Brought, folder: bool = False) -> bool:
    """Whether a file is hidden or one of those that systems leave in folders; count it."""
    part = next((each for each in parts if each[0] == "." or each.lower() in OF_THE_SYSTEM), "")
    if part and not folder:
        found.hidden[part] += 1
    return bool(part)
