"""Check whether another program has the database locked, by taking its locks and releasing them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import exc

from digitapp.runs.database_errors import is_busy

# Statements that succeed only when nobody has the store or its runs locked; they wait 0.2 s.
_PROBES = {
    "sqlite": ("PRAGMA busy_timeout = 200", "BEGIN IMMEDIATE"),
    "postgresql": (
        "SET LOCAL lock_timeout = 200",
        "LOCK TABLE runs IN ROW EXCLUSIVE MODE",
        "SELECT turn FROM store FOR UPDATE",
        "SELECT id FROM runs WHERE status IN ('queued', 'running', 'paused') FOR UPDATE",
    ),
}


def is_held(engine: sa.Engine) -> bool:
    """Whether the database is locked for writing; False when it fails for another reason."""
    try:
        with engine.connect() as connection:
            for statement in _PROBES.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
            connection.rollback()
    except (exc.DBAPIError, exc.TimeoutError) as error:
        return is_busy(str(getattr(error, "orig", None) or error))
    return False
