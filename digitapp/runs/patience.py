"""Keeping on trying while another program holds the store: it costs time, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from digitapp.errors import StoreBusy

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds, beside those that the database itself waits
Given = TypeVar("Given")


def patiently(attempt: Callable[[], Given]) -> Given:
    """What an attempt gives, made again and again for as long as the store is busy.

    Args:
        attempt: changes nothing when it fails, such as one method of a store or of a lease.

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
