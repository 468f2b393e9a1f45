"""The queue of a machine: how many runs train on it, and which ones wait, in order."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import sqlalchemy as sa

from digitapp.errors import QueueFull
from digitapp.runs import access
from digitapp.runs.clock import alive, unheard, waits
from digitapp.runs.listing import THERE, Listing
from digitapp.runs.records import ACTIVE, RUNNING
from digitapp.runs.tables import runs

MOST_WAITING = 100


@dataclass(frozen=True)
class WaitingRun:
    """A run that waits for its turn.

    Attributes:
        owned: whether it has a process already, which takes the turn by itself.
        experiment: as in `Run`.
        follows: whether a process trains another run of its experiment, and goes on with this one
            unless there is a place for it before.
    """

    run: int
    owned: bool
    experiment: str = ""
    follows: bool = False


@dataclass(frozen=True)
class Queue:
    """The runs of one machine that train or wait.

    Attributes:
        busy: number of runs being trained; paused ones do not count.
        waiting: in the order of their turns.
        in_doubt: whether some run has no recent heartbeat, perhaps only because of a lock.
    """

    busy: int
    waiting: tuple[WaitingRun, ...]
    in_doubt: bool

    @property
    def unowned(self) -> bool:
        """Whether any waiting run still needs a process to be started for it."""
        return not all(each.owned for each in self.waiting)


def look(store: Listing) -> Queue:
    """Return the queue of this machine.

    Raises:
        StoreProblem: when the database fails.
    """
    fields = (runs.c.id, runs.c.owner, runs.c.status, runs.c.experiment)
    states = (waits().label("waits"), unheard().label("unheard"))
    query = sa.select(*fields, *states).where(
        runs.c.status.in_(ACTIVE), runs.c.host == socket.gethostname(), THERE
    )
    found = store.whole.database.rows(query.order_by(runs.c.queued, runs.c.id))
    training = [row for row in found if row.status == RUNNING and not row.unheard]
    trained = {row.experiment for row in training if row.experiment}
    waiting = [
        WaitingRun(row.id, row.owner != "", row.experiment, row.experiment in trained)
        for row in found
        if row.waits
    ]
    return Queue(len(training), tuple(waiting), any(row.unheard for row in found))


def next_of_experiment(store: Listing, experiment: str) -> int | None:
    """Return the run whose turn is next, if it has no process and is a part of that experiment.

    Args:
        experiment: as in `Run`; of no experiment, there is none.

    Raises:
        StoreProblem: when the database fails.
    """
    first = look(store).waiting[:1]
    found = [each.run for each in first if each.experiment == experiment and not each.owned]
    return found[0] if found and experiment else None


def may_start(at_once: int) -> sa.ColumnElement[bool]:
    """SQL condition: it is the run's turn.

    Fewer than `at_once` runs train on its machine, and none waits before it.
    """
    others = runs.alias("others")
    there = sa.and_(others.c.host == runs.c.host, others.c.deleted.is_(None))
    busy = sa.select(sa.func.count()).where(there, alive(others), others.c.status == RUNNING)
    before = sa.tuple_(others.c.queued, others.c.id) < sa.tuple_(runs.c.queued, runs.c.id)
    first = sa.select(others.c.id).where(there, waits(others), before)
    return sa.and_(
        busy.correlate(runs).scalar_subquery() < at_once, ~sa.exists(first.correlate(runs))
    )


def check_room(connection: sa.Connection) -> None:
    """Reject one more waiting run when `MOST_WAITING` wait already.

    Raises:
        QueueFull: with their number.
    """
    query = sa.select(sa.func.count()).where(waits(), THERE)
    count = connection.execute(access.of_house(query.select_from(runs))).scalar_one()
    if count >= MOST_WAITING:
        raise QueueFull(
            f"{count} runs are waiting already; at most {MOST_WAITING} can wait. Stop some of "
            "them, or wait until some are done."
        )
