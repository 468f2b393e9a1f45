"""In a training process that stands by: loading TensorFlow while it waits for its run."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress

from digitapp import backend
from digitapp.errors import TensorFlowMissing
from digitapp.jobs.priority import step_back_far


class LoadingAhead:
    """Loads what every training needs, from now on, in a thread."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._load, daemon=True)
        self._thread.start()

    def run(self) -> int | None:
        """Wait for the id of the run on standard input; None when that ends without one."""
        line = sys.stdin.readline().strip()
        self._told.set()
        return int(line) if line.isdecimal() else None

    def finish(self) -> None:
        """Wait until everything is loaded.

        Raises:
            TensorFlowMissing: when it is not installed.
        """
        self._thread.join()
        backend.start()

    def _load(self) -> None:
        importing = threading.Thread(target=_import, daemon=True)
        importing.start()
        importing.join()
        with suppress(TensorFlowMissing):  # the run will tell
            backend.start()  # in this thread: TensorFlow's own threads get its priority
            from digitapp.jobs import recorder  # noqa: F401
            from digitapp.training.rehearsal import rehearse

            if not self._told.is_set():
                rehearse()


def _import() -> None:
    """Import at the lowest priority what takes longest, where a thread may have its own."""
    step_back_far()
    with suppress(TensorFlowMissing):
        backend.load()
