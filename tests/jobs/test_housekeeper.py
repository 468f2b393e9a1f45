"""Housekeeping from time to time, and the memory that is free."""

import time
from pathlib import Path

import pytest

from digitapp.jobs import housekeeper, memory
from digitapp.jobs.dispatcher import Dispatcher
from digitapp.jobs.housekeeper import Housekeeper
from digitapp.runs import Outcome, RunStore, limits, stored
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.records import DONE, PAUSE, STOP
from tests.people import ANN, BEN, begun
from tests.tiny_runs import TINY, change

GIGABYTE = 10**9


@pytest.fixture
def store(store_url: str) -> RunStore:
    stored.forget()
    return RunStore(store_url)


def test_it_gives_places_back_and_makes_room(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.variable("stored_in_all"), "0.01")
    run = store.seen_by(ANN).create(TINY)
    lease = begun(store, run)
    store.ask(run, PAUSE)
    lease.pause(1)
    change(store, run, queued=time.time() - 3600)
    old = store.seen_by(BEN).create(TINY)
    begun(store, old).finish(Outcome(DONE, model=b"m" * 9_000_000))
    Housekeeper(store).step()
    assert store.get(run).request == STOP
    assert store.get(old).leaving is not None


def test_when_memory_is_short_a_paused_run_gives_its_own_back(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.seen_by(ANN).create(TINY)
    lease = begun(store, run)
    store.ask(run, PAUSE)
    lease.pause(1)
    monkeypatch.setattr(memory, "free", lambda: GIGABYTE)
    Housekeeper(store).step()
    assert store.get(run).request == PAUSE
    monkeypatch.setattr(memory, "free", lambda: GIGABYTE // 2)
    Housekeeper(store).step()
    assert store.get(run).request == STOP


def test_one_thread_keeps_a_store(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun_threads: list[str] = []

    class Thread:
        def __init__(self, target: object, name: str, daemon: bool) -> None:
            self.name = name

        def start(self) -> None:
            begun_threads.append(self.name)

    monkeypatch.setattr(housekeeper.threading, "Thread", Thread)
    for person in ("", ANN, BEN):
        housekeeper.keep(store.seen_by(person))
    assert begun_threads == ["housekeeper"]


def _meminfo(folder: Path, kilobytes: int) -> Path:
    path = folder / "meminfo"
    path.write_text(f"MemTotal:  9999999 kB\nMemAvailable:  {kilobytes} kB\n")
    return path


def test_free_memory_is_what_the_machine_and_the_container_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MEMINFO", _meminfo(tmp_path, 4_000_000))
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert memory.free() == 4_096_000_000
    (tmp_path / "memory.current").write_text("900\n")
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 300\n")
    (tmp_path / "memory.max").write_text("1000\n")
    assert memory.free() == 400  # files that are only cached can go
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free() == 4_096_000_000


def test_where_free_memory_is_not_known_it_is_not_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "none")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert memory.free() is None
    assert not memory.short()


def test_no_training_begins_without_memory_unless_none_is_running(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_WORKERS", "3")
    free = [GIGABYTE // 2]
    monkeypatch.setattr(memory, "free", lambda: free[0])
    started: list[int] = []
    dispatcher = Dispatcher(store, DispatcherLock(store.database.url))
    monkeypatch.setattr(dispatcher, "_start", started.append)
    first = store.seen_by(ANN).create(TINY)
    dispatcher.step()
    assert started == [first]
    begun(store, first)
    second = store.seen_by(BEN).create(TINY)
    dispatcher.step()
    assert started == [first]
    free[0] = GIGABYTE
    dispatcher.step()
    assert started == [first, second]


def test_no_process_is_started_for_a_run_that_may_not_begin_yet(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_WORKERS", "3")
    started: list[int] = []
    dispatcher = Dispatcher(store, DispatcherLock(store.database.url))
    monkeypatch.setattr(dispatcher, "_start", started.append)
    ann, ben = store.seen_by(ANN), store.seen_by(BEN)
    made = [ann.create(TINY), ann.create(TINY), ben.create(TINY)]
    dispatcher.step()
    assert started == [made[0], made[2]]
