"""Whether another program holds a database just now: found out by trying, and undone at once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import exc

from digitapp.runs.database_errors import is_busy

# What only goes through when nobody holds the store, or its runs; waits for a fifth of a second.
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
    """Whether nothing can be written; one that fails for another reason is not held."""
    try:
        with engine.connect() as connection:
            for statement in _PROBES.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
            connection.rollback()
    except (exc.DBAPIError, exc.TimeoutError) as error:
        return is_busy(str(getattr(error, "orig", None) or error))
    return False
