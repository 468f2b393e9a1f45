"""Digests of a table's rows, the same in each database: they show that a copy is complete."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 2**256  # a digest is a number below it


@dataclass
class Digest:
    """Number of rows, and the sum of their SHA-256 digests: it does not depend on their order.

    Databases sort text differently, so an order would not be the same in two of them.
    """

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take in rows of None, numbers, text and bytes."""
        for row in rows:
            digest = hashlib.sha256(b"".join(_encoded(value) for value in row)).digest()
            self.rows += 1
            self.total = (self.total + int.from_bytes(digest, "big")) % WIDTH

    @property
    def text(self) -> str:
        """The digest in hexadecimal digits."""
        return f"{self.total:064x}"


def plain_values(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row's values as SQLite keeps them: truth values are 0 and 1."""
    return tuple(int(value) if isinstance(value, bool) else value for value in row)


def _encoded(value: Any) -> bytes:
    """Return a value's kind, length and content; no two rows of values look the same."""
    if value is None:
        return b"n"
    if isinstance(value, int):
        kind, content = b"i", str(int(value)).encode()
    elif isinstance(value, float):
        kind, content = b"f", struct.pack(">d", value)
    elif isinstance(value, str):
        kind, content = b"t", value.encode("utf-8", "surrogatepass")
    else:
        kind, content = b"b", bytes(value)
    return kind + struct.pack(">Q", len(content)) + content
