"""A run that somebody watches: each look reads only what is new since the last."""

from __future__ import annotations

from digitapp.runs.listing import Listing
from digitapp.training.history import METRICS, Curve, Epoch, Moving, Point


class Followed:
    """What has been read of one run so far.

    Args:
        run: its id.

    Attributes:
        epochs: the finished ones, in order.
        last: the newest point within an epoch; None before there is one.
    """

    def __init__(self, store: Listing, run: int) -> None:
        self.run = run
        self._store = store
        self._batches = 0
        self._forget()

    def look(self, batches: int) -> None:
        """Read what is new; all of it, if what was read last is not there any more.

        A run that was resumed has lost what came after its last whole epoch.

        Args:
            batches: an epoch; they are known once the run has begun.

        Raises:
            StoreProblem, Unreadable: as the store.
        """
        if batches != self._batches or not (self._new_epochs() and self._new_points()):
            self._batches = batches
            self._forget()
            self._new_epochs()
            self._new_points()

    def within(self, metric: str) -> Curve:
        """How loss or accuracy moved within the epochs."""
        return self._moving[metric].curve

    def _forget(self) -> None:
        self.epochs: list[Epoch] = []
        self.last: Point | None = None
        self._moving = {name: Moving(name, self._batches or 1) for name in METRICS[:2]}

    def _new_epochs(self) -> bool:
        """Whether the last epoch is still there; if so, those after it are read, too."""
        last = self.epochs[-1:]
        found = self._store.epochs(self.run, last[0].number if last else 0)
        self.epochs += found[len(last) :]
        return found[: len(last)] == last

    def _new_points(self) -> bool:
        """Whether the last point is still there; if so, those after it are read, too."""
        last = [self.last] if self.last else []
        since = (self.last.epoch, self.last.batch) if self.last else (0, 0)
        found = self._store.points(self.run, since)
        if found[: len(last)] != last:
            return False
        for moving in self._moving.values():
            moving.add(found[len(last) :])
        self.last = found[-1] if found else None
        return True
