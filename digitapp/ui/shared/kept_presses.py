"""Presses of buttons that are not lost when another one comes before the page has reached them.

Streamlit then runs the page anew for the later press, and forgets the earlier one, unless that is
noted in a callback: those of all presses are carried out first. A press counts for what was shown
when it was made: a second click that comes when the first has led elsewhere is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digitapp.ui.shared.session import LED_ON, PRESSED


def noted(button: str) -> Callable[[], None]:
    """Return the callback of a button, which notes that it was pressed.

    Args:
        button: its key.
    """
    shown = LED_ON.get()
    return lambda: PRESSED.set({**PRESSED.get(), button: shown})


def pressed(button: str) -> bool:
    """Return whether a button was pressed whose callback is `noted`.

    It is so until the page has been shown to its end, or the press has led on: before that, the
    page may be run anew at any time, even between this answer and what it leads to.
    """
    return PRESSED.get().get(button) == LED_ON.get()


@contextmanager
def presses_answered() -> Iterator[None]:
    """Show a page: at its end, what was pressed is forgotten, also when an error came first.

    A page that is run anew before its end keeps its presses.
    """
    yield
    PRESSED.pop()


def led_on() -> None:
    """Let no press count any more that was made, or will be, on what was shown until now."""
    LED_ON.set(LED_ON.get() + 1)
