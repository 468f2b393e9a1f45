"""Following a run's progress: each update reads only what is new since the last one."""

from __future__ import annotations

from digitapp.runs.listing import Listing
from digitapp.training.history import METRICS, Curve, Epoch, Moving, Point, trained


class Followed:
    """The epochs and curves read of one run so far.

    Args:
        run: its id.

    Attributes:
        history: the finished epochs, in order, after epoch 0 if the untrained network's scores are
            known.
        last: the newest point within an epoch; None before the first.
    """

    def __init__(self, store: Listing, run: int) -> None:
        self.run = run
        self._store = store
        self._batches = 0
        self._forget()

    @property
    def epochs(self) -> list[Epoch]:
        """The finished epochs, in order, counted from 1."""
        return trained(self.history)

    def look(self, batches: int) -> None:
        """Read what is new, or everything again if what was read last no longer exists.

        A resumed run has lost what came after its last whole epoch.

        Args:
            batches: per epoch; 0 before the run has begun.

        Raises:
            StoreProblem, Unreadable: as `Listing.epochs` and `Listing.points`.
        """
        if batches != self._batches or not (self._new_epochs() and self._new_points()):
            self._batches = batches
            self._forget()
            self._new_epochs()
            self._new_points()

    def within(self, metric: str) -> Curve:
        """Return the curve of loss or accuracy within the epochs."""
        return self._moving[metric].curve

    def _forget(self) -> None:
        self.history: list[Epoch] = []
        self.last: Point | None = None
        self._moving = {name: Moving(name, self._batches or 1) for name in METRICS[:2]}

    def _new_epochs(self) -> bool:
        """Read the epochs after the last one; return whether that one still exists."""
        last = self.history[-1:]
        found = self._store.epochs(self.run, last[0].number if last else 0)
        self.history += found[len(last) :]
        return found[: len(last)] == last

    def _new_points(self) -> bool:
        """Read the points after the last one; return whether that one still exists."""
        last = [self.last] if self.last else []
        since = (self.last.epoch, self.last.batch) if self.last else (0, 0)
        found = self._store.points(self.run, since)
        if found[: len(last)] != last:
            return False
        for moving in self._moving.values():
            moving.add(found[len(last) :])
        self.last = found[-1] if found else None
        return True
