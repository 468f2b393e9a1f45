"""The store's file, missing, damaged, locked or of another version: clear errors, no data loss.

The damaged files and the locks are real.
"""

import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.errors import StoreProblem
from digitapp.runs import (
    Outcome,
    RunStore,
    corrected_drawings,
    database,
    imported_datasets,
    tables,
)
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.records import DONE
from tests.stores import READING, WRITING
from tests.tiny_runs import TINY, ran

DIGIT = np.zeros((28, 28), np.float32)
COMMANDS = [
    "runs list",
    "runs list --json",
    "runs show 1",
    "runs stop 1",
    "runs resume 1",
    "runs resume 1 --background",
    "runs delete 1",
    "runs restore 1",
    "runs purge",
    "runs rename 1 Mine",
    "runs note 1 It is good.",
    "runs tag 1 good",
    "runs star 1",
    "work 1",
    "data list",
    "data import mine.npz --name mine",
    "data delete mine",
    "data show mine --out mine.png",
    "predict three.png --model run-1",
    "evaluate --run 1",
    "train --epochs 1",
]
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut to half": lambda whole: whole[: len(whole) // 2],
    "cut to 100 bytes": lambda whole: whole[:100],
    "overwritten": lambda whole: b"no database at all " * 1000,
    "half overwritten": lambda whole: whole[:4096] + bytes(range(256)) * (len(whole) // 256 - 16),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The store's file, containing two runs and a dataset."""
    store = RunStore()
    ran(store, epochs=3)
    _, lease = ran(store)
    lease.finish(Outcome(DONE, model=b"model" * 2000))
    x, y = np.zeros((12, 28, 28), np.uint8), np.zeros(12, np.uint8)
    np.savez(tmp_path / "mine.npz", allow_pickle=False, x_train=x, y_train=y)
    imported_datasets.add(store, "mine", "file", 12, (tmp_path / "mine.npz").read_bytes())
    return tmp_path / "runs.db"


def _problem(attempt: Callable[[], object]) -> str:
    with pytest.raises(StoreProblem) as caught:
        attempt()
    return str(caught.value)


@contextmanager
def _locked(file: Path, how: str = "EXCLUSIVE") -> Iterator[None]:
    """Lock the file, as another program would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {how}")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_a_sentence_from_every_method_and_stays_as_it_is(
    damage: str, file: Path
) -> None:
    store, whole = RunStore(), file.read_bytes()
    runs = store.all()
    damaged = DAMAGE[damage](whole)
    file.write_bytes(damaged)
    for attempt in [*READING, *WRITING, lambda store: RunStore()]:
        said = _problem(lambda attempt=attempt: attempt(store))
        assert re.fullmatch(
            r"The store sqlite:\S+runs\.db is damaged\. It was not changed.*\)", said
        )
        assert file.read_bytes() == damaged
    file.write_bytes(whole)  # a copy is restored
    assert store.all() == runs
    assert store.epochs(1) == RunStore().epochs(1) != []


@pytest.mark.parametrize("damage", ["cut to half", "overwritten"])
def test_every_command_says_in_one_line_that_the_store_is_damaged(
    damage: str,
    file: Path,
    toy_mnist: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(file.parent)
    damaged = DAMAGE[damage](file.read_bytes())
    file.write_bytes(damaged)
    for command in COMMANDS:
        assert main(command.split()) == 1
        out, err = capsys.readouterr()
        assert out == ""
        said = json.loads(err)["error"] if "--json" in command else err.removeprefix("digitapp: ")
        assert re.fullmatch(r"The store \S+ is damaged\. It was not changed.*\n?", said)
        assert file.read_bytes() == damaged


@pytest.mark.parametrize("table", ["runs", "handwriting", "store"])
@pytest.mark.parametrize("damaged", [b"\xff", b"\x80", b"\x00", b"(", b'"'])
def test_a_damaged_description_of_a_table_is_a_sentence_and_stays_as_it_is(
    table: str, damaged: bytes, file: Path
) -> None:
    store, whole = RunStore(), file.read_bytes()
    place = whole.index(f"CREATE TABLE {table} ".encode()) + len("CREATE TABLE ")
    for offset in (-3, 1, 12, 20):
        start = place + offset
        file.write_bytes(cut := whole[:start] + damaged + whole[start + 1 :])
        for attempt in (
            lambda: RunStore().all(),
            store.all,
            lambda: corrected_drawings.read(store),
        ):
            with suppress(StoreProblem):  # or it can still be read
                attempt()
        assert file.read_bytes() == cut


def test_a_damaged_store_that_is_moved_away_makes_place_for_an_empty_one(file: Path) -> None:
    store = RunStore()
    file.write_bytes(DAMAGE["overwritten"](b""))
    _problem(store.all)
    file.rename(file.with_name("damaged.db"))
    assert store.all() == []
    assert store.create(TINY) == 1


def test_a_store_that_was_replaced_is_read_at_once(file: Path, tmp_path: Path) -> None:
    store = RunStore()
    copy = shutil.copy(file, tmp_path / "copy.db")
    new = store.create(TINY)
    Path(copy).replace(file)
    assert [run.id for run in store.all()] == [2, 1]
    assert store.create(TINY) == new


def test_nothing_is_left_beside_the_file_when_nobody_is_at_it(file: Path) -> None:
    assert [path.name for path in file.parent.glob("runs.db*")] == ["runs.db"]


@pytest.mark.parametrize("attempt", WRITING)
def test_a_locked_store_is_a_sentence_and_works_again_afterwards(
    attempt: Callable[[RunStore], object], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.05)
    store = RunStore()
    before = store.all()
    with _locked(file):
        said = _problem(lambda: attempt(store))
    assert re.fullmatch(
        r"The store \S+ has been locked by another program .* \(database is .*\)", said
    )
    assert store.all() == before
    assert store.create(TINY) == 3


def test_a_locked_store_can_still_be_read(file: Path) -> None:
    store = RunStore()
    with _locked(file):
        assert [run.id for run in store.all()] == [2, 1]
        assert len(RunStore().epochs(1)) == 3


@pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE"])
@pytest.mark.parametrize("name", ["runs.db", "new.db"])
def test_a_short_lock_is_waited_for(name: str, how: str, file: Path) -> None:
    held = threading.Event()

    def hold() -> None:
        with _locked(file.with_name(name), how):
            held.set()
            threading.Event().wait(0.3)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        held.wait()
        assert RunStore(f"sqlite:///{file.with_name(name)}").create(TINY) in (1, 3)


def test_a_store_of_another_version_is_named_and_stays_as_it_is(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"UPDATE store SET version = {tables.VERSION + 1}")
        connection.execute("DROP TABLE points")  # it may have other tables too
        connection.commit()
    before = file.read_bytes()
    said = _problem(RunStore)
    versions = f"its tables are of version {tables.VERSION + 1}, not {tables.VERSION}"
    assert f"was made by another version of digitapp ({versions})" in said
    assert DATABASE_VARIABLE in said
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "garbage",
        "/home/me/runs.db",
        "sqlite:/home/me/runs.db",
        "sqlite://home/me/runs.db",
        "http://example.org",
        "postgresql+nonsense://me@host/runs",
        "postgresql://me@host:port/runs",
        "sqlite:////tmp/runs.db?timeout=long",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_url_that_names_no_database_is_a_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    assert main(["runs", "list"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    start = rf"digitapp: {DATABASE_VARIABLE} does not name a database that can be used \("
    assert re.fullmatch(start + r".*\)\. Examples: .*\n", err)


@pytest.mark.parametrize("place", ["no/such/folder/runs.db", "file/runs.db", "."])
def test_a_place_that_cannot_be_written_is_a_sentence(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("This is no folder.")
    said = _problem(lambda: RunStore(f"sqlite:///{tmp_path / place}"))
    assert re.fullmatch(r"The store \S+ cannot be opened for writing\. Check that .*\)", said)
    assert DATABASE_VARIABLE in said


def test_without_an_url_the_store_is_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "")
    for name in ("Jürgen's data", "50% #1?"):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name))
        assert RunStore().create(TINY) == 1
        assert (tmp_path / name / "digitapp" / "runs.db").is_file()
    monkeypatch.setenv("XDG_DATA_HOME", "relative")  # must be ignored, according to the standard
    monkeypatch.setenv("HOME", str(tmp_path))
    assert RunStore().create(TINY) == 1
    assert (tmp_path / ".local/share/digitapp/runs.db").is_file()


def test_a_data_folder_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("This is no folder.")
    monkeypatch.setenv(DATABASE_VARIABLE, "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    said = _problem(RunStore)
    assert said.startswith(f"The folder {tmp_path / 'file' / 'digitapp'} for the store of runs")


def test_many_may_open_an_empty_store_at_the_same_moment(tmp_path: Path) -> None:
    for attempt in range(30):
        url = f"sqlite:///{tmp_path / str(attempt)}.db"
        barrier = threading.Barrier(6)

        def opened(url: str = url, barrier: threading.Barrier = barrier) -> int:
            barrier.wait()
            return RunStore(url).create(TINY)

        with ThreadPoolExecutor(6) as pool:
            made = [each.result() for each in [pool.submit(opened) for _ in range(6)]]
        assert sorted(made) == [1, 2, 3, 4, 5, 6]
