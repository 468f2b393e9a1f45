"""Stores of older versions are migrated when they are opened: once, as a whole, without loss."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from digitapp.cli import main
from digitapp.errors import StoreProblem, UnknownName
from digitapp.runs import (
    RunStore,
    corrected_drawings,
    database,
    handwriting_scores,
    imported_datasets,
    tables,
)
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.imported_datasets import Facts
from digitapp.runs.records import MODEL, BeforeAndAfter
from digitapp.training.history import Epoch, Point
from tests import stores
from tests.runs import older_stores
from tests.runs.older_stores import DELETED, DONE, FAILED, GOING, GONE
from tests.tiny_runs import ROOT, TINY

VERSIONS = sorted(older_stores.CREATED)
LAST = VERSIONS[-1]
# Opens the store and prints the ids of its runs, and whether Alembic was needed.
OPEN = """
import sys
from digitapp.runs import RunStore
print("ready", flush=True)
sys.stdin.readline()
print(*sorted(run.id for run in RunStore().all()), "alembic" in sys.modules)
"""
# The same, but the process is killed before a certain statement.
KILLED = """
import os, signal, sys
import sqlalchemy as sa
from digitapp.runs import RunStore

@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _(connection, cursor, statement, *more):
    if " ".join(statement.split()).startswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

RunStore()
"""


@pytest.fixture(params=[stores.SQLITE, stores.POSTGRESQL])
def url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The URL of a database without tables, which is the default one."""
    if request.param == stores.SQLITE:
        found, server, name = f"sqlite:///{tmp_path / 'old.db'}", None, ""
    else:
        server = request.getfixturevalue("postgres")
        found = server.url(name := server.new_database())
    monkeypatch.setenv(DATABASE_VARIABLE, found)
    yield found
    if server:
        server.drop(name)


def opened() -> subprocess.Popen[str]:
    """Start a process that opens the store when it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def killed_before(statement: str) -> None:
    """Open the store in a process that is killed just before a statement."""
    done = subprocess.run([sys.executable, "-c", KILLED, statement], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def schema(url: str) -> dict[str, Any]:
    """Return all that the database tells about its tables, in the order of their columns."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        found: dict[str, Any] = {
            name: (
                [{**column, "type": str(column["type"])} for column in inspector.get_columns(name)],
                inspector.get_pk_constraint(name)["constrained_columns"],
                inspector.get_foreign_keys(name),
                inspector.get_indexes(name),
            )
            for name in sorted(inspector.get_table_names())
        }
        if engine.dialect.name == stores.SQLITE:
            query = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name"
            found["never reuses ids"] = connection.exec_driver_sql(query).scalars().all()
    return found


def content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names}
        return {name: sorted(map(tuple, found), key=repr) for name, found in rows.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_that_an_older_store_has_is_there_after_its_migration(version: int, url: str) -> None:
    older_stores.make(url, version)
    store = RunStore()
    since = {number: version >= number for number in VERSIONS}
    found = store.get(DONE)
    assert (found.name, found.spec, found.learning_rate) == ("Mine “ü”", TINY, 0.5)
    assert (found.epoch, found.test_accuracy, found.created) == (1, 0.75, older_stores.NOW)
    assert found.note == ("Good.\nIt reads “7”." if since[3] else "")
    assert (found.tags, found.starred) == ((("a", "5b"), True) if since[3] else ((), False))
    assert found.handwriting == ((7, 9) if since[3] else None)
    assert found.fingerprint == ("abc" if since[4] else "")
    failed = store.get(FAILED)
    assert (failed.status, failed.error, failed.note) == ("failed", "It failed.", "")
    assert store.traceback(FAILED) == ("Traceback:\n  “ü”" if since[4] else "")
    assert store.traceback(DONE) == ""
    assert (found.pace, found.steps, found.experiment, found.pause_after) == (None, 0, "", 0)
    shares = (0.5, 0.5)
    assert store.epochs(DONE) == [Epoch(1, 2.0, 0.5, None, 0.25, 0.01, 3.0, shares)]
    assert store.points(DONE) == [Point(1, 5, 2.2, 0.4, 0.1)]
    assert store.blob(DONE, MODEL) == b"model"
    assert imported_datasets.names(store) == {"mine": "a file", "theirs": "a file"}
    assert imported_datasets.read(store, "mine") == ("a file", b"data" * 10_000)
    known = {name: imported_datasets.version(store, name) for name in ("mine", "theirs")}
    assert known == {"mine": "def" if since[4] else "", "theirs": ""}
    assert imported_datasets.facts(store, "mine") == Facts()  # ten digits, prepared as MNIST was
    assert found.preparation == ""
    compared = [BeforeAndAfter("mnist", 9, 8, 10)] if since[2] else []
    assert handwriting_scores.read(store, DONE) == compared
    drawings = corrected_drawings.read(store)
    assert [each.id for each in drawings] == ([3] if since[2] else [])
    for each in drawings:
        assert (each.label, each.guess, each.aside) == (4, "9", True)
        assert (each.strokes, each.strokes_damaged) == (None, False)
        assert each.image.tobytes() == older_stores.ROWS["handwriting"][0]["image"]
    kept = [FAILED, DONE] if since[3] else [GOING, DELETED, FAILED, DONE]
    assert [run.id for run in store.all()] == kept


def test_ones_own_dataset_with_the_name_of_a_new_built_in_one_keeps_its_images_and_runs(
    url: str,
) -> None:
    older_stores.make(url, 9)  # version 10 has these names built in
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM fingerprints"))
        connection.execute(sa.text("UPDATE datasets SET name = 'kmnist' WHERE name = 'mine'"))
        connection.execute(sa.text("INSERT INTO fingerprints VALUES ('kmnist', 'def')"))
        spec = TINY.changed({"dataset": "kmnist"}).to_json()
        told = sa.text("UPDATE runs SET spec = :spec WHERE id = :run")
        connection.execute(told, {"spec": spec, "run": DONE})
    store = RunStore()
    assert list(imported_datasets.names(store)) == ["kmnist (own)", "theirs"]
    assert imported_datasets.read(store, "kmnist (own)") == ("a file", b"data" * 10_000)
    assert imported_datasets.version(store, "kmnist (own)") == "def"
    assert store.get(DONE).spec.dataset == "kmnist (own)"
    assert store.get(FAILED).spec == TINY


def test_deleted_runs_can_be_restored_after_the_migration_and_purged(url: str) -> None:
    older_stores.make(url, LAST)
    store = RunStore()
    assert [run.id for run in store.deleted()] == [DELETED]
    with pytest.raises(UnknownName, match=rf"^There is no run {GOING}\.$"):
        store.restore(GOING)
    store.restore(DELETED)
    assert store.get(DELETED).note == "Bad."
    assert len(store.epochs(DELETED)) == 1
    store.delete(DONE)
    assert store.purge() == 2
    assert [run.id for run in store.all()] == [DELETED, FAILED]
    left = content(url)
    assert {row[0] for name in ("epochs", "points", "blobs", "scores") for row in left[name]} == {
        DELETED
    }


def test_the_id_of_a_purged_run_is_not_used_again_after_the_migration(url: str) -> None:
    older_stores.make(url, LAST)
    assert RunStore().create(TINY) == GONE + 1
    assert corrected_drawings.add(RunStore(), np.zeros((28, 28), np.float32), 4, "9", "x") == 4


@pytest.mark.parametrize("version", VERSIONS)
def test_a_migrated_store_has_the_tables_of_a_new_one(
    version: int, url: str, store_url: str, request: pytest.FixtureRequest
) -> None:
    older_stores.make(url, version)
    RunStore(url)
    if url.startswith(stores.SQLITE):
        RunStore(store_url)
        assert schema(url) == schema(store_url)
    else:
        server = request.getfixturevalue("postgres")
        name = server.new_database()
        RunStore(server.url(name))
        assert schema(url) == schema(server.url(name))
        server.drop(name)


def test_the_migrations_lead_to_the_tables_that_the_code_uses(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", "digitapp.runs:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [str(tables.VERSION)]
    older_stores.make(url, LAST)
    RunStore()
    options = {"version_table": tables.store_revision.name}
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_heads() == (str(tables.VERSION),)
        versions = connection.execute(sa.select(tables.store)).all()
    assert versions == [(tables.VERSION, 12)]


def test_a_store_that_is_up_to_date_is_opened_and_a_new_one_is_made_without_alembic(
    url: str,
) -> None:
    for _ in ("new", "up to date"):
        said, _ = opened().communicate("\n")
        assert said == "False\n"


def test_several_processes_open_an_old_store_at_the_same_moment_and_one_migrates_it(
    url: str,
) -> None:
    older_stores.make(url, LAST)
    processes = [opened() for _ in range(3)]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate()[0] for process in processes)
    assert said == [f"{DONE} {FAILED} False\n"] * 2 + [f"{DONE} {FAILED} True\n"]


@pytest.mark.parametrize("version", [1, LAST])
def test_many_threads_may_open_an_old_store_at_the_same_moment(version: int, url: str) -> None:
    older_stores.make(url, version)
    barrier = threading.Barrier(6)

    def add() -> int:
        barrier.wait()
        return corrected_drawings.add(RunStore(), np.eye(28, dtype=np.float32), 4, "9", "x")

    with ThreadPoolExecutor(6) as pool:
        made = [each.result() for each in [pool.submit(add) for _ in range(6)]]
    first = 1 if version == 1 else 4
    assert sorted(made) == list(range(first, first + 6))


@pytest.mark.parametrize(
    ("version", "statement"),
    [
        (4, "UPDATE runs SET note"),
        (4, "DROP TABLE own_scores"),
        (4, "ALTER TABLE handwriting"),
        (5, "UPDATE store_revision"),
    ],
)
def test_a_process_that_is_killed_in_the_middle_of_a_migration_leaves_the_old_store(
    version: int, statement: str, url: str
) -> None:
    older_stores.make(url, version)
    before = content(url)
    killed_before(statement)
    assert content(url) == before
    assert RunStore().get(DONE).note == "Good.\nIt reads “7”."
    assert [run.id for run in RunStore().deleted()] == [DELETED]


@pytest.mark.parametrize("statement", ["CREATE TABLE IF NOT EXISTS points", "INSERT INTO store"])
def test_a_process_that_is_killed_while_it_creates_a_store_leaves_nothing(
    statement: str, url: str
) -> None:
    killed_before(statement)
    assert content(url) == {}
    assert RunStore().create(TINY) == 1


def test_a_store_of_a_newer_version_is_named_and_stays_as_it_is(url: str) -> None:
    RunStore().create(TINY)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(tables.store.update().values(version=tables.VERSION + 1))
    before = content(url)
    with pytest.raises(StoreProblem) as caught:
        RunStore()
    assert (
        "was made by another version of digitapp (its tables are of version "
        f"{tables.VERSION + 1}, not {tables.VERSION}). Use that version"
    ) in str(caught.value)
    assert content(url) == before


def test_a_migration_prints_nothing(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    older_stores.make(url, LAST)
    assert main(["runs", "list", "--json"]) == 0
    out, err = capfd.readouterr()
    assert [json.loads(line)["run"] for line in out.splitlines()] == [FAILED, DONE]
    assert err == ""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The SQLite file of an old store, whose notes are a table of their own."""
    path = tmp_path / "old.db"
    older_stores.make(f"sqlite:///{path}", 4)
    return path


def test_an_old_store_that_is_locked_is_a_sentence(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.05)
    before = old.read_bytes()
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreProblem, match="has been locked by another program"):
            RunStore(f"sqlite:///{old}")
    assert old.read_bytes() == before
    assert [run.id for run in RunStore(f"sqlite:///{old}").all()] == [FAILED, DONE]


def test_an_old_store_that_may_only_be_read_is_a_sentence(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(StoreProblem, match="cannot be opened for writing"):
        RunStore(f"sqlite:///file:{old}?mode=ro&uri=true")
    assert old.read_bytes() == before


@pytest.mark.parametrize("place", ["its table of notes", "its end"])
def test_an_old_store_that_is_damaged_is_a_sentence_and_stays_as_it_is(
    place: str, old: Path
) -> None:
    whole = old.read_bytes()
    start = whole.index("It reads “7”.".encode()) // 4096 * 4096
    damaged = whole[:start] + b"\xff" * 4096 + whole[start + 4096 :]
    old.write_bytes(damaged := damaged if place == "its table of notes" else whole[: start // 2])
    with pytest.raises(StoreProblem, match=r"is damaged\. It was not changed"):
        RunStore(f"sqlite:///{old}")
    assert old.read_bytes() == damaged
