"""Whether a database is ours, seen before anything is written to it."""

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

NAMED = 3  # tables in the sentence
OURS = {name: {column.name for column in table.c} for name, table in tables.metadata.tables.items()}
HEADER = 100  # bytes of a SQLite file; two of them tell whether it is written ahead
WRITTEN_AHEAD = b"\x02\x02"

Found = Mapping[str, set[str]]


def look(engine: sa.Engine, name: str, patience: float) -> None:
    """Refuse a database with tables in it that are not ours; nothing of it is changed.

    Args:
        name: of the database, for people.
        patience: seconds to wait for a lock.

    Raises:
        StoreProblem: when it is someone else's, or a SQLite file cannot be read.
        DBAPIError: when a server cannot be asked.
    """
    found = _in_file(engine.url, name, patience) if _is_file(engine.url) else _asked(engine)
    if _is_ours(found):
        return
    others = sorted(found.keys() - OURS.keys()) or sorted(found)
    more = ", ..." if len(others) > NAMED else ""
    raise StoreProblem(
        f"The database {name} is not one of digitapp's: it has other tables in it "
        f"({', '.join(others[:NAMED])}{more}). It was left as it is. Name another database, or a "
        f"file that is not there yet, in the environment variable {DATABASE_VARIABLE}."
    )


def _is_ours(found: Found) -> bool:
    """Whether nothing but our tables is there, or none yet; or else ours beside others."""
    if tables.store.name in found:
        return _has_ours(tables.store.name, found)
    return all(_has_ours(name, found) for name in found)


def _has_ours(name: str, found: Found) -> bool:
    return name in OURS and OURS[name] <= found[name]


def _asked(engine: sa.Engine) -> Found:
    """The columns of each table and view, from the database itself."""
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        if inspector.has_table(tables.store.name):
            names = [tables.store.name]
        else:
            names = [*inspector.get_table_names(), *inspector.get_view_names()]
        return {name: {each["name"] for each in inspector.get_columns(name)} for name in names}


def _is_file(url: sa.URL) -> bool:
    """Whether this is a SQLite file by its path, and not by an address of SQLite's own."""
    path = url.database or ""
    return url.get_backend_name() == "sqlite" and not path.startswith("file:")


def _in_file(url: sa.URL, name: str, patience: float) -> Found:
    """The columns of each table and view in a SQLite file, read without a trace.

    One that is written ahead gets files beside it from whoever reads it, unless he takes it for
    one that never changes; so it is, when nothing waits beside it to be written.
    """
    path = Path(url.database or "").absolute()
    try:
        if not path.is_file() or not path.stat().st_size:
            return {}
        if not _is_at_rest(path):
            return _columns(path, patience)
        try:
            return _columns(path, patience, "&immutable=1")
        except sqlite3.Error:  # perhaps it was written to just then
            return _columns(path, patience)
    except UnicodeDecodeError:
        raise problem(name, NO_TEXT) from None
    except (sqlite3.Error, OSError) as error:
        raise problem(name, str(error)) from error


def _is_at_rest(path: Path) -> bool:
    waiting = path.with_name(path.name + "-wal")
    with path.open("rb") as file:
        ahead = file.read(HEADER)[18:20] == WRITTEN_AHEAD
    return ahead and not (waiting.exists() and waiting.stat().st_size)


def _columns(path: Path, patience: float, how: str = "") -> Found:
    address = f"file:{quote(path.as_posix())}?mode=ro{how}"
    with closing(sqlite3.connect(address, timeout=patience, uri=True)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        names = [name for (name,) in connection.execute(query) if not name.startswith("sqlite_")]
        columns = "SELECT name FROM pragma_table_info(?)"
        return {name: {each for (each,) in connection.execute(columns, (name,))} for name in names}
