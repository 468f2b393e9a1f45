"""Messages between two processes over a pipe: bytes, each preceded by their number."""

from __future__ import annotations

import struct
from typing import IO

_LENGTH = struct.Struct("<Q")


def write(pipe: IO[bytes], message: bytes) -> None:
    """Send a message.

    Raises:
        OSError: when the other process has ended.
    """
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes:
    """Wait for a message.

    Raises:
        EOFError: when the other process has ended, also in the middle of a message.
    """
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    found = pipe.read(count)
    if len(found) < count:
        raise EOFError
    return found
