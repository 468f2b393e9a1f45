"""Deleted runs are purged in pieces, so that others can write between; the file shrinks."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digitapp.errors import StoreProblem, UnknownName
from digitapp.runs import Outcome, RunStore, database, purging
from digitapp.runs.notes import RESTORABLE_FOR, TIDIED
from digitapp.runs.records import DONE
from digitapp.runs.tables import runs
from digitapp.training.history import Point
from tests import stores
from tests.tiny_runs import TINY, change, ran, rows

MEGABYTE = 2**20


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def left(store: RunStore, size: int = 1000, layers: int = 20) -> int:
    """Add a finished run with a network of that many bytes and a first layer per epoch."""
    run, lease = ran(store, epochs=layers)
    lease.note([Point(1, batch, 1.0, 0.5, 0.1) for batch in range(10, 60)])
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"m" * size, b"test"))
    return run


def deleted_long_ago(store: RunStore, run: int) -> None:
    """Delete a run, longer ago than deleted runs are kept."""
    store.delete(run)
    change(store, run, deleted=runs.c.deleted - RESTORABLE_FOR - 60)


def file(store_url: str) -> Path:
    return Path(store_url.removeprefix("sqlite:///"))


@stores.on_both
def test_a_run_that_is_half_removed_is_gone_and_the_rest_follows(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "PURGED_AT_ONCE", 50)
    monkeypatch.setattr(purging, "MOST_POINTS", 10)
    kept, gone = left(store), left(store)
    before = rows(store, kept)
    store.delete(gone)
    assert purging.remove(store.database, most=2) == 0
    assert 0 < rows(store, gone)["blobs"] < before["blobs"]
    assert store.deleted() == []
    for attempt in (store.restore, store.get, store.delete):
        with pytest.raises(UnknownName, match=rf"^There is no run {gone}\.$"):
            attempt(gone)
    assert store.purge() == 1
    assert not any(rows(store, gone).values())
    assert rows(store, kept) == before


@stores.on_both
def test_others_write_between_the_pieces(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "PURGED_AT_ONCE", 50)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.1)
    kept, gone = left(store), left(store)
    store.delete(gone)
    other, written = RunStore(), []

    def pause(seconds: float) -> None:
        assert 0 <= seconds <= purging.LONGEST_PAUSE
        other.annotate(kept, f"note {len(written)}")
        written.append(rows(other, gone)["blobs"])

    monkeypatch.setattr(purging.time, "sleep", pause)
    assert store.purge() == 1
    assert len(written) > 5
    assert written == sorted(written, reverse=True)
    assert store.get(kept).note == f"note {len(written) - 1}"


@stores.on_both
def test_a_new_run_removes_only_some_of_what_was_deleted_long_ago(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [left(store), left(store)]
    monkeypatch.setattr(purging, "PURGED_AT_ONCE", 50)
    for run in gone:
        deleted_long_ago(store, run)
    before = sum(rows(store, run)["blobs"] for run in gone)
    store.create(TINY)
    after = sum(rows(store, run)["blobs"] for run in gone)
    assert 0 < after < before
    for _ in range(100 // TIDIED):
        store.create(TINY)
    assert not any(sum(rows(store, run).values()) for run in gone)


def test_a_run_is_made_even_if_the_old_ones_cannot_be_removed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> int:
        raise StoreProblem("The store is locked.")

    monkeypatch.setattr(purging, "remove", fails)
    assert store.get(store.create(TINY)).active


def test_the_file_shrinks(store: RunStore, store_url: str) -> None:
    kept = left(store)
    before = file(store_url).stat().st_size
    store.delete(left(store, size=6 * MEGABYTE))
    assert file(store_url).stat().st_size > 6 * MEGABYTE
    store.purge()
    assert file(store_url).stat().st_size < before + MEGABYTE // 4
    assert store.get(kept).epoch == 20


def _as_before(path: Path) -> None:
    """Make the file like those of older versions, which do not track free pages."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")


def test_a_file_of_an_older_version_shrinks_too_and_from_then_on_in_pieces(
    store: RunStore, store_url: str
) -> None:
    _as_before(file(store_url))
    kept, gone = left(store), left(store, size=3 * MEGABYTE)
    before = store.get(kept)
    store.delete(gone)
    store.purge()
    assert file(store_url).stat().st_size < MEGABYTE
    assert store.get(kept) == before
    with closing(sqlite3.connect(file(store_url))) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (purging.INCREMENTAL,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_large_file_of_an_older_version_is_not_written_anew(
    store: RunStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "COPIED", 10_000)
    _as_before(file(store_url))
    store.delete(left(store, size=3 * MEGABYTE))
    size = file(store_url).stat().st_size
    assert store.purge() == 1
    assert file(store_url).stat().st_size == size
    left(store, size=2 * MEGABYTE)  # the freed space is reused
    assert file(store_url).stat().st_size == size
