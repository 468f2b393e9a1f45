"""How much is in the store: counts and sizes for metrics, none of what anybody drew or wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from digitapp.runs import tables
from digitapp.runs.clock import unheard
from digitapp.runs.records import LOST, STORED

if TYPE_CHECKING:
    from digitapp.runs.store import RunStore

COUNTED = {
    "datasets": tables.datasets,
    "handwriting": tables.handwriting,
    "people": tables.people,
    "rooms": tables.classrooms,
    "members": tables.members,
    "sent drawings": tables.sent_drawings,
}


@dataclass(frozen=True)
class Census:
    """What is in a store.

    Attributes:
        runs: number of runs by status, deleted ones not counted; each status is there.
        kept: number of other things by kind.
        size: bytes of the database.
    """

    runs: Mapping[str, int]
    kept: Mapping[str, int]
    size: int


def of(store: RunStore) -> Census:
    """Count what is in a store.

    Args:
        store: the whole store, as who runs the server sees it.

    Raises:
        StoreBusy, StoreProblem: when the database fails.
    """
    database, runs = store.database, tables.runs
    status = sa.case((unheard(), LOST), else_=runs.c.status).label("status")
    by_status = sa.select(status, sa.func.count()).where(runs.c.deleted.is_(None)).group_by(status)
    found = {status: int(count) for status, count in database.rows(by_status)}
    counts = {
        kind: int(database.value(sa.select(sa.func.count()).select_from(table)))
        for kind, table in COUNTED.items()
    }
    with database.begin() as connection:
        size = _size(connection)
    return Census({each: found.get(each, 0) for each in (*STORED, LOST)}, counts, size)


def answers(store: RunStore) -> None:
    """Check that a store answers and has the tables of this version.

    Raises:
        StoreBusy, StoreProblem: when it does not.
    """
    store.database.value(sa.select(tables.store.c.version))


def _size(connection: sa.Connection) -> int:
    """Return the bytes that a database takes; of a SQLite file, its write-ahead log too."""
    if connection.dialect.name == "postgresql":
        asked = sa.select(sa.func.pg_database_size(sa.func.current_database()))
        return int(connection.execute(asked).scalar_one())
    path = Path(connection.engine.url.database or "")
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.is_file())
