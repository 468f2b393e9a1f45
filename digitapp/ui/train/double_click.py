"""A second click on a button that starts a training starts nothing.

The browser sends it before it has got the page that the first click led to. It asks for the same
once more, while what the first one started is still active; whatever differs is another press.
The page may also be run anew, for another press, before the first has led on: that starts nothing
either.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress

from digitapp.errors import UnknownName, Unreadable
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import LED_ON, STARTED, LastStart

DOUBLE_CLICK = 2.0  # seconds


def started_once(asked: Hashable, start: Callable[[], Sequence[int]]) -> tuple[int, ...]:
    """Start runs, unless a click shortly before has done so; return their ids.

    Args:
        asked: what the click asks for.
        start: creates the runs, and returns their ids; uses no value of the session after that.

    Raises:
        StoreProblem: when the store fails; and whatever `start` raises.
    """
    last, shown = STARTED.get() or LastStart(), LED_ON.get()
    STARTED.set(last)
    soon = time.monotonic() - last.since < DOUBLE_CLICK
    if shown == last.shown or (soon and asked == last.asked and any(map(_active, last.runs))):
        return last.runs
    last.runs = tuple(start())
    last.asked, last.since, last.shown = asked, time.monotonic(), shown
    return last.runs


def _active(run: int) -> bool:
    with suppress(UnknownName, Unreadable):
        return store().get(run).active
    return False
