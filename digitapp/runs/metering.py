"""The training time of runs, counted while they train, and what happens when it is used up."""

from __future__ import annotations

import time
from collections.abc import Callable

import sqlalchemy as sa

from digitapp.runs import access, limits, usage
from digitapp.runs.fair_order import COMPUTING, MINUTE
from digitapp.runs.records import RUNNING, STOP
from digitapp.runs.tables import epochs, runs

COUNTED_EVERY = 5.0  # seconds
LONGEST_GAP = 30.0  # seconds; after a longer one, the computer was asleep
RUN_MINUTES = "run_minutes"


class Meter:
    """Counts the seconds in which a run has a place among those that train, in its own process.

    Those of the house are not counted. When its person's time of the hour is used up, or the run
    has trained for as long as one may, it is asked to stop, and told why.

    Args:
        clock: in seconds.
    """

    def __init__(self, run: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock
        self._looked, self._counted = clock(), 0.0
        self._trained: float | None = None  # seconds, in all its processes

    def read(self, connection: sa.Connection, person: str, status: str) -> None:
        """Count what has passed since the last call, every few seconds.

        Args:
            connection: in a transaction of the run's process.
            person: whose run it is.
            status: of the run, since about the last call.
        """
        passed, self._looked = self._clock() - self._looked, self._clock()
        if not person:
            return
        if status == RUNNING:
            self._counted += min(passed, LONGEST_GAP)
        if self._counted >= COUNTED_EVERY:
            counted, self._counted = self._counted, 0.0
            usage.add(connection, person, COMPUTING, counted)
            self._trained = self._before(connection) + counted
            if told := self._used_up() or usage.out_of_time(connection, person):
                ask_to_stop(connection, [self._run], told)

    def _before(self, connection: sa.Connection) -> float:
        """Return the seconds counted so far, and at first those of the run's earlier processes."""
        if self._trained is None:
            total = sa.select(sa.func.coalesce(sa.func.sum(epochs.c.seconds), 0.0))
            mine = access.of_house(total.where(epochs.c.run == self._run))
            self._trained = float(connection.execute(mine).scalar_one())
        return self._trained

    def _used_up(self) -> str:
        most = limits.most(RUN_MINUTES)
        if most is None or (self._trained or 0.0) < most * MINUTE:
            return ""
        return limits.sentence(RUN_MINUTES)


def ask_to_stop(connection: sa.Connection, of: list[int], told: str) -> None:
    """Ask runs to stop and keep what they learned, and note why; those that stop already do so.

    Args:
        told: a sentence, which the runs keep as their error until they are resumed.
    """
    change = runs.update().where(runs.c.id.in_(of), runs.c.request != STOP)
    connection.execute(access.of_house(change.values(request=STOP, steps=0, error=told)))
