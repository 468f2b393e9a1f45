"""The heartbeat of a training process, which also hears what the run is asked to do."""

from __future__ import annotations

import threading

from digitapp.errors import StoreProblem, Superseded
from digitapp.runs import Lease, Orders
from digitapp.runs.patience import patiently

BEATS_EVERY = 0.5  # seconds
HURRIES = 0.05  # seconds, after a beat that did not come through


class Heart:
    """Beats in a thread, so that a long step does not look like death.

    Args:
        lease: of the run, taken already.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._orders = patiently(lease.beat)
        self._superseded: Superseded | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def orders(self) -> Orders:
        """What the run was asked to do at the last beat.

        Raises:
            Superseded: when the run is not this process's any more.
        """
        if self._superseded:
            raise self._superseded
        return self._orders

    def stop(self) -> None:
        """Beat no more."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = BEATS_EVERY
        while not self._over.wait(pause):
            try:
                self._orders, pause = self._lease.beat(), BEATS_EVERY
            except StoreProblem:
                pause = HURRIES  # busy or full: the next beat may come through
            except Superseded as error:
                self._superseded = error
                return
