"""What was deleted goes for good in pieces: nobody who writes meanwhile waits for long.

SQLite lets in one writer at a time, so each piece is a transaction of its own, and after each the
others have as much time as it took. What is free in the file then is given back in pieces, too.
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
from digitapp.runs.tables import blobs, deleted, points, runs

PIECE = 4 * 2**20  # bytes removed, or given back, in a transaction
MOST_POINTS = 5_000
FOR_GOOD = 0.0  # a run "deleted then" is on its way out, and cannot be brought back
COPIED = 200 * 2**20  # bytes; a file of an older version with more in it is not written anew
LONGEST_PAUSE = 0.5  # seconds
INCREMENTAL = 2

_GOING = sa.select(deleted.c.run).where(deleted.c.at <= FOR_GOOD)


def remove(database: Database, since: float = 0.0, most: int | None = None) -> int:
    """Remove for good what was deleted so many seconds ago or more; returns how many runs.

    Args:
        most: how many transactions it may take; what is left is removed the next time.

    Raises:
        StoreProblem: when the database fails; what has been removed until then is gone.
    """
    old = deleted.update().where(deleted.c.at <= Now() - since, deleted.c.at > FOR_GOOD)
    with database.begin() as connection:
        connection.execute(old.values(at=FOR_GOOD))
    with database.kept_open():
        return sum(islice(_unhurried(_removals(database)), most))


def shrink(database: Database, most: int | None = None) -> None:
    """Give what is free in a SQLite file back to the disk. Servers do that by themselves.

    A file of an older version must be written anew for that, once; this is done if it is small
    and there is no limit, else its room is only used again.

    Args:
        most: how many transactions it may take.

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
            sum(islice(_unhurried(_returns(database, PIECE // size)), most))


def _removals(database: Database) -> Iterator[int]:
    """Remove piece after piece; how many runs are gone with each."""
    while True:
        with database.begin() as connection:
            run = connection.execute(_GOING.order_by(deleted.c.run).limit(1)).scalar()
            if run is None:
                return
            left = _part_removed(connection, run)
            gone = 0 if left else _removed(connection, run)
        yield gone


def _removed(connection: sa.Connection, run: int) -> int:
    """Remove a run with the little that is left of it, if it still is on its way out."""
    going = runs.delete().where(runs.c.id == run, runs.c.id.in_(_GOING))
    gone = connection.execute(going).rowcount
    connection.execute(deleted.delete().where(deleted.c.run == run, deleted.c.at <= FOR_GOOD))
    return gone


def _part_removed(connection: sa.Connection, run: int) -> bool:
    """Remove some of what belongs to a run, unless little is left; whether anything was."""
    of_run = sa.select(blobs.c.kind, blobs.c.epoch, sa.func.length(blobs.c.data))
    keys: list[tuple[str, int]] = []
    size = 0
    for kind, epoch, length in connection.execute(of_run.where(blobs.c.run == run)):
        if keys and size + length > PIECE:
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
    """Give back so many pages at a time, until none is free."""
    free = -1
    while True:
        with database.begin() as connection:
            before, free = free, _pragma(connection, "freelist_count")
            if free in (0, before):
                return
            _give_back(connection, pages)
        yield 0


def _give_back(connection: sa.Connection, pages: int) -> None:
    """Python's `execute` would take a single step of this statement: one page."""
    statement = f"PRAGMA incremental_vacuum({pages})"
    driver: Any = connection.connection.driver_connection
    try:
        driver.executescript(statement)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(statement, {}, error) from error


def _unhurried(steps: Iterator[int]) -> Iterator[int]:
    """Steps, each followed by a pause as long as it took."""
    began = time.monotonic()
    for step in steps:
        yield step
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))
        began = time.monotonic()


def _pragma(connection: sa.Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
