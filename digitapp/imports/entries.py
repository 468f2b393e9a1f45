"""What somebody brings, as one list: files, and what is in folders, zip files and gzip files.

Nothing is unpacked onto the disk but zip files inside zip files, which are copied into a temporary
file. Names are never used as paths.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, cast

from digitapp.errors import BadFile, cause
from digitapp.files.opening import path_kind
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.imports.zip_directory import directory_bytes

MOST_ENTRIES = 250_000
MOST_MEGABYTES = 4096  # of all files together, unpacked
MOST_DIRECTORY = 48 * MEGABYTE  # of a zip file's list of what is in it
DEEPEST = 2  # a zip file in a zip file
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
EMPTY_ZIP = b"PK\x05\x06"
OF_THE_SYSTEM = ("__macosx", "thumbs.db", "desktop.ini")
UTF8_FLAG, SECRET_FLAG = 0x800, 0x1  # of a zip file's member
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif")

Source = Path | IO[bytes]  # of a zip file

# Raised for a damaged file while it is listed or read.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
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
            raise BadFile(f"{self.name}: cannot be read ({cause(error)}).") from None


@dataclass
class Brought:
    """All files, in the order of their names.

    Attributes:
        entries: the files.
        empty: folders without a file.
        hidden: how many hidden files there are, which are left out, by their names.
        told: a sentence about each other thing that is left out.
    """

    entries: list[Entry] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, entry: Entry, origin: str) -> None:
        """Add a file, within the limits."""
        self.entries.append(entry)
        self.reserve(entry.size, origin)
        if len(self.entries) > MOST_ENTRIES:
            raise BadFile(f"{origin}: it has more than {MOST_ENTRIES:,} files; bring fewer.")

    def reserve(self, size: int, origin: str) -> None:
        """Count the bytes of a file that is read."""
        self.size += size
        if self.size > MOST_MEGABYTES * MEGABYTE:
            raise BadFile(
                f"{origin}: its files take {megabytes(self.size, MOST_MEGABYTES)} MB or more, "
                f"unpacked; at most {MOST_MEGABYTES:,} MB are read."
            )


@contextmanager
def brought(paths: Sequence[Path], names: Sequence[str]) -> Iterator[Brought]:
    """List all files of what somebody brings; they can be read inside the `with` block.

    Args:
        paths: of files and folders.
        names: what they are called, such as those of uploaded files, which lie elsewhere.

    Raises:
        BadFile: when something is missing, damaged or too large.
    """
    found = Brought()
    with ExitStack() as stack:
        for path, name in zip(paths, names, strict=True):
            try:
                _list_path(path, name, found, stack)
            except DAMAGE as error:
                raise BadFile(f"{name}: cannot be read ({cause(error)}).") from None
        found.entries.sort(key=lambda entry: natural(entry.name))
        if not found.entries:
            raise BadFile(f"{' and '.join(names) or 'No file'}: there are no files in it.")
        if found.hidden:
            kinds = ", ".join(sorted(found.hidden)[:3])
            found.told.append(f"Left out: {found.hidden.total():,} hidden files, such as {kinds}.")
        yield found


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which 2.png comes before 10.png."""
    pieces: list[tuple[int, str]] = []
    digits = ""
    for sign in f"{name}\0":
        if "0" <= sign <= "9":
            digits += sign
            continue
        if digits:
            pieces.append((len(digits.lstrip("0")), digits.lstrip("0")))
            digits = ""
        pieces.append((0, sign))
    return pieces


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _list_path(path: Path, name: str, found: Brought, stack: ExitStack) -> None:
    kind = path_kind(path)
    if kind == "a folder":
        _list_folder(path, found, stack)
    elif kind:
        raise BadFile(f"{name}: this is {kind}; it must be a file or a folder.")
    else:
        size = path.stat().st_size
        if not size:
            raise BadFile(f"{name}: the file is empty (0 bytes).")
        entry = Entry(clean(name) or ("file",), size, partial(_opened, path))
        _list_file(entry, lambda: path, found, stack)


def _list_folder(top: Path, found: Brought, stack: ExitStack) -> None:
    """List a folder and those in it; links to folders are followed, but not in circles."""
    seen = set()
    for folder, folders, files in os.walk(top, followlinks=True):
        here = Path(folder)
        mark = (here.stat().st_dev, here.stat().st_ino)
        folders[:] = sorted(each for each in folders if mark not in seen)
        parts = (top.resolve().name, *here.relative_to(top).parts)
        if not files and not folders and mark not in seen:
            found.empty.append("/".join(parts))
        for file in sorted(files) if mark not in seen else ():
            path, names = here / file, tuple(map(composed, (*parts, file)))
            if _is_hidden(names[1:], found) or path_kind(path):
                continue
            entry = Entry(names, path.stat().st_size, partial(_opened, path))
            _list_file(entry, partial(Path, path), found, stack)
        seen.add(mark)


def _list_file(
    entry: Entry, source: Callable[[], Source], found: Brought, stack: ExitStack, depth: int = 0
) -> None:
    """Add a file, or what is in it if it is a zip file.

    Args:
        source: returns what a zip file can be read from.
        depth: how many zip files it lies in.
    """
    start = b"" if _looks_like_a_picture(entry) else entry.read(4)
    if start.startswith(GZIP):
        found.add(_unpacked(entry), entry.parts[0])
    elif start not in (ZIP, EMPTY_ZIP):
        found.add(entry, entry.parts[0])
    elif depth >= DEEPEST:
        found.told.append(f"Not used: {entry.name}, a zip file too deep inside others.")
    else:
        found.reserve(entry.size if depth else 0, entry.parts[0])
        _list_zip(entry, source(), found, stack, depth)


def _looks_like_a_picture(entry: Entry) -> bool:
    """Whether its name is a picture's inside something: there may be 100,000 of them."""
    return len(entry.parts) > 1 and entry.parts[-1].lower().endswith(PICTURES)


def _unpacked(entry: Entry) -> Entry:
    """Return a gzipped file as the file that is in it."""
    last = entry.parts[-1]
    name = last[: -len(".gz")] if last.lower().endswith(".gz") else last

    def opened() -> IO[bytes]:
        return cast(IO[bytes], gzip.GzipFile(fileobj=entry.opened()))

    return replace(entry, parts=(*entry.parts[:-1], name), opened=opened, gzipped=True)


def _list_zip(entry: Entry, source: Source, found: Brought, stack: ExitStack, depth: int) -> None:
    """Add what is in a zip file."""
    if directory_bytes(source) > MOST_DIRECTORY:
        raise BadFile(f"{entry.name}: it has more than {MOST_ENTRIES:,} files; bring fewer.")
    archive = stack.enter_context(zipfile.ZipFile(source))
    own = entry.parts[-1]
    before = (*entry.parts[:-1], own.removesuffix(".zip").removesuffix(".npz"))
    folders: set[tuple[str, ...]] = set()
    filled: set[tuple[str, ...]] = set()
    for info in archive.infolist():
        inside = clean(_name(info))
        if not inside or _is_hidden(inside, found, info.is_dir()):
            continue
        parts = (*before, *inside)
        if info.is_dir():
            folders.add(parts)
            continue
        filled.update(parts[:count] for count in range(len(parts)))
        if info.flag_bits & SECRET_FLAG:
            raise BadFile(f"{entry.name}: it is protected by a password; save it without one.")
        member = Entry(parts, info.file_size, partial(archive.open, info), archive=own)
        _list_file(member, partial(_copied, member, stack), found, stack, depth + 1)
    found.empty.extend("/".join(parts) for parts in sorted(folders - filled))


def _copied(member: Entry, stack: ExitStack) -> IO[bytes]:
    """Copy a zip file out of a zip file, into a temporary file."""
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    with member.opened() as file:
        shutil.copyfileobj(file, copy)  # at most as many bytes as its header says
    copy.seek(0)
    return copy


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; old programs write UTF-8 without saying so."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def clean(name: str) -> tuple[str, ...]:
    """Return the parts of a name, without those that point upwards or nowhere."""
    parts = composed(name).replace("\\", "/").split("/")
    return tuple(part for part in parts if part.strip() not in ("", ".", ".."))


def composed(name: str) -> str:
    """Return a name with its accents as most systems write them (NFC), and no broken signs."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def _is_hidden(parts: Sequence[str], found: Brought, folder: bool = False) -> bool:
    """Whether a file is hidden or one of those that systems leave in folders; count it."""
    part = next((each for each in parts if each[0] == "." or each.lower() in OF_THE_SYSTEM), "")
    if part and not folder:
        found.hidden[part] += 1
    return bool(part)
