"""Why a damaged file cannot be read, in plain words instead of a library's."""

from __future__ import annotations

import re
import zipfile
import zlib

from digitapp.errors import cause

LONGEST = 120  # characters
ZIP = "the archive is damaged"
KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"not a zip file|differ|magic number|multi-disk|Overlapped|central dir",
        ZIP,
    ),
    (r"Bad CRC-32|CRC check failed|Incorrect length", "its content is not what was packed"),
    (r"compression method|compression type|zip file version", "it is packed in an unusual way"),
    (r"Invalid argument|negative seek", ZIP),
    (r"password|encrypted", "it is protected by a password"),
    (r"end-of-stream|EOF|reading array data|truncated", "it is cut short"),
    (r"allow_pickle|Object arrays", "it holds Python objects, which are never loaded"),
    (r"Expected (\d+) fields in line (\d+), saw (\d+)", r"line \2 has \3 cells in place of \1"),
    (r"Not a gzipped file|Unknown compression|[Rr]eserved", "its gzip header is damaged"),
)


def reason(error: BaseException) -> str:
    """Return why a file cannot be read, in a few words."""
    told = " ".join(str(cause(error) if isinstance(error, Exception) else error).split())
    for pattern, words in KNOWN:
        found = re.search(pattern, told)
        if found:
            return found.expand(words)
    if isinstance(error, zipfile.BadZipFile):
        return ZIP
    if isinstance(error, zlib.error):
        return "its packed content is damaged"
    if isinstance(error, EOFError) or not told:
        return "it is cut short"
    if isinstance(error, MemoryError):
        return "it needs too much memory"
    clean = "".join(sign if sign.isprintable() else "?" for sign in told)
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}..."
