"""The version of a store's tables: creating them, and migrating those of an older version."""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa
from sqlalchemy import exc

from digitapp.runs import tables

SETTING_UP = 20_261_121  # key of the PostgreSQL advisory lock held meanwhile
_one_at_a_time = threading.Lock()  # Alembic keeps its context in module globals


def up_to_date(connection: sa.Connection, timeout: float) -> int | None:
    """Create missing tables, or migrate those of an older version; return their version then.

    It is all or nothing, and is done by one of the processes that open the store at this moment.
    A newer version stays as it is.

    Args:
        connection: in a transaction that has not changed anything yet.
        timeout: seconds to wait for another process that creates a SQLite file.
    """
    found = _version(connection)
    if _is_old(found):
        _lock(connection, timeout, new=found is None)
        found = _version(connection)  # another process may have done it meanwhile
    if not _is_old(found):
        return found
    if found is None:
        _create(connection)
    else:
        _migrate(connection)
    return tables.VERSION


def _version(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(tables.store.name):
        return None
    return connection.execute(sa.select(tables.store.c.version)).scalar()


def _is_old(version: int | None) -> bool:
    return version is None or version in range(1, tables.VERSION)


def _lock(connection: sa.Connection, timeout: float, new: bool) -> None:
    """Keep other processes from doing the same until the transaction ends.

    SQLite's driver begins no transaction by itself for statements that change tables.
    """
    if connection.dialect.name == "sqlite":
        if new:
            _write_ahead(connection, timeout)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SETTING_UP)))


def _write_ahead(connection: sa.Connection, timeout: float) -> None:
    """Switch a SQLite file to WAL mode, which allows readers beside one writer.

    SQLite does not wait for another process that switches at the same moment, so retry.
    """
    connection.exec_driver_sql("PRAGMA auto_vacuum = INCREMENTAL")  # lets free pages be released
    latest = time.monotonic() + timeout
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except exc.OperationalError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.05)


def _create(connection: sa.Connection) -> None:
    for table in tables.metadata.sorted_tables:
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
    connection.execute(tables.store.insert().values(version=tables.VERSION, turn=0))
    connection.execute(tables.store_revision.delete())
    revision = tables.store_revision.insert().values(version_num=str(tables.VERSION))
    connection.execute(revision)


def _migrate(connection: sa.Connection) -> None:
    """Run the migrations. Alembic is imported only here: an up-to-date store opens without it."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "digitapp.runs:migrations")
    with _one_at_a_time:
        command.upgrade(config, "head")
    connection.execute(tables.store.update().values(version=tables.VERSION))
