"""How large a zip file's list of its files is, told before anything reads it."""

from __future__ import annotations

import os
import struct
from contextlib import nullcontext
from pathlib import Path
from typing import IO

END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
LOCATOR, LOCATOR_SIZE = b"PK\x06\x07", 20  # before the end: where the end of a large file is
LARGE_END = b"PK\x06\x06"
IN_LARGE_END = 0xFFFFFFFF


def directory_bytes(file: Path | IO[bytes]) -> int:
    """Return the size of the list, in bytes, as the file tells it; 0 when it tells none.

    `zipfile` reads exactly so many bytes, and keeps an object for every 46 of them or more.
    """
    with file.open("rb") if isinstance(file, Path) else nullcontext(file) as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - END_SIZE - LONGEST_COMMENT - LOCATOR_SIZE))
        tail = opened.read()
        place = tail.rfind(END)
        if place < 0 or len(tail) - place < END_SIZE:
            return 0
        told: int = struct.unpack_from("<I", tail, place + 12)[0]
        large = place - LOCATOR_SIZE
        if large >= 0 and tail[large : large + 4] == LOCATOR:
            opened.seek(min(size, struct.unpack_from("<Q", tail, large + 8)[0]))
            end = opened.read(56)
            if end[:4] == LARGE_END and len(end) == 56:
                told = max(
                    told if told != IN_LARGE_END else 0, struct.unpack_from("<Q", end, 40)[0]
                )
        opened.seek(0)
    return told
