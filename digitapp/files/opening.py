"""Open paths given by users safely, even if they are folders, silent pipes or endless devices."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

from digitapp.errors import BadFile

SILENCE = 30.0  # seconds to wait for data from a pipe
CHUNK = 2**16

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def path_kind(path: Path) -> str:
    """Return what a path is if not a regular file, such as `a folder`; empty for a file.

    Raises:
        OSError: when it does not exist or cannot be accessed.
        ValueError: when it is not a valid path.
    """
    mode = path.stat().st_mode
    return next((name for fits, name in _KINDS if fits(mode)), "")


def check(path: Path, wanted: str) -> None:
    """Reject a path that is not a regular file; a missing one is left to the code that reads it.

    Args:
        wanted: what it must be, such as `an .npz file`.

    Raises:
        BadFile: when it is a folder, a pipe, a device or a socket.
    """
    try:
        found = path_kind(path)
    except (OSError, ValueError):
        return
    if found:
        raise BadFile(f"{path}: this is {found}; it must be {wanted}.")


def read_at_most(path: Path, most: int) -> bytes:
    """Read at most `most` + 1 bytes of a file or pipe; the extra byte shows that there are more.

    Raises:
        OSError, ValueError: when it cannot be read.
        BadFile: when nothing arrives from a pipe for 30 seconds.
    """
    if path_kind(path) == "a pipe":
        return _from_pipe(path, most + 1)
    with path.open("rb") as file:
        return file.read(most + 1)


def _from_pipe(path: Path, most: int) -> bytes:
    line = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    found = bytearray()
    try:
        while len(found) < most:
            if not select.select([line], [], [], SILENCE)[0]:
                raise BadFile(f"Nothing has arrived from this pipe for {SILENCE:.0f} seconds.")
            piece = os.read(line, min(CHUNK, most - len(found)))
            if not piece:
                break
            found += piece
    finally:
        os.close(line)
    return bytes(found)
