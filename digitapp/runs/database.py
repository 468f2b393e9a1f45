"""The connection to the store's database, and its errors as sentences."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from digitapp.errors import StoreProblem
from digitapp.runs import tables

DATABASE_VARIABLE = "DIGITAPP_DATABASE_URL"
PATIENCE = 10  # seconds to wait for a lock

# What the databases say, and what it means to a user; the first that fits.
_MEANINGS = (
    (
        ("locked", "lock timeout", "deadlock"),
        f"is locked by another program, for more than {PATIENCE} seconds. Try again when that "
        "program is done.",
    ),
    (
        ("is full", "disk i/o", "no space", "disk full"),
        "cannot grow: the disk is full, or fails. Free some space; what is stored already is kept.",
    ),
    (
        ("malformed", "not a database", "no such table", "no such column", "does not exist"),
        "is damaged. It was left as it is: put a copy back in its place, or move it away to "
        "start with an empty one.",
    ),
    (
        ("unable to open", "readonly", "read-only", "permission"),
        "cannot be opened for writing. Check that its folder exists and that you may write there, "
        f"or name another database in the environment variable {DATABASE_VARIABLE}.",
    ),
)

_FIRST_ROW = tables.store.insert().from_select(
    ["version", "turn"],
    sa.select(sa.literal(tables.VERSION), sa.literal(0)).where(
        ~sa.exists(sa.select(tables.store.c.version))
    ),
)


class Database:
    """A database by its URL, with the store's tables in it.

    Args:
        url: as SQLAlchemy takes it, such as `sqlite:////home/me/runs.db` or
            `postgresql+psycopg://me@host/runs`; by default from the environment variable
            `DIGITAPP_DATABASE_URL`, or else a SQLite file in the user's data folder.

    Raises:
        StoreProblem: when it cannot be opened.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or os.environ.get(DATABASE_VARIABLE) or _default_url()
        try:
            parsed = sa.make_url(self.url)
            self.name = parsed.render_as_string(hide_password=True)
            self._engine = _engine(parsed)
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError, ValueError) as error:
            raise StoreProblem(
                f"{DATABASE_VARIABLE} does not name a database that can be used "
                f"({' '.join(str(error).split())}). It may be like sqlite:////home/me/runs.db or "
                "postgresql+psycopg://me@host/runs."
            ) from None
        self._ready = False
        with self.begin():
            pass

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: committed at its end, undone when anything is raised inside.

        Raises:
            StoreProblem: when the database fails.
        """
        try:
            if not self._ready:
                self._set_up()
            with self._engine.begin() as connection:
                yield connection
        except exc.DBAPIError as error:
            self._engine.dispose()
            self._ready = False  # the file may be put right or moved away: look at it anew then
            raise self._problem(error) from error

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Make many transactions quick: SQLite tidies up whenever the last connection closes."""
        lite = self._engine.dialect.name == "sqlite"
        with self.begin() if lite else nullcontext():
            yield

    def _set_up(self) -> None:
        """Make the tables that are missing. Another process may do the same just now."""
        with self._engine.begin() as connection:
            found = _version(connection)
            if found is None or found in tables.OLDER:
                if found is None and connection.dialect.name == "sqlite":
                    _write_ahead(connection)
                for table in tables.metadata.sorted_tables:
                    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
                connection.execute(_FIRST_ROW)
                connection.execute(tables.store.update().values(version=tables.VERSION))
            elif found != tables.VERSION:
                raise StoreProblem(
                    f"The store {self.name} was made by another version of digitapp (its tables "
                    f"are of version {found}, not {tables.VERSION}). Use that version, or name "
                    f"another database in the environment variable {DATABASE_VARIABLE}."
                )
        self._ready = True

    def _problem(self, error: exc.DBAPIError) -> StoreProblem:
        said = str(error.orig).strip()
        for signs, meaning in _MEANINGS:
            if any(sign in said.lower() for sign in signs):
                return StoreProblem(f"The store {self.name} {meaning} ({said})")
        return StoreProblem(f"The store {self.name} cannot be used: {said}.")


def data_folder() -> Path:
    """Where the user's runs are: `$XDG_DATA_HOME/digitapp`, or `~/.local/share/digitapp`."""
    home = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (home if home.is_absolute() else Path.home() / ".local" / "share") / "digitapp"


def _default_url() -> str:
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreProblem(
            f"The folder {folder} for the store of runs cannot be made ({error.strerror}). Name "
            f"another database in the environment variable {DATABASE_VARIABLE}."
        ) from None
    return sa.URL.create("sqlite", database=str(folder / "runs.db")).render_as_string()


def _engine(url: sa.URL) -> sa.Engine:
    """The engine.

    Each transaction opens a SQLite file anew: so it is noticed at once when the file was replaced
    or damaged, and nothing is left beside the file when no process is at it.

    Raises:
        ArgumentError, NoSuchModuleError, ImportError, ValueError: when the URL names none.
    """
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    if url.database in (None, "", ":memory:"):
        raise ValueError("a database in memory is out of reach for the training processes")
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE}, poolclass=sa.NullPool)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _version(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(tables.store.name):
        return None
    return connection.execute(sa.select(tables.store.c.version)).scalar()


def _write_ahead(connection: sa.Connection) -> None:
    """From now on the file has readers and one writer at once.

    SQLite does not wait by itself for another process that switches at the same moment.
    """
    latest = time.monotonic() + PATIENCE
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except exc.OperationalError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.05)


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Nothing committed is lost when a process is killed; what belongs to a run goes with it."""
    cursor = connection.cursor()
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
