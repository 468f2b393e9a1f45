"""Sizes of files in words that never contradict themselves."""

from __future__ import annotations

MEGABYTE = 2**20
MOST_DECIMALS = 6  # enough for a single byte


def megabytes(size: int, other: int) -> str:
    """A number of bytes in megabytes, told apart from another number of megabytes."""
    for decimals in range(MOST_DECIMALS):
        found = f"{size / MEGABYTE:,.{decimals}f}"
        if found != f"{other:,.{decimals}f}":
            return found
    return f"{size / MEGABYTE:,.{MOST_DECIMALS}f}"
