"""The time by the database's clock: those of the machines that share it may not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from digitapp.runs.database import Database
from digitapp.runs.tables import runs, store
from digitapp.runs.values import ACTIVE, GO_ON, LOST, PAUSED, QUEUED, STALE_AFTER

LONG_AGO = 3600.0  # seconds of silence that no lock explains, unless one has waited for longer
CLOCKS_DIFFER = 5.0  # seconds that a heartbeat may be ahead
# Lets in one process at a time, which takes or makes a run.
ONE_AT_A_TIME = store.update().values(turn=store.c.turn + 1)
NOTABLE = 1.0  # seconds of waiting, from which on others may look dead though they only wait


class Now(FunctionElement[float]):
    """Seconds since 1970, in a statement; to the millisecond at least."""

    type = sa.Float()
    inherit_cache = True


def alive(table: Any = runs) -> sa.ColumnElement[bool]:
    """Whether a run's last heartbeat is not long ago, nor from the future: a clock set back.

    Args:
        table: of the runs, or an alias of it.
    """
    return sa.and_(
        table.c.heartbeat >= Now() - STALE_AFTER, table.c.heartbeat <= Now() + CLOCKS_DIFFER
    )


def unheard(table: Any = runs) -> sa.ColumnElement[bool]:
    """Whether a run has a process, or should have, that does not live; waiting takes none.

    Args:
        table: of the runs, or an alias of it.
    """
    waits_for_one = sa.and_(table.c.status == QUEUED, table.c.owner == "")
    return sa.and_(table.c.status.in_(ACTIVE), sa.not_(waits_for_one), sa.not_(alive(table)))


def waits(table: Any = runs) -> sa.ColumnElement[bool]:
    """Whether a run waits for its turn: queued, or paused and asked to go on."""
    queued = sa.and_(table.c.status == QUEUED, sa.or_(table.c.owner == "", alive(table)))
    paused = sa.and_(table.c.status == PAUSED, table.c.request == GO_ON, alive(table))
    return sa.or_(queued, paused)


def is_one_of(statuses: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a run's status, as `Run` tells it, is one of these; for a WHERE."""
    stored = sa.and_(runs.c.status.in_(statuses), sa.not_(unheard()))
    return sa.or_(stored, unheard()) if LOST in statuses else stored


@contextmanager
def entered(database: Database, first: sa.Executable) -> Iterator[tuple[sa.Connection, int]]:
    """A transaction for what depends on who lives; begins with a change, which lets it in.

    Gives how many rows that change met, too. When it had to wait for long, then nobody could show
    meanwhile that he lives: all who did so as late as anybody get the time to do it again first.

    Raises:
        StoreBusy, StoreProblem: as `Database.begin`.
    """
    with database.begin() as connection:
        met = connection.execute(first).rowcount
        waited = database.waited(connection)
        if waited < NOTABLE:
            yield connection, met
            return
        # And keep that, whatever comes of the rest.
        _give_time(connection, max(waited + STALE_AFTER, LONG_AGO))
    with database.begin() as connection:
        yield connection, connection.execute(first).rowcount


def _give_time(connection: sa.Connection, since: float) -> None:
    """Let those beat now who did so last, if it was not more than so many seconds ago."""
    recent = (runs.c.heartbeat >= Now() - since, runs.c.heartbeat <= Now())
    owned = sa.and_(runs.c.status.in_(ACTIVE), runs.c.owner != "", *recent)
    latest = sa.select(sa.func.max(runs.c.heartbeat)).where(owned).scalar_subquery()
    theirs = sa.select(runs.c.id).where(owned, runs.c.heartbeat >= latest - STALE_AFTER)
    free = theirs.with_for_update(skip_locked=True)  # the others are just writing themselves
    found = connection.execute(free).scalars().all()
    connection.execute(runs.update().where(runs.c.id.in_(found)).values(heartbeat=Now()))


@compiles(Now, "sqlite")
def _in_sqlite(element: Now, compiler: Any, **more: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now)
def _elsewhere(element: Now, compiler: Any, **more: Any) -> str:
    """PostgreSQL's clock as it goes on within a transaction, which may have waited for a lock."""
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
