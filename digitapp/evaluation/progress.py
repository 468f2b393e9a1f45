"""Lines in which long measurements say how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[str], None]  # is given one line at a time


def silent(line: str) -> None:
    """Say nothing."""


def counted(found: Iterable[T], every: int, told: Callable[[int], None]) -> Iterator[T]:
    """Yield what is found, and say how much it was after every so many."""
    for number, each in enumerate(found, 1):
        yield each
        if number % every == 0:
            told(number)
