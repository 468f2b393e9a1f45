"""Heartbeat of a training process, and the orders that it receives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from digitapp.errors import StoreProblem, Superseded
from digitapp.runs import Lease, Orders
from digitapp.runs.retrying import retry_while_busy

BEATS_EVERY = 0.5  # seconds
HURRIES = 0.05  # seconds, after a failed beat


class Heartbeat:
    """Writes heartbeats in a thread, so that a process in a long step does not look dead.

    Args:
        lease: of the run, taken already.
        beside: called after each heartbeat, in its thread.
    """

    def __init__(self, lease: Lease, beside: Callable[[], None] = lambda: None) -> None:
        self._lease, self._beside = lease, beside
        self._orders = retry_while_busy(lease.beat)
        self._superseded: Superseded | None = None
        self._over = threading.Event()
        self._one_at_a_time = threading.Lock()  # so that older orders never replace newer ones
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def orders(self) -> Orders:
        """Return the orders received with the last heartbeat.

        Raises:
            Superseded: when this process has lost its lease on the run.
        """
        if self._superseded:
            raise self._superseded
        return self._orders

    def look(self) -> Orders:
        """Read and return the orders as they are now, or the last ones while the store fails.

        Raises:
            Superseded: as `orders`.
        """
        with self._one_at_a_time, suppress(StoreProblem):
            self._orders = self._lease.look()
        return self.orders()

    def stop(self) -> None:
        """Stop the heartbeat."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = BEATS_EVERY
        while not self._over.wait(pause):
            try:
                with self._one_at_a_time:
                    self._orders, pause = self._lease.beat(), BEATS_EVERY
                self._beside()
            except StoreProblem:
                pause = HURRIES  # the store is busy or the disk full: retry soon
            except Superseded as error:
                self._superseded = error
                return
