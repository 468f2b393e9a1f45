"""A second click on a button that starts a training starts nothing.

The browser sends it before it has got the page that the first click led to. It asks for the same
once more, while what the first one started is still active; whatever differs is another press.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress

from digitapp.errors import UnknownName, Unreadable
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import STARTED

DOUBLE_CLICK = 2.0  # seconds


def started_once(asked: Hashable, start: Callable[[], Sequence[int]]) -> tuple[int, ...]:
    """Start runs, unless a click shortly before has done so; return their ids.

    Args:
        asked: what the click asks for.
        start: creates the runs, and returns their ids.

    Raises:
        StoreProblem: when the store fails; and whatever `start` raises.
    """
    before, runs, since = STARTED.get()
    if asked == before and time.monotonic() - since < DOUBLE_CLICK and any(map(_active, runs)):
        return runs
    found = tuple(start())
    STARTED.set((asked, found, time.monotonic()))
    return found


def _active(run: int) -> bool:
    with suppress(UnknownName, Unreadable):
        return store().get(run).active
    return False
