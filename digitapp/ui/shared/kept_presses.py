"""Presses of buttons that are not lost when another one comes before the page has reached them.

Streamlit then runs the page anew for the later press, and forgets the earlier one, unless that is
noted in a callback: those of all presses are carried out first.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from digitapp.ui.shared.session import PRESSED

KEPT_FOR = 10.0  # seconds; later, nobody waits for it any more


def noted(button: str) -> Callable[[], None]:
    """Return the callback of a button, which notes that it was pressed.

    Args:
        button: its key.
    """
    return lambda: PRESSED[button].set(time.monotonic())


def pressed(button: str) -> bool:
    """Return, once after each press, whether a button was pressed whose callback is `noted`."""
    return time.monotonic() - PRESSED[button].pop() < KEPT_FOR
