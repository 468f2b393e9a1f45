"""Liveness of runs by the database's clock, because the clocks of its clients may disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from digitapp.runs import access
from digitapp.runs.database import Database
from digitapp.runs.records import ACTIVE, GO_ON, LOST, ONE_EPOCH, PAUSED, QUEUED, STALE_AFTER
from digitapp.runs.tables import runs, store

LONG_AGO = 3600.0  # seconds of silence that no lock explains, unless a caller waited for longer
CLOCKS_DIFFER = 5.0  # seconds that a heartbeat may lie in the future
# Serialises the processes that take or create runs.
TAKE_TURN = store.update().values(turn=store.c.turn + 1)
NOTABLE = 1.0  # seconds of waiting for a lock after which waiting processes may look dead


class Now(FunctionElement[float]):
    """SQL expression for the current time, in seconds since 1970, with at least ms resolution."""

    type = sa.Float()
    inherit_cache = True


def alive(table: Any = runs) -> sa.ColumnElement[bool]:
    """SQL condition: the run's last heartbeat is recent.

    A heartbeat in the future does not count: it dates from before the clock was set back.

    Args:
        table: the runs table, or an alias of it.
    """
    return sa.and_(
        table.c.heartbeat >= Now() - STALE_AFTER, table.c.heartbeat <= Now() + CLOCKS_DIFFER
    )


def unheard() -> sa.ColumnElement[bool]:
    """SQL condition: the run needs a living process but its heartbeat has stopped.

    A queued run without an owner needs no process.
    """
    waits_for_one = sa.and_(runs.c.status == QUEUED, runs.c.owner == "")
    return sa.and_(runs.c.status.in_(ACTIVE), sa.not_(waits_for_one), sa.not_(alive()))


def waits(table: Any = runs) -> sa.ColumnElement[bool]:
    """SQL condition: the run waits for its turn, queued, or paused and asked to continue.

    A paused run is also asked to continue when it is to take a batch, or an epoch.
    """
    queued = sa.and_(table.c.status == QUEUED, sa.or_(table.c.owner == "", alive(table)))
    asked = sa.or_(table.c.request.in_((GO_ON, ONE_EPOCH)), table.c.steps > 0)
    paused = sa.and_(table.c.status == PAUSED, asked, alive(table))
    return sa.or_(queued, paused)


def is_one_of(statuses: Sequence[str]) -> sa.ColumnElement[bool]:
    """SQL condition: the run's status, as in `Run.status`, is one of these."""
    stored = sa.and_(runs.c.status.in_(statuses), sa.not_(unheard()))
    return sa.or_(stored, unheard()) if LOST in statuses else stored


@contextmanager
def entered(database: Database, first: sa.Executable) -> Iterator[tuple[sa.Connection, int]]:
    """Open a transaction whose statements depend on which processes are alive.

    If the store was locked for long, no process could write its heartbeat meanwhile. The heartbeats
    of those that were alive before are then renewed, so that none looks dead.

    Args:
        first: a change that takes the write lock and begins the transaction.

    Yields:
        the connection, and the number of rows that `first` matched.

    Raises:
        StoreBusy, StoreProblem: as `Database.begin`.
    """
    with database.begin() as connection:
        met = connection.execute(first).rowcount
        waited = database.waited(connection)
        if waited < NOTABLE:
            yield connection, met
            return
        # Commit this, whatever becomes of the rest.
        _give_time(connection, waited)
    with database.begin() as connection:
        yield connection, connection.execute(first).rowcount


def _give_time(connection: sa.Connection, waited: float) -> None:
    """Renew the heartbeats of the processes that were alive `waited` seconds ago, or beat last.

    The lock may have begun before this process first met it, so those that beat last count. It may
    also have ended a moment ago, and some have beaten since, so those alive at its beginning count.
    """
    longest = max(waited + STALE_AFTER, LONG_AGO)
    recent = (runs.c.heartbeat >= Now() - longest, runs.c.heartbeat <= Now())
    owned = sa.and_(runs.c.status.in_(ACTIVE), runs.c.owner != "", *recent)
    latest = sa.select(sa.func.max(runs.c.heartbeat)).where(owned).scalar_subquery()
    before = Now() - (waited + STALE_AFTER)
    alive_then = sa.or_(runs.c.heartbeat >= latest - STALE_AFTER, runs.c.heartbeat >= before)
    theirs = sa.select(runs.c.id).where(owned, alive_then)
    free = theirs.with_for_update(skip_locked=True)  # the others are writing their own right now
    found = connection.execute(access.of_house(free)).scalars().all()
    renewed = runs.update().where(runs.c.id.in_(found)).values(heartbeat=Now())
    connection.execute(access.of_house(renewed))


@compiles(Now, "sqlite")
def _in_sqlite(element: Now, compiler: Any, **more: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now)
def _elsewhere(element: Now, compiler: Any, **more: Any) -> str:
    """Use PostgreSQL's wall clock; `now()` stands still within a transaction that waits."""
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
