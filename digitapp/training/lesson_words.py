"""Numbers as the sentences about a run write them."""

from __future__ import annotations

from digitapp.text.losses import in_figures
from digitapp.text.percent import counted_percent

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)


def one_in(classes: int) -> str:
    """Return the chance of guessing one of so many classes, such as `one in ten`."""
    return f"one in {number(classes)}"


def number(count: int) -> str:
    """Return a small number as a word, and a large one in figures."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count}"


def percent(share: float) -> str:
    """Return a share from 0 to 1, such as `97.1 %` or `99.62 %`."""
    return counted_percent(share, None)


def loss_in_words(value: float) -> str:
    """Return a loss, such as `0.31` or `1.2 million`."""
    return f"{value:.2f}" if value < 100 else in_figures(value)
