"""The time by the database's clock: those of the machines that share it may not agree."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from digitapp.runs.tables import runs
from digitapp.runs.values import STALE_AFTER


class Now(FunctionElement[float]):
    """Seconds since 1970, in a statement; to the millisecond at least."""

    type = sa.Float()
    inherit_cache = True


def alive(table: Any = runs) -> sa.ColumnElement[bool]:
    """Whether a run's last heartbeat is not long ago.

    Args:
        table: of the runs, or an alias of it.
    """
    return table.c.heartbeat >= Now() - STALE_AFTER


@compiles(Now, "sqlite")
def _in_sqlite(element: Now, compiler: Any, **more: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now)
def _elsewhere(element: Now, compiler: Any, **more: Any) -> str:
    """PostgreSQL's clock as it goes on within a transaction, which may have waited for a lock."""
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
