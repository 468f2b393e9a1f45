"""Following a run's progress: each update reads only what is new since the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.runs import news
from digitapp.runs.listing import Listing
from digitapp.runs.records import NEW_RATES, PAUSES, RESUMED
from digitapp.runs.stored_arrays import unpack_new_rates, unpack_pauses
from digitapp.training.history import METRICS, Curve, Epoch, Moving, Point, trained
from digitapp.training.moments import NewRate


class Marks(NamedTuple):
    """What happened to a run at some places of its curves.

    Attributes:
        pauses: when they began, in epochs and in order.
        resumed: the epochs after which it was resumed, in order.
        new_rates: the learning rates set by hand, in order.
    """

    pauses: Sequence[float]
    resumed: Sequence[int]
    new_rates: Sequence[NewRate]


class Followed:
    """What was read of one run so far.

    Args:
        run: its id.

    Attributes:
        history: the finished epochs, in order, after epoch 0 if the untrained network's scores are
            known.
        last: the newest point within an epoch; None before the first.
        marks: what happened to it, without what is damaged.
    """

    def __init__(self, store: Listing, run: int) -> None:
        self.run = run
        self._store = store
        self._batches = 0
        self._kept: dict[str, list[int]] = {}
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
            StoreProblem, Unreadable: as `news.read`.
        """
        if batches != self._batches or not self._read():
            self._batches = batches
            self._forget()
            self._read()

    def within(self, metric: str) -> Curve:
        """Return the curve of loss or accuracy within the epochs."""
        return self._moving[metric].curve

    def kept(self, kind: str) -> list[int]:
        """Return the epochs after which arrays of a kind were stored at the last look, in order.

        As `Listing.blob_epochs`, without asking the store.
        """
        return self._kept.get(kind, [])

    def _forget(self) -> None:
        self.history: list[Epoch] = []
        self.last: Point | None = None
        self.marks = Marks([], [], [])
        self._marks: dict[tuple[str, int], bytes] = {}
        self._moving = {name: Moving(name, self._batches or 1) for name in METRICS[:2]}

    def _read(self) -> bool:
        """Read from the last epoch and the last point on; return whether both still exist."""
        epochs, points = self.history[-1:], [self.last] if self.last else []
        since = epochs[0].number if epochs else 0
        place = (self.last.epoch, self.last.batch) if self.last else (0, 0)
        found = news.read(self._store, self.run, since, place)
        if found.epochs[: len(epochs)] != epochs or found.points[: len(points)] != points:
            return False
        self.history += found.epochs[len(epochs) :]
        for moving in self._moving.values():
            moving.add(found.points[len(points) :])
        self.last = found.points[-1] if found.points else None
        self._kept = found.kept
        self._mark(since, found.marks)
        return True

    def _mark(self, since: int, new: dict[tuple[str, int], bytes]) -> None:
        """Take the marks from an epoch on: those before it change only when it is lost."""
        before = {place: data for place, data in self._marks.items() if place[1] < since}
        if (found := before | new) != self._marks:
            self._marks = found
            self.marks = Marks(
                unpack_pauses(self._marks_of(PAUSES).values()),
                [*self._marks_of(RESUMED)],
                unpack_new_rates(self._marks_of(NEW_RATES).values()),
            )

    def _marks_of(self, kind: str) -> dict[int, bytes]:
        """Return the data of a kind of marks, by epoch and in order."""
        return {
            epoch: self._marks[each, epoch] for each, epoch in sorted(self._marks) if each == kind
        }
