"""Tests in real time, on machines that pause: a failure during a pause proves nothing."""

from __future__ import annotations

import functools
import os
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

TICK = 0.05  # seconds between two ticks
NOTABLE = 0.1  # seconds by which a tick is late if the machine paused
ATTEMPTS = 5


class Watch:
    """Notices, in a context, when this process or its disk pauses.

    Attributes:
        paused: whether either did.
    """

    def __init__(self) -> None:
        self.paused = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()

    def _tick(self) -> None:
        """Do what a heartbeat does again and again: wait a moment, and write to the disk."""
        over, last = False, time.monotonic()
        with tempfile.TemporaryFile(buffering=0) as file:
            while not over:
                over = self._over.wait(TICK)
                file.write(b".")
                os.fsync(file.fileno())
                now = time.monotonic()
                self.paused |= now - last > TICK + NOTABLE
                last = now


def unless_paused(between: Callable[..., object]) -> Callable[[Callable[..., None]], Any]:
    """Decorate a test, to repeat it if it fails and the machine paused meanwhile.

    If the machine did not pause, a failure counts at once; otherwise the last of five attempts.

    Args:
        between: called before each repetition, with the test's arguments.
    """

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def repeated(**given: Any) -> None:
            for attempt in range(1, ATTEMPTS + 1):
                watch = Watch()
                try:
                    with watch:
                        test(**given)
                    return
                except (Exception, pytest.fail.Exception):
                    if attempt == ATTEMPTS or not watch.paused:
                        raise
                between(**given)

        return repeated

    return decorated
