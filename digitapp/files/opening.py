"""Files that people name, of which not all are files: pipes that say nothing, endless devices."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

from digitapp.errors import BadFile

SILENCE = 30.0  # seconds in which nothing arrives from a pipe
PIECE = 2**16

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def kind(path: Path) -> str:
    """What a path is if it is no file, such as `a folder`; empty for a file.

    Raises:
        OSError: when there is nothing there, or it cannot be looked at.
        ValueError: when no path can be like that.
    """
    mode = path.stat().st_mode
    return next((name for fits, name in _KINDS if fits(mode)), "")


def check(path: Path, wanted: str) -> None:
    """Refuse what is no file; what is not there is left to whoever reads it.

    Args:
        wanted: what it must be, such as `an .npz file`.

    Raises:
        BadFile: saying what it is.
    """
    try:
        found = kind(path)
    except (OSError, ValueError):
        return
    if found:
        raise BadFile(f"{path}: this is {found}; it must be {wanted}.")


def read(path: Path, most: int) -> bytes:
    """The bytes of a file or of a pipe; one more than `most` at most, to tell that there are more.

    Raises:
        OSError, ValueError: when it cannot be read.
        BadFile: when nothing arrives from a pipe.
    """
    if kind(path) == "a pipe":
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
            piece = os.read(line, min(PIECE, most - len(found)))
            if not piece:
                break
            found += piece
    finally:
        os.close(line)
    return bytes(found)
