"""Read untrusted text in bounded memory: no endless line, and no endless file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from digitapp.imports.entries import Entry

LONGEST_ROW = 1_000_000  # bytes: an image of 128 x 128 pixels, with many decimals
MOST_BYTES = 2**32  # of a file, unpacked
AT_ONCE = 2**18  # bytes


class Guarded(io.RawIOBase):
    """A stream without quotation marks, which refuses long lines and long files.

    (A quotation mark that is never closed would make one cell of all that follows.)
    """

    def __init__(self, file: IO[bytes], entry: Entry) -> None:
        self._file, self._entry = file, entry
        self._line = self._read = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes, as `io.RawIOBase` does."""
        found = b""
        while not found:
            raw = self._file.read(min(len(buffer), AT_ONCE))
            if not raw:
                return 0
            self._check(raw)
            found = raw.replace(b'"', b"")
        buffer[: len(found)] = found
        return len(found)

    def _check(self, raw: bytes) -> None:
        self._read += len(raw)
        last = raw.rfind(b"\n")
        self._line = len(raw) - last - 1 if last >= 0 else self._line + len(raw)
        if b"\0" in raw:
            raise ValueError("it holds zero bytes")
        if self._line > LONGEST_ROW:
            raise ValueError(f"one of its rows has more than {LONGEST_ROW:,} characters")
        if self._read > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES / 2**30:.0f} GB, unpacked")

    @property
    def share(self) -> float:
        """How much has been read, 0 to 1: of a gzipped file, of its packed bytes."""
        place = self._read
        if self._entry.gzipped:
            packed = getattr(self._file, "fileobj", None)
            place = packed.tell() if packed else 0
        return min(1.0, place / max(1, self._entry.size))


class GuardedText(io.TextIOWrapper):
    """The text of a guarded stream: UTF-8, with or without a mark at its start."""

    def __init__(self, guard: Guarded) -> None:
        super().__init__(io.BufferedReader(guard, AT_ONCE), encoding="utf-8-sig", newline="")
        self._guard = guard

    @property
    def share(self) -> float:
        """How much has been read, 0 to 1."""
        return self._guard.share


@contextmanager
def guarded(entry: Entry) -> Iterator[GuardedText]:
    """Open a file as text."""
    with entry.opened() as file, GuardedText(Guarded(file, entry)) as text:
        yield text
