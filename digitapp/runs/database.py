"""Connection to the store's database: opening it, creating its tables, transactions."""

from __future__ import annotations

import copy
import math
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from digitapp.errors import StoreBusy, StoreProblem, cause
from digitapp.files.folders import data_folder
from digitapp.runs import access, ownership, schema, tables
from digitapp.runs.database_errors import (
    DATABASE_VARIABLE,
    LOCK_TIMEOUT,
    NO_TEXT,
    is_busy,
    problem,
    unusable,
)

__all__ = ["DATABASE_VARIABLE", "Database", "data_folder"]

LOOKS_EVERY = 1.0  # seconds from one look at the version of an open store to the next
SOON = 5.0  # seconds between two attempts of a caller that keeps retrying
_BEGUN = "begun"
# Statements that succeed only when nobody has the store or its runs locked; they wait 0.2 s.
_PROBES = {
    "sqlite": ("PRAGMA busy_timeout = 200", "BEGIN IMMEDIATE"),
    "postgresql": (
        "SET LOCAL lock_timeout = 200",
        "LOCK TABLE runs IN ROW EXCLUSIVE MODE",
        "SELECT turn FROM store FOR UPDATE",
        "SELECT id FROM runs WHERE status IN ('queued', 'running', 'paused') FOR UPDATE",
    ),
}


@dataclass
class _State:
    """What all views of a database share.

    Attributes:
        ready: whether its tables are known to be there.
        looks_again: when its version is to be looked at again, on the monotonic clock.
        blocked: since when it is busy, and when it was last found busy.
    """

    ready: bool = False
    looks_again: float = math.inf
    blocked: tuple[float, float] = (-math.inf, -math.inf)


class Database:
    """The store's database, with its tables created if they are missing.

    Attributes:
        person: on whose behalf it is used (module `access`); HOUSE for everything in it.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:////home/me/runs.db` or
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
        except ImportError as error:
            raise StoreProblem(
                f"The database in {DATABASE_VARIABLE} needs a Python package that is not "
                f"installed ({error}). For PostgreSQL: pip install 'psycopg[binary]'"
            ) from None
        except (exc.ArgumentError, exc.NoSuchModuleError, ValueError) as error:
            raise unusable(error) from None
        self.person, self._state = access.HOUSE, _State()
        try:
            with self.begin():
                pass
        except (ValueError, TypeError) as error:  # the driver rejects something in the URL
            raise unusable(error) from None

    def seen_by(self, person: str) -> Database:
        """Return this database as a person may use it; with HOUSE, without restrictions."""
        seen = copy.copy(self)
        seen.person = person
        return seen

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction: committed at the end, rolled back when anything is raised inside.

        Raises:
            StoreBusy: when another program locks it for longer than `LOCK_TIMEOUT` seconds.
            StoreProblem: when the database fails.
        """
        begun = time.monotonic()
        try:
            if time.monotonic() > self._state.looks_again:
                self._look_again()
            if not self._state.ready:
                self._set_up()
            with self._engine.begin() as connection:
                connection.info[_BEGUN] = begun
                connection.execution_options(**{access.OPTION: self.person})
                yield connection
        except (exc.DBAPIError, exc.TimeoutError, UnicodeDecodeError) as error:
            said = " ".join(str(getattr(error, "orig", error)).split())
            found = problem(self.name, NO_TEXT if isinstance(error, UnicodeDecodeError) else said)
            if isinstance(found, StoreBusy):
                self._state.blocked = (self._blocked_since(begun), time.monotonic())
            else:
                self._engine.dispose()
                self._state.ready = (
                    False  # the file may be repaired or moved: check it again next time
                )
            raise found from error

    def rows(self, query: sa.Select) -> Sequence[sa.Row]:
        """Return what a query finds. It has a transaction of its own, like the next two."""
        with self.begin() as connection:
            return connection.execute(query).all()

    def value(self, query: sa.Select) -> Any:
        """Return the first value that a query finds; None when it finds nothing."""
        with self.begin() as connection:
            return connection.execute(query).scalar()

    def change(self, statement: sa.Executable) -> int:
        """Execute a statement; return the number of rows that it changed."""
        with self.begin() as connection:
            return connection.execute(statement).rowcount

    def waited(self, connection: sa.Connection) -> float:
        """Return how many seconds a transaction's first change waited; call right after it.

        Earlier failed attempts of this process in quick succession are included.
        """
        since = self._blocked_since(connection.info[_BEGUN])
        self._state.blocked = (-math.inf, -math.inf)
        return time.monotonic() - since

    def busy(self) -> bool:
        """Whether another program has the store locked right now, so that writes would wait.

        False when the database fails for another reason.
        """
        try:
            with self._engine.connect() as connection:
                for statement in _PROBES.get(self._engine.dialect.name, ()):
                    connection.exec_driver_sql(statement)
                connection.rollback()
        except (exc.DBAPIError, exc.TimeoutError) as error:
            return is_busy(str(getattr(error, "orig", None) or error))
        return False

    def _blocked_since(self, begun: float) -> float:
        since, last = self._state.blocked
        return min(since, begun) if begun - last < SOON else begun

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep a connection open, which makes many transactions faster.

        SQLite checkpoints its write-ahead log whenever the last connection closes.
        """
        lite = self._engine.dialect.name == "sqlite"
        with self.begin() if lite else nullcontext():
            yield

    def _look_again(self) -> None:
        """Notice that a newer version of the program has migrated the store meanwhile.

        Its rows may then mean something that this version does not know of.
        """
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(tables.store.c.version)).scalar()
        if found is not None and found > tables.VERSION:
            raise StoreProblem(
                f"The store {self.name} was upgraded by a newer version of digitapp while this one "
                "was running. What is stored is safe. Start digitapp again with the new version."
            )
        self._state.looks_again = time.monotonic() + LOOKS_EVERY

    def _set_up(self) -> None:
        """Create the tables, or migrate those of an older version."""
        ownership.look(self._engine, self.name, LOCK_TIMEOUT)
        with self._engine.begin() as connection:
            found = schema.up_to_date(connection, LOCK_TIMEOUT)
            if found != tables.VERSION:
                raise StoreProblem(
                    f"The store {self.name} was made by another version of digitapp (its tables "
                    f"are of version {found}, not {tables.VERSION}). Use that version, or name "
                    f"another database in the environment variable {DATABASE_VARIABLE}."
                )
        self._state.ready = True
        self._state.looks_again = time.monotonic() + LOOKS_EVERY


def _default_url() -> str:
    folder = data_folder()
    if folder is None:
        raise StoreProblem(
            "There is no folder for the store of runs, because you have no home folder here. Name "
            f"a database in the environment variable {DATABASE_VARIABLE}, such as "
            "sqlite:////srv/digitapp/runs.db."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreProblem(
            f"The folder {folder} for the store of runs cannot be created ({cause(error)}). Name "
            f"another database in the environment variable {DATABASE_VARIABLE}."
        ) from None
    return sa.URL.create("sqlite", database=str(folder / "runs.db")).render_as_string()


def _engine(url: sa.URL) -> sa.Engine:
    """Create the engine.

    Each transaction reopens a SQLite file, so a replaced or damaged file is noticed at once, and
    no extra files remain beside it while no process uses it.

    Raises:
        ArgumentError, NoSuchModuleError, ImportError, ValueError: when the URL is unusable.
    """
    if url.get_backend_name() != "sqlite":
        return _server(url)
    if url.database in (None, "", ":memory:"):
        raise ValueError("training processes cannot access a database in memory")
    engine = sa.create_engine(url, connect_args={"timeout": LOCK_TIMEOUT}, poolclass=sa.NullPool)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    access.enforce(engine)
    return engine


def _server(url: sa.URL) -> sa.Engine:
    """Create an engine for a database server, with the same timeouts as for SQLite."""
    waits = url.get_driver_name().startswith("psycopg") and "connect_timeout" not in url.query
    arguments = {"connect_timeout": LOCK_TIMEOUT} if waits else {}
    engine = sa.create_engine(url, connect_args=arguments, pool_pre_ping=True)
    if engine.dialect.name == "postgresql":
        sa.event.listen(engine, "connect", _prepare_postgresql)
    access.enforce(engine)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Configure a new SQLite connection.

    Commits survive a killed process, and deleting a run deletes its rows in other tables. Invalid
    UTF-8 is decoded with replacement characters, so that one damaged row does not make the others
    unreadable. Some SQLite builds overwrite deleted content with zeros by default, which takes
    several times as long.
    """
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    cursor = connection.cursor()
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = FAST"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, record: object) -> None:
    """Limit waiting for a lock to the same time as in SQLite."""
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {int(LOCK_TIMEOUT * 1000)}")
    cursor.close()
    connection.commit()
