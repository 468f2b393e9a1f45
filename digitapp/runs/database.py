"""The connection to the store's database, and its errors as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
            lite = parsed.get_backend_name() == "sqlite"
            options: dict[str, Any] = {"timeout": PATIENCE} if lite else {}
            self._engine = sa.create_engine(parsed, connect_args=options, pool_pre_ping=not lite)
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
            raise StoreProblem(
                f"{DATABASE_VARIABLE} does not name a database that can be used ({error}). It may "
                "be like sqlite:////home/me/runs.db or postgresql+psycopg://me@host/runs."
            ) from None
        if lite:
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        self._set_up()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: committed at its end, undone when anything is raised inside.

        Raises:
            StoreProblem: when the database fails.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except exc.DBAPIError as error:
            self._engine.dispose()  # the file may be put right or replaced: open it anew then
            raise self._problem(error) from error

    def _set_up(self) -> None:
        with self.begin() as connection:
            for table in tables.metadata.sorted_tables:
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
            found = connection.execute(sa.select(tables.store.c.version)).scalar()
            if found is None:
                connection.execute(tables.store.insert().values(version=tables.VERSION, turn=0))
            elif found != tables.VERSION:
                raise StoreProblem(
                    f"The store {self.name} was made by another version of digitapp (its tables "
                    f"are of version {found}, not {tables.VERSION}). Use that version, or name "
                    f"another database in the environment variable {DATABASE_VARIABLE}."
                )

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


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Readers and one writer at once; nothing committed is lost when a process is killed."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
