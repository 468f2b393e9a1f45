"""How far the reading of a file is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]  # the share that is done, 0 to 1, and in words


def unseen(share: float, words: str) -> None:
    """Tell nobody."""
