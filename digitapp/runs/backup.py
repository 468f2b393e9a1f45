"""Backup of a whole store into one file, from any database, while it is in use.

The file is a SQLite store itself: it has the same tables, and one more that says what was copied.
So it can be looked at with any of the commands, and it is restored into any database.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from digitapp.errors import BadFile, cause
from digitapp.runs import tables
from digitapp.runs.database import Database
from digitapp.runs.row_digests import Digest, plain_values

# They belong to a database, not to what is in it.
OF_DATABASE = {tables.store, tables.store_revision}
COPIED = [table for table in tables.metadata.sorted_tables if table not in OF_DATABASE]
LARGE = {tables.blobs, tables.datasets}  # rows of many megabytes
SEVERAL = 500  # rows that are read at a time; of large ones a single one
PART = ".part"  # at the end of an unfinished file's name
OWNERS_ALONE = 0o600  # who can read a backup can read everybody's drawings, and the signing key
FACTS = "CREATE TABLE backup_facts (made REAL, version INTEGER, tables TEXT)"

Told = Callable[[str], None]


@dataclass(frozen=True)
class Facts:
    """What a backup holds.

    Attributes:
        made: seconds since 1970.
        version: of the tables.
        rows: number of rows by table.
        digests: of each table's rows, by table.
        columns: names of the columns that were copied, by table.
    """

    made: float
    version: int
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    columns: Mapping[str, Sequence[str]]

    @property
    def total(self) -> int:
        """Number of rows in all."""
        return sum(self.rows.values())

    @property
    def same(self) -> tuple[Any, ...]:
        """What is equal for two backups of the same rows."""
        return self.version, dict(self.rows), dict(self.digests)


def back_up(database: Database, file: Path, told: Told = lambda line: None) -> Facts:
    """Write all that is in a store, as it is at one moment, into a new file.

    Others may read and write the store meanwhile.

    Args:
        told: is called with a line for each table that was copied.

    Raises:
        BadFile: when the file exists or cannot be written.
        StoreBusy, StoreProblem: when the store fails.
    """
    part = file.with_name(file.name + PART)
    with _new_file(file, part), closing(sqlite3.connect(part)) as target:
        with database.begin() as connection:
            _take_snapshot(connection)
            digests = {table.name: _copy(connection, table, target, told) for table in COPIED}
            for table, last in sequences(connection).items():
                _set_sequence(target, table, last)
        facts = Facts(
            time.time(),
            tables.VERSION,
            {name: digest.rows for name, digest in digests.items()},
            {name: digest.text for name, digest in digests.items()},
            {table.name: [column.name for column in table.c] for table in COPIED},
        )
        write_facts(target, facts)
    return facts


def sequences(connection: sa.Connection) -> dict[str, int]:
    """Return the largest id ever given to a row, by table: no id is given again."""
    if connection.dialect.name == "sqlite":
        return dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all())
    found = {}
    for table in COPIED:
        if (column := table.autoincrement_column) is not None:
            asked = sa.func.pg_get_serial_sequence(table.name, column.name)
            name = connection.execute(sa.select(asked)).scalar_one()
            last = sa.text(f"SELECT last_value FROM {name} WHERE is_called")
            found[table.name] = connection.execute(last).scalar() or 0
    return found


@contextmanager
def _new_file(file: Path, part: Path) -> Iterator[None]:
    """An empty store in a new file, under its name once all went well.

    Raises:
        BadFile: when it exists or cannot be written.
    """
    if file.exists():
        raise BadFile(f"{file}: there is such a file already. Name another one.")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OWNERS_ALONE))
        Database(f"sqlite:///{part.absolute()}")
        yield
        os.link(part, file)  # unlike a renaming, never replaces a file made meanwhile
    except (OSError, sqlite3.Error) as error:
        raise BadFile(f"{file}: the backup cannot be written ({cause(error)}).") from None
    finally:
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                part.with_name(part.name + end).unlink()


def _take_snapshot(connection: sa.Connection) -> None:
    """Let the transaction see the store as it is now, whatever others write."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _copy(
    connection: sa.Connection, table: sa.Table, target: sqlite3.Connection, told: Told
) -> Digest:
    digest = Digest()
    names = ", ".join(f'"{column.name}"' for column in table.c)
    insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.c))})'
    for rows in read_rows(connection, table):
        digest.add(rows)
        target.executemany(insert, rows)
    if digest.rows:
        told(f"{table.name}: {digest.rows:,}")
    return digest


def read_rows(connection: sa.Connection, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a table's rows, several at a time, as SQLite keeps them."""
    at_once = 1 if table in LARGE else SEVERAL
    options = {"stream_results": True, "yield_per": at_once}
    found = connection.execute(sa.select(table), execution_options=options)
    for rows in found.partitions(at_once):
        yield [plain_values(row) for row in rows]


def _set_sequence(target: sqlite3.Connection, table: str, last: int) -> None:
    changed = target.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last, table))
    if not changed.rowcount:
        target.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def write_facts(target: sqlite3.Connection, facts: Facts) -> None:
    """Write the facts, and leave one file without others beside it."""
    copied = {
        name: {"rows": rows, "digest": facts.digests[name], "columns": facts.columns[name]}
        for name, rows in facts.rows.items()
    }
    target.execute(FACTS)
    row = (facts.made, facts.version, json.dumps(copied))
    target.execute("INSERT INTO backup_facts VALUES (?, ?, ?)", row)
    target.commit()
    target.execute("PRAGMA journal_mode = DELETE")
