"""Retrying while another program has the store locked, or its database server restarts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

from digitapp.errors import StoreAway, StoreBusy

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds, on top of the database's own waiting
AWAY = 120.0  # seconds to wait for a database server that is away, such as to restart it
Given = TypeVar("Given")


def retry_while_busy(attempt: Callable[[], Given], away: float | None = None) -> Given:
    """Return the result of an attempt, retried for as long as the store is busy.

    It is also retried while the database server is away, but not for longer than a while.

    Args:
        attempt: must change nothing when it fails, such as one method of a store or of a lease.
        away: seconds to wait for a server that is away; by default `AWAY`.

    Raises:
        StoreProblem: when the store fails for another reason; and whatever else the attempt raises.
    """
    pause, latest = FIRST_PAUSE, math.inf
    while True:
        try:
            return attempt()
        except StoreBusy:
            latest = math.inf
        except StoreAway:
            latest = min(latest, time.monotonic() + (AWAY if away is None else away))
            if time.monotonic() > latest:
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
