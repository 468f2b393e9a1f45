"""Purging deleted runs in small transactions, so that other writers never wait for long.

SQLite allows one writer at a time, so each piece is a transaction of its own, followed by a pause
as long as it took. Free space in the file is then returned to the disk in pieces, too.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from digitapp.runs.clock import Now
from digitapp.runs.database import Database
from digitapp.runs.tables import blobs, points, runs

PURGED_AT_ONCE = 4 * 2**20  # bytes removed, or returned to the disk, in one transaction
MOST_POINTS = 5_000
FOR_GOOD = 0.0  # deletion time of a run that is being purged, and cannot be restored
COPIED = 200 * 2**20  # bytes; a larger file of an older version is not rewritten
LONGEST_PAUSE = 0.5  # seconds
INCREMENTAL = 2

_GOING = runs.c.deleted <= FOR_GOOD


def remove(database: Database, age: float = 0.0, most: int | None = None) -> int:
    """Purge runs that were deleted at least `age` seconds ago; return their number.

    Args:
        most: maximum number of transactions; what is left is removed the next time.

    Raises:
        StoreProblem: when the database fails; what was removed by then stays removed.
    """
    old = runs.update().where(runs.c.deleted <= Now() - age, runs.c.deleted > FOR_GOOD)
    database.change(old.values(deleted=FOR_GOOD))
    with database.kept_open():
        return sum(islice(_unhurried(_removals(database)), most))


def shrink(database: Database, most: int | None = None) -> None:
    """Return free space in a SQLite file to the disk. Database servers do that by themselves.

    A file of an older version must first be rewritten once. This is done if it is small and `most`
    is None; otherwise its free space is only reused.

    Args:
        most: maximum number of transactions.

    Raises:
        StoreProblem: when the database fails.
    """
    with database.begin() as connection:
        if connection.dialect.name != "sqlite":
            return
        size, free = _pragma(connection, "page_size"), _pragma(connection, "freelist_count")
        used = (_pragma(connection, "page_count") - free) * size
        in_pieces = _pragma(connection, "auto_vacuum") == INCREMENTAL
        if free and not in_pieces and most is None and used <= COPIED:
            connection.exec_driver_sql(f"PRAGMA auto_vacuum = {INCREMENTAL}")
            connection.exec_driver_sql("VACUUM")
    if free and in_pieces:
        with database.kept_open():
            sum(islice(_unhurried(_returns(database, PURGED_AT_ONCE // size)), most))


def _removals(database: Database) -> Iterator[int]:
    """Remove piece after piece; yield the number of runs completed with each."""
    first = sa.select(runs.c.id).where(_GOING).order_by(runs.c.id).limit(1)
    while True:
        with database.begin() as connection:
            run = connection.execute(first).scalar()
            if run is None:
                return
            left = _part_removed(connection, run)
            last = runs.delete().where(runs.c.id == run, _GOING)
            gone = 0 if left else connection.execute(last).rowcount
        yield gone


def _part_removed(connection: sa.Connection, run: int) -> bool:
    """Remove some of a run's blobs or points, unless little is left; return whether any were."""
    of_run = sa.select(blobs.c.kind, blobs.c.epoch, sa.func.length(blobs.c.data))
    keys: list[tuple[str, int]] = []
    size = 0
    for kind, epoch, length in connection.execute(of_run.where(blobs.c.run == run)):
        if keys and size + length > PURGED_AT_ONCE:
            break
        keys.append((kind, epoch))
        size += length
    if keys:
        these = sa.tuple_(blobs.c.kind, blobs.c.epoch).in_(keys)
        connection.execute(blobs.delete().where(blobs.c.run == run, these))
        return True
    known = sa.select(points.c.epoch).where(points.c.run == run).order_by(points.c.epoch)
    last = connection.execute(known.offset(MOST_POINTS).limit(1)).scalar()
    if last is None:
        return False
    gone = points.delete().where(points.c.run == run, points.c.epoch <= last)
    return bool(connection.execute(gone).rowcount)


def _returns(database: Database, pages: int) -> Iterator[int]:
    """Return so many pages at a time to the disk, until none is free."""
    free, statement = -1, f"PRAGMA incremental_vacuum({pages})"
    while True:
        with database.begin() as connection:
            before, free = free, _pragma(connection, "freelist_count")
            if free in (0, before):
                return
            driver: Any = connection.connection.driver_connection
            try:
                driver.executescript(statement)  # `execute` would stop after a single page
            except sqlite3.Error as error:
                raise sa.exc.OperationalError(statement, {}, error) from error
        yield 0


def _unhurried(steps: Iterator[int]) -> Iterator[int]:
    """Take the steps, each followed by a pause as long as it took."""
    began = time.monotonic()
    for step in steps:
        yield step
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))
        began = time.monotonic()


def _pragma(connection: sa.Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
