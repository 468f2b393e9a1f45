"""Read JSON files that users name, gzipped or not."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from pathlib import Path
from typing import Any

from digitapp.errors import BadFile, cause
from digitapp.files import opening

GZIP_MAGIC = b"\x1f\x8b"
MAX_UNPACKED = 2**28  # bytes


def read(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises:
        BadFile: when it is missing, cannot be read, or is not JSON.
    """
    opening.check(path, "a JSON file")
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None
    return parsed(content, str(path))


def parsed(content: bytes, name: str) -> Any:
    """Return JSON from the bytes of a file.

    Args:
        name: of the file, for messages.

    Raises:
        BadFile: when it cannot be unpacked, is too large or not JSON.
    """
    try:
        return json.loads(_unpacked(content, name).decode("utf-8"))
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(f"{name}: cannot be unpacked ({error}).") from None
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{name}: not JSON ({error}).") from None


def _unpacked(content: bytes, name: str) -> bytes:
    if not content.startswith(GZIP_MAGIC):
        return content
    with gzip.open(io.BytesIO(content)) as file:
        found = file.read(MAX_UNPACKED + 1)
    if len(found) > MAX_UNPACKED:
        raise BadFile(f"{name}: larger than {MAX_UNPACKED >> 20} MB when unpacked.")
    return found
