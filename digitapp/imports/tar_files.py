"""List what is in tar files, gzipped or not."""

from __future__ import annotations

import tarfile
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import IO, cast

from digitapp.errors import BadFile
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import (
    MOST_ENTRIES,
    MOST_MEGABYTES,
    Brought,
    Entry,
    clean,
    is_hidden,
)

MAGIC, PLACE = b"ustar", 257
BLOCK = tarfile.BLOCKSIZE
LONGEST_NOTE = MEGABYTE  # of what stands beside a file, such as a long name
NOTES = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
AT_ONCE = 2**20  # bytes


def is_tar(entry: Entry) -> bool:
    """Whether a file begins like a tar file.

    Raises:
        BadFile: when it cannot be read.
    """
    return entry.read(PLACE + len(MAGIC))[PLACE:] == MAGIC


def list_tar(entry: Entry, found: Brought, stack: ExitStack) -> None:
    """Add the files in a tar file, which is unpacked into a temporary file.

    Raises:
        BadFile: when there is too much in it.
        tarfile.TarError, OSError: when it is damaged.
    """
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    with entry.opened() as file:
        _copy(file, copy, entry.name)
    _check_headers(copy, entry.name)
    copy.seek(0)
    archive = stack.enter_context(tarfile.open(fileobj=copy, mode="r:"))  # noqa: SIM115
    before = (*entry.parts[:-1], entry.parts[-1].removesuffix(".tar").removesuffix(".tgz"))
    for info in archive:
        inside = clean(info.name)
        if not inside or info.isdir() or is_hidden(inside, found):
            continue
        parts = (*before, *inside)
        if not info.isfile() or info.issparse():
            found.strange.append("/".join(parts))
            continue
        opened = cast("partial[IO[bytes]]", partial(archive.extractfile, info))
        member = replace(entry, parts=parts, size=info.size, opened=opened, gzipped=False)
        found.add(member, before[0])


def _copy(file: IO[bytes], copy: IO[bytes], name: str) -> None:
    """Copy a file, within the limit."""
    size = 0
    while piece := file.read(AT_ONCE):
        size += len(piece)
        if size > MOST_MEGABYTES * MEGABYTE:
            raise BadFile(f"{name}: it takes more than {MOST_MEGABYTES:,} MB, unpacked.")
        copy.write(piece)


def _check_headers(file: IO[bytes], name: str) -> None:
    """Refuse what `tarfile` would take into memory whole, and what it would silently stop at.

    Raises:
        BadFile: when there are too many files in it, or a note beside one is too long.
        tarfile.TarError: when it is damaged.
    """
    place = count = 0
    while True:
        file.seek(place)
        head = file.read(BLOCK)
        if not head.strip(b"\0"):
            return
        info = tarfile.TarInfo.frombuf(head, "utf-8", "replace")
        count += 1
        if count > 3 * MOST_ENTRIES:  # with a note and a folder for each
            raise BadFile(f"{name}: it has more than {MOST_ENTRIES:,} files; bring fewer.")
        if info.type in NOTES and info.size > LONGEST_NOTE:
            raise BadFile(f"{name}: it is damaged, or made to do harm.")
        has_content = info.isreg() or info.type not in tarfile.SUPPORTED_TYPES
        blocks = -(-info.size // BLOCK) if has_content or info.type in NOTES else 0
        place += BLOCK * (1 + blocks)
