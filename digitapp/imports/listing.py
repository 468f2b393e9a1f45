"""List what somebody brings: files, and what is in folders, zip files and gzip files.

Nothing is unpacked onto the disk but zip files inside zip files, which are copied into a temporary
file. Names are never used as paths.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, cast

from digitapp.errors import BadFile
from digitapp.files.opening import path_kind
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.documents import document
from digitapp.imports.entries import (
    DAMAGE,
    MOST_ENTRIES,
    MOST_MEGABYTES,
    Brought,
    Entry,
    clean,
    composed,
    is_hidden,
    looks_like_a_picture,
    natural,
)
from digitapp.imports.reasons import reason
from digitapp.imports.tar_files import is_tar, list_tar
from digitapp.imports.zip_directory import directory_bytes

MOST_DIRECTORY = 48 * MEGABYTE  # of a zip file's list of what is in it
DEEPEST = 2  # a zip file in a zip file
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
EMPTY_ZIP = b"PK\x05\x06"
UTF8_FLAG, SECRET_FLAG = 0x800, 0x1  # of a zip file's member

Source = Path | IO[bytes]  # of a zip file


@contextmanager
def brought(
    paths: Sequence[Path], names: Sequence[str], most_megabytes: int = MOST_MEGABYTES
) -> Iterator[Brought]:
    """List all files of what somebody brings; they can be read inside the `with` block.

    Args:
        paths: of files and folders.
        names: what they are called, such as those of uploaded files, which lie elsewhere.
        most_megabytes: that they may take together, unpacked.

    Raises:
        BadFile: when something is missing, damaged or too large.
    """
    found = Brought(most_megabytes=most_megabytes)
    with ExitStack() as stack:
        for path, name in zip(paths, names, strict=True):
            try:
                _list_path(path, name, found, stack)
            except DAMAGE as error:
                raise BadFile(f"{name}: cannot be read ({reason(error)}).") from None
        found.entries.sort(key=lambda entry: natural(entry.name))
        if found.strange:
            count, first = len(found.strange), found.strange[0]
            more = f" and {count - 1:,} more" if count > 1 else ""
            found.told.append(f"Not used: {first}{more}: no file, or a link to none.")
        if found.hidden:
            count, kinds = found.hidden.total(), ", ".join(sorted(found.hidden)[:3])
            files = "a hidden file" if count == 1 else f"{count:,} hidden files, such as"
            found.told.append(f"Left out: {files} {kinds}.")
        if not found.entries:
            said = " ".join(["there are no files in it.", *found.told])
            raise BadFile(f"{' and '.join(names) or 'No file'}: {said}")
        yield found


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
    for folder, folders, files in os.walk(top, followlinks=True, onerror=_raise):
        here = Path(folder)
        mark = (here.stat().st_dev, here.stat().st_ino)
        folders[:] = sorted(each for each in folders if mark not in seen)
        parts = (top.resolve().name, *here.relative_to(top).parts)
        if not files and not folders and mark not in seen:
            found.empty.append("/".join(parts))
        for file in sorted(files) if mark not in seen else ():
            path, names = here / file, tuple(map(composed, (*parts, file)))
            if is_hidden(names[1:], found):
                continue
            if not path.is_file():
                found.strange.append("/".join(names))
                continue
            entry = Entry(names, path.stat().st_size, partial(_opened, path))
            _list_file(entry, partial(Path, path), found, stack)
        seen.add(mark)


def _raise(error: OSError) -> None:
    """Let a folder that cannot be listed be an error, which `os.walk` passes over."""
    raise error


def _list_file(
    entry: Entry, source: Callable[[], Source], found: Brought, stack: ExitStack, depth: int = 0
) -> None:
    """Add a file, or what is in it if it is a zip file.

    Args:
        source: returns what a zip file can be read from.
        depth: how many zip files it lies in.
    """
    start = b"" if looks_like_a_picture(entry) else entry.read(4)
    if start.startswith(GZIP):
        unpacked = _unpacked(entry)
        if is_tar(unpacked):
            list_tar(unpacked, found, stack)
        else:
            found.add(unpacked, entry.parts[0])
    elif not looks_like_a_picture(entry) and is_tar(entry):
        list_tar(entry, found, stack)
    elif start not in (ZIP, EMPTY_ZIP):
        found.add(entry, entry.parts[0])
    elif depth >= DEEPEST:
        found.told.append(f"Not used: {entry.name}, a zip file in a zip file in a zip file.")
    else:
        found.reserve(entry.size if depth else 0, entry.parts[0])
        _list_zip(entry, source(), found, stack, depth)


def _unpacked(entry: Entry) -> Entry:
    """Return a gzipped file as the file that is in it."""
    last = entry.parts[-1]
    name = last[: -len(".gz")] if last.lower().endswith(".gz") else last

    def opened() -> IO[bytes]:
        return cast(IO[bytes], _Gzip(entry.opened()))

    return replace(entry, parts=(*entry.parts[:-1], name), opened=opened, gzipped=True)


class _Gzip(gzip.GzipFile):
    """A gzip file that closes the file it is in."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(fileobj=file)
        self._packed = file

    def close(self) -> None:
        """Close both."""
        super().close()
        self._packed.close()


def _list_zip(entry: Entry, source: Source, found: Brought, stack: ExitStack, depth: int) -> None:
    """Add what is in a zip file."""
    if directory_bytes(source) > MOST_DIRECTORY:
        raise BadFile(f"{entry.name}: it has more than {MOST_ENTRIES:,} files; bring fewer.")
    archive = stack.enter_context(zipfile.ZipFile(source))
    if told := document(archive.namelist()):
        raise BadFile(f"{entry.name}: this is {told}.")
    own = entry.parts[-1]
    before = (*entry.parts[:-1], own.removesuffix(".zip").removesuffix(".npz"))
    folders: set[tuple[str, ...]] = set()
    filled: set[tuple[str, ...]] = set()
    for info in archive.infolist():
        inside = clean(_name(info))
        if not inside or is_hidden(inside, found, info.is_dir()):
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
