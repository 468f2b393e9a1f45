"""Check that a database belongs to digitapp before anything is written to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from digitapp.errors import StoreProblem
from digitapp.runs import tables
from digitapp.runs.database_errors import DATABASE_VARIABLE, NO_TEXT, problem

NAMED = 3  # tables named in the message
OURS = {name: {column.name for column in table.c} for name, table in tables.metadata.tables.items()}
HEADER = 100  # bytes of a SQLite file's header; bytes 18 and 19 say whether it is in WAL mode
WRITTEN_AHEAD = b"\x02\x02"

Found = Mapping[str, set[str]]


def look(engine: sa.Engine, name: str, timeout: float) -> None:
    """Reject a database that contains another program's tables; change nothing in it.

    Args:
        name: the database's name in messages.
        timeout: seconds to wait for a lock.

    Raises:
        StoreProblem: when it belongs to another program, or a SQLite file cannot be read.
        DBAPIError: when a database server cannot be queried.
    """
    path, ours = engine.url.database or "", tables.store.name
    if engine.url.get_backend_name() == "sqlite" and not path.startswith("file:"):
        found = _in_file(Path(path).absolute(), name, timeout)
    else:  # a server, or one of SQLite's own URIs
        found = _asked(engine)
    names = [ours] if ours in found else found  # none in an empty database
    if all(each in OURS and OURS[each] <= found[each] for each in names):
        return
    others = sorted(found.keys() - OURS.keys()) or sorted(found)
    more = ", ..." if len(others) > NAMED else ""
    raise StoreProblem(
        f"The database {name} does not belong to digitapp: it contains other tables "
        f"({', '.join(others[:NAMED])}{more}). It was not changed. Name another database, or a "
        f"file that does not exist yet, in the environment variable {DATABASE_VARIABLE}."
    )


def _asked(engine: sa.Engine) -> Found:
    """Query the columns of the `store` table, or else of each table and view."""
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        if inspector.has_table(tables.store.name):
            names = [tables.store.name]
        else:
            names = [*inspector.get_table_names(), *inspector.get_view_names()]
        return {name: {each["name"] for each in inspector.get_columns(name)} for name in names}


def _in_file(path: Path, name: str, timeout: float) -> Found:
    """Read the columns of each table and view in a SQLite file without leaving a trace.

    Reading a file in WAL mode creates files beside it, unless it is opened as immutable. That is
    safe while its write-ahead log is empty.
    """
    try:
        if not path.is_file() or not path.stat().st_size:
            return {}
        if not _is_at_rest(path):
            return _columns(path, timeout)
        try:
            return _columns(path, timeout, "&immutable=1")
        except sqlite3.Error:  # it may have been written to meanwhile
            return _columns(path, timeout)
    except UnicodeDecodeError:
        raise problem(name, NO_TEXT) from None
    except (sqlite3.Error, OSError) as error:
        raise problem(name, str(error)) from error


def _is_at_rest(path: Path) -> bool:
    waiting = path.with_name(path.name + "-wal")
    with path.open("rb") as file:
        ahead = file.read(HEADER)[18:20] == WRITTEN_AHEAD
    return ahead and not (waiting.exists() and waiting.stat().st_size)


def _columns(path: Path, timeout: float, how: str = "") -> Found:
    address = f"file:{quote(path.as_posix())}?mode=ro{how}"
    with closing(sqlite3.connect(address, timeout=timeout, uri=True)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        names = [name for (name,) in connection.execute(query) if not name.startswith("sqlite_")]
        columns = "SELECT name FROM pragma_table_info(?)"
        return {name: {each for (each,) in connection.execute(columns, (name,))} for name in names}
