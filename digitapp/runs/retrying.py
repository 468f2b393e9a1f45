"""Retrying while another program has the store locked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from digitapp.errors import StoreBusy

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds, on top of the database's own waiting
Given = TypeVar("Given")


def retry_while_busy(attempt: Callable[[], Given]) -> Given:
    """Return the result of an attempt, retried for as long as the store is busy.

    Args:
        attempt: must change nothing when it fails, such as one method of a store or of a lease.

    Raises:
        StoreProblem: when the store fails for another reason; and whatever else the attempt raises.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return attempt()
        except StoreBusy:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
