"""A database of another program is left untouched, to the last byte, and reported as such."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from digitapp.cli import main
from digitapp.errors import StoreProblem
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.tables import metadata
from tests import stores
from tests.tiny_runs import TINY

RUNS = "CREATE TABLE runs (id INTEGER PRIMARY KEY, km REAL)"
FOREIGN = {
    "a table called runs": [RUNS],
    "our names, all of them": [f"CREATE TABLE {name} (x)" for name in metadata.tables],
    "other tables": ["CREATE TABLE cookies (id INTEGER)", "CREATE TABLE visits (id INTEGER)"],
    "a view alone": ["CREATE VIEW today AS SELECT 1"],
    "written ahead": ["PRAGMA journal_mode = WAL", RUNS],
    "a table called store": ["CREATE TABLE store (version TEXT, keeper TEXT)"],
}
CRASHED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, km REAL)")
connection.execute("INSERT INTO runs VALUES (1, 10.5)")
os._exit(0)
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of another program's database, in its own folder."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{folder / 'their data #1.db'}")
    return folder / "their data #1.db"


@contextmanager
def _opened(path: Path, *statements: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        yield connection


def _seen(path: Path) -> dict[str, bytes]:
    """Return all files in its folder, except what its readers share."""
    return {
        each.name: each.read_bytes()
        for each in path.parent.iterdir()
        if not each.name.endswith("-shm")
    }


def _refused() -> None:
    with pytest.raises(StoreProblem) as caught:
        RunStore()
    said = str(caught.value)
    assert said.startswith("The database sqlite:///")
    assert "does not belong to digitapp: it contains other tables (" in said
    assert "It was not changed." in said
    assert DATABASE_VARIABLE in said


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_someone_else_stays_as_it_is(
    kind: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with _opened(path, *FOREIGN[kind]):
        pass
    before, changed = _seen(path), path.stat().st_mtime_ns
    _refused()
    for command in ("runs list", "runs purge", "data list", "train --epochs 1", "work 1"):
        assert main(command.split()) == 1
        assert "does not belong to digitapp" in capsys.readouterr().err
    assert _seen(path) == before
    assert path.stat().st_mtime_ns == changed
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_file_that_its_program_has_open_stays_as_it_is(mode: str, path: Path) -> None:
    with _opened(path, f"PRAGMA journal_mode = {mode}", RUNS) as theirs:
        before = _seen(path)
        _refused()
        assert _seen(path) == before
        theirs.execute("INSERT INTO runs VALUES (1, 10.5)")


def test_a_file_whose_program_has_crashed_stays_as_it_is(path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASHED, str(path)], check=True)
    before = _seen(path)
    assert set(before) == {path.name, f"{path.name}-wal"}
    _refused()
    assert _seen(path) == before
    with _opened(path) as theirs:
        assert theirs.execute("SELECT km FROM runs").fetchall() == [(10.5,)]


def test_an_empty_file_is_taken(path: Path) -> None:
    path.touch()
    assert RunStore().create(TINY) == 1


def test_a_file_without_tables_is_taken(path: Path) -> None:
    with _opened(path, "CREATE TABLE x (y)", "DROP TABLE x"):
        pass
    assert path.stat().st_size
    assert RunStore().create(TINY) == 1


def test_a_store_whose_making_was_broken_off_is_finished(path: Path) -> None:
    RunStore()
    with _opened(path, "DROP TABLE store", "DROP TABLE points"):
        pass
    assert RunStore().create(TINY) == 1


def test_our_store_may_have_other_tables_beside_it(path: Path) -> None:
    RunStore().create(TINY)
    with _opened(path, "CREATE TABLE mine (x)"):
        pass
    assert RunStore().create(TINY) == 2


@stores.on_both
def test_a_database_with_other_tables_gets_none_of_ours(
    store_url: str, request: pytest.FixtureRequest
) -> None:
    if not store_url.startswith("sqlite"):  # the shared PostgreSQL database has other tests' tables
        server = request.getfixturevalue("postgres")
        store_url = server.url(server.new_database())
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE runs (id INTEGER PRIMARY KEY, km FLOAT)"))
    try:
        said = r"does not belong to digitapp: .* \(runs\)\. It was not changed"
        with pytest.raises(StoreProblem, match=said):
            RunStore(store_url)
        assert sa.inspect(engine).get_table_names() == ["runs"]
    finally:
        engine.dispose()
