"""A training process that stands by for the next run, with TensorFlow loaded.

Loading TensorFlow takes seconds, in which somebody who has pressed *Train* would see nothing.
So a server starts the process while a training is being set up. It loads at the lowest priority,
then waits for a run, takes it and trains it as any training process does. Until then it belongs to
the server: it ends with it, and is given back when nobody has set up a training for a while.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import suppress

from digitapp.errors import InvalidSetting
from digitapp.jobs.processes import Process

VARIABLE = "DIGITAPP_STANDBY"
ANSWERS = {"": True, "yes": True, "no": False}
PROGRAM = ("-m", "digitapp", "work", "--when-told")
KEPT_FOR = 900.0  # seconds
STARTED_EVERY = 60.0  # seconds: one that ends by itself would end again at once


def wanted() -> bool:
    """Return whether a process may stand by: `DIGITAPP_STANDBY`, yes unless told otherwise.

    Raises:
        InvalidSetting: when that variable is neither yes nor no.
    """
    text = os.environ.get(VARIABLE, "")
    if text not in ANSWERS:
        raise InvalidSetting(f"{VARIABLE} is {text!r}; it must be yes or no.")
    return ANSWERS[text]


class Standby:
    """At most one process that stands by for a run of a store.

    Args:
        url: of the store.
        kept_for: seconds after the last `warm_up` until the process is given back.
    """

    def __init__(self, url: str, kept_for: float = KEPT_FOR) -> None:
        self._url, self._kept_for = url, kept_for
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._not_before = 0.0
        self._timer: threading.Timer | None = None

    @property
    def process(self) -> Process | None:
        """The process that stands by, which may still be loading; None when there is none."""
        process = self._process
        return process if process and not process.over else None

    def warm_up(self) -> None:
        """Start the process unless it is there, and keep it for some time from now.

        A problem is left for the run: its own process meets the same one, and tells.
        """
        with self._lock:
            if not self.process and time.monotonic() >= self._not_before:
                self._drop()
                self._not_before = time.monotonic() + STARTED_EVERY
                with suppress(OSError):
                    self._process = Process(*PROGRAM, url=self._url, told=True)
            self._keep()

    def take(self, run: int) -> Process | None:
        """Let the process train a run; return it, no longer ours. None when there is none."""
        with self._lock:
            process = self.process
            if process is None or not process.tell(str(run)):
                return None
            self._process, self._not_before = None, 0.0
            return process

    def close(self) -> None:
        """End the process that stands by, if there is one."""
        with self._lock:
            self._drop()

    def _keep(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = threading.Timer(self._kept_for, self.close)
        self._timer.daemon = True
        self._timer.start()

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.end()


_by_url: dict[str, Standby] = {}


def of(url: str) -> Standby:
    """Return this process's standby for a store."""
    return _by_url.setdefault(url, Standby(url))


@atexit.register
def _close_all() -> None:
    for each in _by_url.values():
        each.close()
