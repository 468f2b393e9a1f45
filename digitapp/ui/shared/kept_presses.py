"""Presses of buttons that are not lost when another one comes before the page has reached them.

Streamlit then runs the page anew for the later press, and forgets the earlier one, unless that is
noted in a callback: those of all presses are carried out first. A press counts for the page on
which its button was shown: a second click that comes when the first has led elsewhere is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from digitapp.ui.shared.session import LED_ON, PRESSED

KEPT_FOR = 10.0  # seconds; later, nobody waits for it any more


def noted(button: str) -> Callable[[], None]:
    """Return the callback of a button, which notes that it was pressed.

    Args:
        button: its key.
    """
    shown = LED_ON.get()
    return lambda: PRESSED[button].set((shown, time.monotonic()))


def pressed(button: str) -> bool:
    """Return, once after each press, whether a button was pressed whose callback is `noted`."""
    shown, since = PRESSED[button].pop()
    return shown == LED_ON.get() and time.monotonic() - since < KEPT_FOR


def led_on() -> None:
    """Let no press count any more that was made, or will be, on what was shown until now."""
    LED_ON.set(LED_ON.get() + 1)
