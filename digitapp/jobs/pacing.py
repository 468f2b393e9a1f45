"""The pace of a training: pauses, slow motion, and batches and epochs asked for one by one.

What the network learns does not depend on it: only how long the training waits, and before which
batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digitapp.jobs.heartbeat import Heartbeat
from digitapp.runs import Lease, Orders
from digitapp.runs.records import ONE_EPOCH, PAUSE, RUNNING, STOP
from digitapp.runs.retrying import retry_while_busy
from digitapp.runs.stored_arrays import pack_pauses

LOOKS_EVERY = 0.1  # seconds between looks at the orders, while it waits


class Pacing:
    """Lets a training take its batches when they are wanted.

    Args:
        heartbeat: receives the orders to the run.
        interrupted: whether the process itself was asked to stop.
        turn: takes the run's turn after a pause if it has come, and returns whether it has.

    Attributes:
        waited: seconds that were no training time so far, over all epochs.
        slow: whether the batches that it let through last are shown one by one.
        alone: whether they were a batch that was asked for in a pause.
    """

    def __init__(
        self,
        lease: Lease,
        heartbeat: Heartbeat,
        interrupted: Callable[[], bool],
        turn: Callable[[], bool],
    ) -> None:
        self._lease, self._heartbeat = lease, heartbeat
        self._interrupted, self._turn = interrupted, turn
        self.waited, self.slow, self.alone = 0.0, False, False
        self._freely = False  # whether the last batches were not asked for one by one
        self._began = self._looked = -float("inf")  # when the last batch began; when it last looked
        self._pauses: tuple[int, list[float]] = 0, []  # an epoch, and when its pauses began

    def may_take(self, most: int, epoch: int, share: float) -> int:
        """Wait until batches are wanted; return how many, up to `most`, or 0 to stop.

        Args:
            epoch: the running one, counted from 1.
            share: of the epoch that is done, from 0 to 1.
        """
        orders = self._heartbeat.orders()
        while not self.stops(orders):
            if self._must_pause(orders, epoch):
                orders = self._pause(epoch, share)
            elif (left := self._left(orders)) > 0:
                orders = self._wait(left)
            else:
                self._began = time.monotonic()
                self.alone = orders.request == PAUSE
                self._freely = not self.alone and orders.request != ONE_EPOCH
                self.slow = self.alone or orders.pace is not None
                return 1 if self.slow else most
        return 0

    def stepped(self) -> None:
        """Hear that the batches that were let through are trained, and recorded."""
        if self.alone:
            retry_while_busy(self._lease.stepped)
            self._heartbeat.look()

    def stops(self, orders: Orders) -> bool:
        """Whether the training is to stop."""
        return orders.request == STOP or self._interrupted()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Do something that is no training time."""
        began = time.monotonic()
        yield
        self.waited += time.monotonic() - began

    def _must_pause(self, orders: Orders, epoch: int) -> bool:
        if orders.request == ONE_EPOCH:
            return epoch > orders.pause_after
        return orders.request == PAUSE and not orders.steps

    def _pause(self, epoch: int, share: float) -> Orders:
        """Wait until the run is asked to stop, or to go on and its turn comes.

        Other runs may train meanwhile. Only pauses of a training that went on by itself are
        recorded, not those between batches or epochs that were asked for.
        """
        packed = self._marked(epoch, share) if self._freely else None
        retry_while_busy(lambda: self._lease.pause(epoch, packed))
        self._freely = False
        with self.aside():
            while not self.stops(orders := self._heartbeat.look()):
                if (orders.request != PAUSE or orders.steps) and self._turn():
                    break
                time.sleep(LOOKS_EVERY)
            else:  # stopping: storing the network needs no turn
                retry_while_busy(lambda: self._lease.show(RUNNING))
        return orders

    def _marked(self, epoch: int, share: float) -> bytes:
        began = self._pauses[1] if self._pauses[0] == epoch else []
        self._pauses = epoch, [*began, epoch - 1 + share]
        return pack_pauses(self._pauses[1])

    def _left(self, orders: Orders) -> float:
        """Return the seconds until the next batch is due; a single one is due at once."""
        if orders.pace is None or orders.request == PAUSE:
            return 0.0
        return self._began + 1 / orders.pace - time.monotonic()

    def _wait(self, left: float) -> Orders:
        with self.aside():
            time.sleep(min(left, LOOKS_EVERY))
        if time.monotonic() - self._looked < LOOKS_EVERY:
            return self._heartbeat.orders()
        self._looked = time.monotonic()
        return self._heartbeat.look()
