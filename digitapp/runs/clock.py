"""The time by the database's clock: those of the machines that share it may not agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from digitapp.runs.database import Database
from digitapp.runs.tables import runs
from digitapp.runs.values import ACTIVE, STALE_AFTER

CLOCKS_DIFFER = 5.0  # seconds that a heartbeat may be ahead
NOTABLE = 0.5  # seconds of waiting, from which on others may look dead though they only wait


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
        if database.waited(connection) < NOTABLE:
            yield connection, met
            return
        _give_time(connection)  # and keep that, whatever comes of the rest
    with database.begin() as connection:
        yield connection, connection.execute(first).rowcount


def _give_time(connection: sa.Connection) -> None:
    owned = sa.and_(runs.c.status.in_(ACTIVE), runs.c.owner != "", runs.c.heartbeat <= Now())
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
