"""A store brought back from a backup, in any database: all of it, or nothing when it fails."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from digitapp.errors import BadFile, RunBusy, cause
from digitapp.files import opening
from digitapp.runs import tables
from digitapp.runs.backup import COPIED, LARGE, SEVERAL, Facts, Told
from digitapp.runs.clock import TAKE_TURN, alive
from digitapp.runs.database import Database
from digitapp.runs.records import ACTIVE
from digitapp.runs.row_digests import Digest

# A store with rows in none of them is empty: a server that has just started has a signing key.
CONTENT = {
    "runs": tables.runs,
    "datasets": tables.datasets,
    "drawings of My handwriting": tables.handwriting,
    "rooms": tables.classrooms,
}
NO_BACKUP = "{file}: this is not a backup of digitapp, or it is damaged ({why})."


def checked(file: Path) -> Facts:
    """Return what a backup holds, after comparing all of its rows with their digests.

    Raises:
        BadFile: when it is missing, is no backup, or is damaged.
    """
    opening.check(file, "a backup file")
    if not file.exists():
        raise BadFile(f"{file}: there is no such file.")
    try:
        with closing(_opened(file)) as source:
            facts = _facts(source)
            _compare(source, facts, file)
    except (sqlite3.Error, OSError) as error:
        raise BadFile(NO_BACKUP.format(file=file, why=cause(error))) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadFile(NO_BACKUP.format(file=file, why="it does not say what is in it")) from None
    return facts


def restore(
    file: Path, database: Database, replace: bool = False, told: Told = lambda line: None
) -> Facts:
    """Fill a store with what a backup holds; a backup of older tables is migrated on the way.

    Args:
        replace: first delete what is in the store; else it must be empty.
        told: is called with a line for each table that was filled.

    Raises:
        BadFile: as `checked`; or the store is not empty.
        RunBusy: when a run of the store is being trained.
        StoreBusy, StoreProblem: when the store fails, or the backup is of a newer version.
    """
    facts = checked(file)
    with (
        _of_this_version(file, facts) as path,
        closing(_opened(path)) as source,
        database.begin() as connection,
    ):
        _lock(connection)
        _make_room(connection, database.name, replace)
        for table in COPIED:
            if count := _fill(connection, table, source):
                told(f"{table.name}: {count:,}")
        _continue_ids(connection, dict(source.execute("SELECT name, seq FROM sqlite_sequence")))
    return facts


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _facts(source: sqlite3.Connection) -> Facts:
    made, version, text = source.execute(
        "SELECT made, version, tables FROM backup_facts"
    ).fetchone()
    copied = json.loads(text)
    return Facts(
        float(made),
        int(version),
        {name: int(found["rows"]) for name, found in copied.items()},
        {name: str(found["digest"]) for name, found in copied.items()},
        {name: [str(each) for each in found["columns"]] for name, found in copied.items()},
    )


def _compare(source: sqlite3.Connection, facts: Facts, file: Path) -> None:
    for name, columns in facts.columns.items():
        digest = Digest()
        digest.add(source.execute(f"SELECT {_names(columns)} FROM {_names([name])}"))
        if (digest.rows, digest.text) != (facts.rows[name], facts.digests[name]):
            why = f"its table {name} is not what was written"
            raise BadFile(NO_BACKUP.format(file=file, why=why))


def _names(names: list[str] | Any) -> str:
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in names)


@contextmanager
def _of_this_version(file: Path, facts: Facts) -> Iterator[Path]:
    """Yield the backup, or a migrated copy of it: a backup is never changed."""
    if facts.version == tables.VERSION:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="digitapp-") as folder:
        copy = Path(folder) / "runs.db"
        try:
            shutil.copyfile(file, copy)
        except OSError as error:
            raise BadFile(f"{file}: cannot be copied to migrate it ({cause(error)}).") from None
        Database(f"sqlite:///{copy}")
        yield copy


def _lock(connection: sa.Connection) -> None:
    """Keep everybody else from changing the store until this is done."""
    connection.execute(TAKE_TURN)
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in COPIED)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _make_room(connection: sa.Connection, name: str, replace: bool) -> None:
    runs = tables.runs
    training = sa.select(runs.c.id).where(runs.c.status.in_(ACTIVE), runs.c.owner != "", alive())
    busy = connection.execute(training.limit(1)).scalar()
    if busy is not None:
        raise RunBusy(f"Run {busy} of the store {name} is being trained. Stop it first.")
    if not replace:
        _check_empty(connection, name)
    for table in reversed(COPIED):
        connection.execute(table.delete())


def _check_empty(connection: sa.Connection, name: str) -> None:
    counts = {
        kind: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for kind, table in CONTENT.items()
    }
    if found := ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count):
        raise BadFile(
            f"The store {name} is not empty ({found}). Nothing was changed. Restore into an empty "
            "one, or make a backup of it and delete what is in it with --replace."
        )


def _fill(connection: sa.Connection, table: sa.Table, source: sqlite3.Connection) -> int:
    names = [column.name for column in table.c]
    found = source.execute(f"SELECT {_names(names)} FROM {_names([table.name])}")
    postgresql, filled = connection.dialect.name == "postgresql", 0
    while rows := found.fetchmany(1 if table in LARGE else SEVERAL):
        values = [dict(zip(names, row, strict=True)) for row in rows]
        if postgresql:
            values = [{name: _without_nul(value) for name, value in row.items()} for row in values]
        connection.execute(table.insert(), values)
        filled += len(rows)
    return filled


def _without_nul(value: Any) -> Any:
    """Replace the one character that text in PostgreSQL cannot hold, and SQLite's can."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def _continue_ids(connection: sa.Connection, largest: dict[str, int]) -> None:
    """Give new rows ids that no row ever had."""
    for table in COPIED:
        column, last = table.autoincrement_column, largest.get(table.name, 0)
        if column is None or not last:
            continue
        if connection.dialect.name == "postgresql":
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, last)))
        else:
            _continue_in_sqlite(connection, table.name, last)


def _continue_in_sqlite(connection: sa.Connection, name: str, last: int) -> None:
    values = {"name": name, "last": last}
    change = sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")
    if not connection.execute(change, values).rowcount:
        add = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
        connection.execute(add, values)
