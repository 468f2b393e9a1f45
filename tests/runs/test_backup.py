"""Backup and restore: the same rows, in either database, at one moment, or nothing at all."""

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from digitapp.cli import main
from digitapp.errors import BadFile, RunBusy, StoreProblem
from digitapp.runs import RunStore, tables
from digitapp.runs.backup import COPIED, Facts, back_up, write_facts
from digitapp.runs.clock import Now
from digitapp.runs.database import DATABASE_VARIABLE, Database
from digitapp.runs.restoring import checked, restore
from digitapp.runs.row_digests import Digest
from tests.runs import older_stores
from tests.runs.full_store import ROWS, fill
from tests.stores import POSTGRESQL, SQLITE
from tests.tiny_runs import TINY

if TYPE_CHECKING:
    from tests.postgres.server import Server

WRITERS = 30
NewStore = Callable[[str], Database]


@pytest.fixture
def new(request: pytest.FixtureRequest, tmp_path: Path) -> NewStore:
    """Return a function that makes an empty store in a SQLite file or a PostgreSQL database."""

    def made(kind: str) -> Database:
        if kind == SQLITE:
            return Database(f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}")
        server: Server = request.getfixturevalue("postgres")
        name = server.new_database()
        database = Database(server.url(name))
        request.addfinalizer(lambda: server.drop(name))
        return database

    return made


@pytest.mark.parametrize("target", [SQLITE, POSTGRESQL])
@pytest.mark.parametrize("source", [SQLITE, POSTGRESQL])
def test_what_is_restored_has_the_same_rows(
    new: NewStore, source: str, target: str, tmp_path: Path
) -> None:
    full, empty = new(source), new(target)
    fill(full)
    written = back_up(full, tmp_path / "first.backup")
    assert set(written.rows.values()) == {ROWS}
    assert set(written.rows) == set(tables.metadata.tables) - {"store", "store_revision"}
    assert restore(tmp_path / "first.backup", empty) == written
    again = back_up(empty, tmp_path / "second.backup")
    assert again.same == written.same
    for table in COPIED:
        both = [{*map(tuple, each.rows(sa.select(table)))} for each in (full, empty)]
        assert both[0] == both[1]
    empty._engine.dispose()
    full._engine.dispose()


@pytest.mark.parametrize("target", [SQLITE, POSTGRESQL])
@pytest.mark.parametrize("source", [SQLITE, POSTGRESQL])
def test_an_id_that_was_given_before_the_backup_is_not_given_again(
    new: NewStore, source: str, target: str, tmp_path: Path
) -> None:
    full, empty = new(source), new(target)
    store = RunStore(full.url)
    store.create(TINY)
    last = store.create(TINY)
    full.change(tables.runs.delete().where(tables.runs.c.id == last))
    back_up(full, tmp_path / "file.backup")
    restore(tmp_path / "file.backup", empty)
    assert RunStore(empty.url).create(TINY) == last + 1
    for each in (full, empty, store.database):
        each._engine.dispose()


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_a_backup_while_thirty_draw_is_of_one_moment(
    new: NewStore, kind: str, tmp_path: Path
) -> None:
    """Each writer adds a drawing and the room's count of it together: they always agree."""
    database = new(kind)
    fill(database)
    ends, failed = threading.Event(), []
    handwriting, usage = tables.handwriting, tables.usage
    drawing = {"created": 1.0, "label": 3, "guess": "3", "model": "m", "aside": False}

    def write(writer: int) -> None:
        own, person, count = Database(database.url), f"writer {writer}", 0
        add = usage.insert().values(person=person, kind="drawings", minute=0, amount=0.0)
        more = usage.update().where(usage.c.person == person).values(amount=usage.c.amount + 1)
        try:
            own.change(add)
            while not ends.is_set() and count < 400:
                with own.begin() as connection:
                    connection.execute(more)
                    row = {**drawing, "image": os.urandom(784), "person": person}
                    connection.execute(handwriting.insert().values(row))
                count += 1
        except StoreProblem as error:
            failed.append(error)
        finally:
            own._engine.dispose()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for each in writers:
        each.start()
    files = [tmp_path / f"{number}.backup" for number in range(3)]
    sizes = [back_up(database, file).rows["handwriting"] for file in files]
    ends.set()
    for each in writers:
        each.join()
    assert not failed
    assert sizes == sorted(sizes)
    assert sizes[-1] > ROWS
    for file in files:
        restored = Database(f"sqlite:///{file}.restored")
        restore(file, restored)
        drawn = sa.select(handwriting.c.person, sa.func.count()).group_by(handwriting.c.person)
        counted = sa.select(usage.c.person, usage.c.amount)
        drawings = {person: count for person, count in restored.rows(drawn) if "writer" in person}
        counts = {who: amount for who, amount in restored.rows(counted) if "writer" in who}
        assert drawings == {who: amount for who, amount in counts.items() if amount}
    database._engine.dispose()


def _older_backup(file: Path, version: int) -> Facts:
    """Write a backup as it would be of a store of an older version."""
    older_stores.make(f"sqlite:///{file}", version)
    digests, columns = {}, {}
    with closing(sqlite3.connect(file)) as connection:
        for name in ("runs", "epochs", "handwriting", "datasets"):
            found = connection.execute(f"SELECT * FROM {name}")
            columns[name] = [each[0] for each in found.description]
            digests[name] = Digest()
            digests[name].add(found)
        rows = {name: each.rows for name, each in digests.items()}
        texts = {name: each.text for name, each in digests.items()}
        facts = Facts(1.0, version, rows, texts, columns)
        write_facts(connection, facts)
    return facts


def test_a_backup_of_an_older_version_is_migrated_and_itself_stays_as_it_is(
    new: NewStore, tmp_path: Path
) -> None:
    file, store = tmp_path / "older.backup", new(SQLITE)
    _older_backup(file, tables.VERSION - 1)
    before = file.read_bytes()
    restore(file, store)
    assert file.read_bytes() == before
    assert RunStore(store.url).get(older_stores.DONE).name == "Mine “ü”"


def test_a_backup_of_a_newer_version_is_a_sentence(
    new: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new(SQLITE)
    with monkeypatch.context() as patched:
        patched.setattr(tables, "VERSION", tables.VERSION + 1)
        back_up(new(SQLITE), tmp_path / "file.backup")
    with pytest.raises(StoreProblem, match="made by another version of digitapp"):
        restore(tmp_path / "file.backup", store)


def test_a_store_that_is_not_empty_is_kept_unless_it_is_to_be_replaced(
    new: NewStore, tmp_path: Path
) -> None:
    first, second = new(SQLITE), new(SQLITE)
    fill(first)
    back_up(first, tmp_path / "file.backup")
    RunStore(second.url).create(TINY, name="kept")
    with pytest.raises(BadFile, match=r"is not empty \(1 runs\)\. Nothing was changed"):
        restore(tmp_path / "file.backup", second)
    assert [run.name for run in RunStore(second.url).all()] == ["kept"]
    restore(tmp_path / "file.backup", second, replace=True)
    assert back_up(second, tmp_path / "again.backup").same == checked(tmp_path / "file.backup").same


def test_a_store_that_a_server_has_just_made_is_empty(new: NewStore, tmp_path: Path) -> None:
    first, second = new(SQLITE), new(SQLITE)
    fill(first)
    back_up(first, tmp_path / "file.backup")
    second.change(tables.secrets.insert().values(name="key", value=b"other"))
    restore(tmp_path / "file.backup", second)
    assert b"other" not in [value for _, value in second.rows(sa.select(tables.secrets))]


def test_a_run_that_is_being_trained_is_not_replaced(new: NewStore, tmp_path: Path) -> None:
    database = new(SQLITE)
    back_up(database, tmp_path / "file.backup")
    run = RunStore(database.url).create(TINY, owner="a process")
    database.change(tables.runs.update().values(heartbeat=Now(), status="running"))
    with pytest.raises(RunBusy, match=f"Run {run} .* is being trained. Stop it first"):
        restore(tmp_path / "file.backup", database, replace=True)


def test_a_restoration_that_fails_changes_nothing(
    new: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new(SQLITE), new(SQLITE)
    fill(first)
    back_up(first, tmp_path / "file.backup")
    RunStore(second.url).create(TINY, name="kept")

    def breaks(line: str) -> None:
        if line.startswith("handwriting"):
            raise StoreProblem("the disk is full")

    with pytest.raises(StoreProblem, match="full"):
        restore(tmp_path / "file.backup", second, replace=True, told=breaks)
    assert [run.name for run in RunStore(second.url).all()] == ["kept"]


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_backup_is_not_restored(new: NewStore, tmp_path: Path, place: float) -> None:
    first, second = new(SQLITE), new(SQLITE)
    fill(first)
    file = tmp_path / "file.backup"
    back_up(first, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE runs SET name = 'another' WHERE id = ?", (1 + int(3 * place),))
        connection.commit()
    with pytest.raises(BadFile, match="its table runs is not what was written"):
        restore(file, second)
    assert RunStore(second.url).all() == []


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_backup_is_a_sentence(new: NewStore, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.backup"
    file.write_bytes(content)
    with pytest.raises(BadFile, match="not a backup of digitapp, or it is damaged"):
        restore(file, new(SQLITE))


def test_a_store_is_no_backup(new: NewStore) -> None:
    store = new(SQLITE)
    with pytest.raises(BadFile, match="not a backup"):
        checked(Path(store.url.removeprefix("sqlite:///")))


def test_an_existing_file_is_kept(new: NewStore, tmp_path: Path) -> None:
    file = tmp_path / "file.backup"
    file.write_text("precious")
    with pytest.raises(BadFile, match="there is such a file already"):
        back_up(new(SQLITE), file)
    assert file.read_text() == "precious"


def test_a_backup_that_fails_leaves_no_file(
    new: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, database = tmp_path / "here", new(SQLITE)
    folder.mkdir()
    fill(database)

    def breaks(line: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BadFile, match=r"cannot be written \(No space left on device\)"):
        back_up(database, folder / "file.backup", breaks)
    assert [*folder.iterdir()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_only_its_owner_can_read_it_and_it_is_one_file(new: NewStore, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    back_up(new(SQLITE), folder / "file.backup")
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_can_be_looked_at_as_a_store(
    new: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    database = new(SQLITE)
    RunStore(database.url).create(TINY, name="of last week")
    back_up(database, tmp_path / "file.backup")
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'file.backup'}")
    assert main(["runs", "list"]) == 0
    assert "of last week" in capsys.readouterr().out


def test_the_command_line_backs_up_keeps_the_newest_and_restores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in ("20240101", "20240102", "20240103"):
        (folder / f"digitapp-{day}-000000.db").touch()
    (folder / "mine.db").touch()
    RunStore().create(TINY, name="kept")
    assert main(["backup", str(folder), "--keep", "2"]) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names[0] == "digitapp-20240103-000000.db"
    assert names[2:] == ["mine.db"]
    file = folder / names[1]
    assert "Wrote" in capsys.readouterr().out
    assert main(["restore", "--check", str(file)]) == 0
    assert "is whole: 1 rows" in capsys.readouterr().out
    assert main(["restore", str(file)]) == 1
    assert "is not empty (1 runs)" in capsys.readouterr().err
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert main(["restore", str(file)]) == 0
    assert [run.name for run in RunStore().all()] == ["kept"]
