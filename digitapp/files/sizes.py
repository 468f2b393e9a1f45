"""Format file sizes in megabytes, with enough decimals to tell a size from a limit."""

from __future__ import annotations

MEGABYTE = 2**20
MOST_DECIMALS = 6  # enough for a single byte


def megabytes(size: int, other: int) -> str:
    """Format `size` bytes as megabytes, with enough decimals to differ from `other` megabytes."""
    for decimals in range(MOST_DECIMALS):
        found = f"{size / MEGABYTE:,.{decimals}f}"
        if found != f"{other:,.{decimals}f}":
            return found
    return f"{size / MEGABYTE:,.{MOST_DECIMALS}f}"
