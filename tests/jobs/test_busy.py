"""A store locked for long by another program costs time, never a run.

The locks are real; the patience and the time after which a run counts as lost are shortened. A
machine that pauses for as long makes a living process look lost, so that such tests are repeated.
"""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import pytest

from digitapp.data.datasets import Dataset, load
from digitapp.errors import RunBusy, StoreBusy, StoreProblem, Superseded
from digitapp.jobs import heartbeat, pacing, recorder, worker
from digitapp.runs import Lease, Run, RunStore, clock, database
from digitapp.runs.records import GO_ON, PAUSE, STOP
from digitapp.runs.retrying import retry_while_busy
from digitapp.runs.tables import runs
from digitapp.training.trainer import Trained, train
from tests import stores
from tests.pauses import unless_paused
from tests.runs.test_database import DAMAGE
from tests.tiny_runs import (
    TINY,
    equal,
    measured,
    over,
    pid,
    process,
    ran,
    training,
    until,
    variables,
    weights,
    write_mnist,
)

PATIENCE, STALE, HELD = 0.05, 1.0, 1.8  # seconds
BATCHES = 15
# Many steps, all of which callbacks see.
SPEC = TINY.changed({"batch_size": 12, "epochs": 3, "augmentation": {"shift": 1.0}})

# A training process that stops, as if suspended, in the transaction that stores a given kind.
SUSPENDED = """
import os, signal, sys
from digitapp.runs import lease
whole = lease.put

def put(connection, run, kind, *more, **others):
    whole(connection, run, kind, *more, **others)
    if kind == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGSTOP)

lease.put = put
from digitapp.cli import main
sys.exit(main(["work", sys.argv[1]]))
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the patience of every attempt, and the time until a silent run counts as lost."""
    monkeypatch.setattr(database, "LOCK_TIMEOUT", PATIENCE)
    monkeypatch.setattr(clock, "STALE_AFTER", STALE)
    monkeypatch.setattr(clock, "NOTABLE", 0.1)
    for module, name in ((heartbeat, "BEATS_EVERY"), (pacing, "LOOKS_EVERY")):
        monkeypatch.setattr(module, name, 0.1)
    monkeypatch.setattr(recorder, "NOTED_EVERY", 0.0)


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


@pytest.fixture(scope="module")
def never_held(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Trained:
    """The same training, without any store."""
    with pytest.MonkeyPatch.context() as patched:
        folder = write_mnist(tmp_path_factory.mktemp("busy") / "datasets", toy)
        patched.setenv("DIGITAPP_DATASETS", str(folder))
        return train(SPEC, load("mnist"))


def emptied(
    store: RunStore | None = None, a_store_for_each: Sequence[RunStore] = (), **others: object
) -> None:
    """Delete all runs of a test's stores, before it is repeated."""
    for each in [store, *a_store_for_each]:
        if each is not None:
            retry_while_busy(lambda each=each: each.database.change(runs.delete()))


def looks(store: RunStore, run: int, seconds: float = HELD) -> set[tuple[str, bool]]:
    """Poll for that many seconds; return all (status of the run, whether the store is busy)."""
    latest, found = time.monotonic() + seconds, set()
    while time.monotonic() < latest:
        found.add((store.get(run).status, store.busy()))
        time.sleep(0.05)
    return found


def free(store: RunStore, run: int, status: str) -> None:
    """Wait until the store is seen to be free again; the run must keep this status throughout."""
    until(lambda: store.get(run).status != status or not store.busy())
    assert {found for found, _ in looks(store, run, 0.5)} == {status}


class Moment(keras.callbacks.Callback):
    """Lets another program lock the store from a given moment of the training."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self.came, self.go = threading.Event(), threading.Event()
        self.moment = moment

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self.moment == "within an epoch" and batch == 7:
            self.hold()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if (self.moment, epoch) in (("after an epoch", 0), ("after the last epoch", 2)):
            self.hold()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self.moment == "finishing":
            self.hold()

    def hold(self) -> None:
        """Wait until the store is locked."""
        if not self.came.is_set():
            self.came.set()
            assert self.go.wait(60)


MOMENTS = ("within an epoch", "after an epoch", "after the last epoch", "finishing")


@pytest.mark.parametrize(
    ("moment", "store_url"),
    [
        *((moment, stores.SQLITE) for moment in MOMENTS),
        ("within an epoch", stores.POSTGRESQL),
        ("finishing", stores.POSTGRESQL),
    ],
    indirect=["store_url"],
)
@unless_paused(emptied)
def test_a_store_held_while_it_trains_costs_nothing(
    moment: str, store: RunStore, never_held: Trained
) -> None:
    run, seen = store.create(SPEC), Moment(moment)
    with ThreadPoolExecutor(1) as pool:
        trained = pool.submit(worker.execute, store, run, [seen])
        assert seen.came.wait(60)
        with stores.held(store):
            seen.go.set()
            assert looks(RunStore(), run) == {("running", True)}
        after = looks(RunStore(), run, 0.3)
    assert {status for status, _ in after} <= {"running", "done"}
    assert_whole(store, trained.result(), never_held)


def assert_whole(store: RunStore, found: Run, whole: Trained) -> None:
    """Check that a run is done, with all epochs, points and weights of uninterrupted training."""
    assert (found.status, found.error) == ("done", "")
    assert [epoch.number for epoch in store.epochs(found.id)] == [1, 2, 3]
    assert [epoch.val_loss for epoch in store.epochs(found.id)] == whole.history["val_loss"]
    points = [(point.epoch, point.batch) for point in store.points(found.id)]
    assert points == [(epoch, batch) for epoch in (1, 2, 3) for batch in range(1, BATCHES + 1)]
    assert equal(weights(store, found.id), variables(whole.model))


@stores.on_both
def test_a_store_held_while_a_training_starts_costs_nothing(
    store: RunStore, never_held: Trained
) -> None:
    run = store.create(SPEC)
    with ThreadPoolExecutor(1) as pool:
        with stores.held(store):
            trained = pool.submit(worker.execute, store, run)
            assert looks(RunStore(), run) == {("queued", True)}
        assert_whole(store, trained.result(), never_held)


def test_a_store_that_cannot_be_read_either_costs_nothing(
    store_url: str, postgres: object, toy_mnist: Path, never_held: Trained
) -> None:
    server: Any = postgres
    store = RunStore(server.url(server.emptied()))
    run, seen = store.create(SPEC), Moment("after an epoch")
    with ThreadPoolExecutor(1) as pool:
        trained = pool.submit(worker.execute, store, run, [seen])
        assert seen.came.wait(60)
        other = RunStore(store.database.url)
        with stores.held(store, reading_too=True):
            seen.go.set()
            with pytest.raises(StoreBusy, match="has been locked by another program"):
                other.get(run)
            time.sleep(HELD)
        assert_whole(store, trained.result(), never_held)


@stores.on_both
@unless_paused(emptied)
def test_a_store_held_while_one_waits_for_its_turn_costs_nothing(
    store: RunStore, never_held: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    first, lease = ran(store)
    run = store.create(SPEC)
    with training(store, run) as trained, alive(lease) as stop:
        until(lambda: pid(store, run))
        with stores.held(store):
            assert looks(RunStore(), run) == {("queued", True)}
            assert store.get(first).status == "running"
        free(RunStore(), run, "queued")  # the first process is still alive
        stop()
        assert_whole(store, trained.result(), never_held)


@contextmanager
def alive(lease: Lease) -> Iterator[Callable[[], None]]:
    """A run whose process only keeps its lease; yield the function that ends it."""
    beating = heartbeat.Heartbeat(lease)
    yield beating.stop
    beating.stop()


@stores.on_both
@unless_paused(emptied)
def test_a_store_held_while_it_is_paused_costs_nothing(
    store: RunStore, never_held: Trained
) -> None:
    run = store.create(SPEC)
    seen = Moment("within an epoch")
    with training(store, run, [seen]) as trained:
        assert seen.came.wait(60)
        retry_while_busy(lambda: store.ask(run, PAUSE))
        seen.go.set()
        until(lambda: store.get(run).status == "paused")
        with stores.held(store):
            assert looks(RunStore(), run) == {("paused", True)}
        free(RunStore(), run, "paused")
        retry_while_busy(lambda: store.ask(run, GO_ON))
        assert_whole(store, trained.result(), never_held)


# What could take a run from its process, given another's store, the run, and the next in the queue.
TAKING: list[Callable[[RunStore, int, Lease], object]] = [
    lambda other, run, _: other.resume(run),
    lambda other, run, _: other.delete(run),
    lambda other, run, _: Lease(other, run).take(),
    lambda _, __, next_one: next_one.turn(1),
]


@pytest.fixture
def a_store_for_each(
    store_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[list[RunStore]]:
    """An empty store for each attempt, so that none benefits from the grace of another."""
    if not store_url.startswith("postgresql"):
        yield [RunStore(f"sqlite:///{tmp_path / f'{number}.db'}") for number in range(len(TAKING))]
        return
    server: Any = request.getfixturevalue("postgres")
    names = [server.new_database() for _ in TAKING]
    yield [RunStore(server.url(name)) for name in names]
    for name in names:
        server.drop(name)


@stores.on_both
@pytest.mark.parametrize("status", ["running", "queued"])
@unless_paused(emptied)
def test_nobody_takes_a_run_whose_process_could_only_not_write(
    status: str, a_store_for_each: list[RunStore]
) -> None:
    """The first to come after the lock must give the others time to renew their leases."""
    with ThreadPoolExecutor(len(TAKING)) as pool:  # they wait in parallel
        tried = [
            pool.submit(_assert_not_taken, store, status, attempt)
            for store, attempt in zip(a_store_for_each, TAKING, strict=True)
        ]
    for each in tried:
        each.result()


def _assert_not_taken(
    store: RunStore, status: str, attempt: Callable[[RunStore, int, Lease], object]
) -> None:
    if status == "running":
        run, lease = ran(store)
    else:
        run = store.create(TINY)
        lease = Lease(store, run)
        lease.take()
    next_one = Lease(store, store.create(TINY))
    next_one.take()
    lease.beat()
    with ThreadPoolExecutor(1) as pool:
        with stores.held(store):
            other = RunStore(store.database.url)
            tried = threading.Event()
            late = pool.submit(_insistent, lambda: attempt(other, run, next_one), tried)
            assert tried.wait(60)
            time.sleep(STALE + 0.3)
        with pytest.raises((RunBusy, Superseded, AssertionError)):
            assert late.result()
    lease.beat()  # the lease is still this process's
    next_one.beat()
    assert store.get(run).status == status


@stores.on_both
@unless_paused(emptied)
def test_the_first_to_beat_after_a_lock_does_not_take_the_place_of_one_that_will(
    store: RunStore,
) -> None:
    run, lease = ran(store)
    mine = Lease(RunStore(), store.create(TINY))
    mine.take()
    until(lambda: _both_met_a_lock(store, lease, mine))
    mine.beat()
    assert not mine.turn(1)
    lease.beat()
    assert store.get(run).status == "running"


def _both_met_a_lock(store: RunStore, lease: Lease, mine: Lease) -> bool:
    """Beat, and let the store be locked for longer than a run may be silent.

    False if the machine was so slow that the lock came too late for that.
    """
    lease.beat()
    beaten = time.monotonic()
    with stores.held(store):
        with pytest.raises(StoreBusy):
            mine.beat()
        if time.monotonic() - beaten > STALE / 2:
            return False
        time.sleep(STALE + 0.3)
        with pytest.raises(StoreBusy):
            mine.beat()
    return True


def _insistent(attempt: Callable[[], object], tried: threading.Event) -> object:
    """Retry until the store is free; tell when the first attempt is over."""
    while True:
        try:
            return attempt()
        except StoreBusy:
            continue
        finally:
            tried.set()


@stores.on_both
def test_one_whose_process_is_gone_is_lost_even_if_the_store_was_held(store: RunStore) -> None:
    run, _ = ran(store)
    with stores.held(store):
        time.sleep(STALE + 0.1)
        assert store.get(run).status == "running"  # nobody can tell
    until(lambda: store.get(run).status == "lost")


@stores.on_both
def test_what_was_asked_for_in_vain_is_a_sentence_and_changes_nothing(store: RunStore) -> None:
    run, _ = ran(store)
    with stores.held(store), pytest.raises(StoreBusy, match="has been locked by another program"):
        RunStore().ask(run, STOP)
    assert store.get(run).request == ""


def test_a_damaged_store_is_not_waited_for(store: RunStore, tmp_path: Path) -> None:
    run = store.create(TINY)
    (tmp_path / "runs.db").write_bytes(DAMAGE["overwritten"](b""))
    with pytest.raises(StoreProblem, match="is damaged") as caught:
        worker.execute(store, run)
    assert not isinstance(caught.value, StoreBusy)
    assert not store.busy()


@pytest.mark.parametrize("kind", ["first layer", "checkpoint", "model", "onnx"])
def test_a_process_suspended_within_a_transaction_holds_up_the_others_and_costs_nothing(
    kind: str, store: RunStore, never_held: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "2")
    suspended, other = store.create(SPEC), store.create(SPEC)
    with _killed_at_the_end(
        process(store, str(suspended), kind, program=("-c", SUSPENDED))
    ) as stopped:
        until(lambda: _is_stopped(stopped.pid))
        with training(store, other) as trained:
            assert looks(RunStore(), other) == {("queued", True)}
            until(lambda: _continued(stopped.pid) and store.get(other).status != "queued")
            until(lambda: _continued(stopped.pid) and stopped.poll() is not None)
            assert_whole(store, trained.result(), never_held)
        assert stopped.communicate() == ("", "")
    assert store.get(suspended).status == "done"
    assert equal(weights(store, suspended), variables(never_held.model))
    assert measured(store.epochs(suspended)) == measured(store.epochs(other))


@contextmanager
def _killed_at_the_end(started: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def _is_stopped(number: int) -> bool:
    return Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "T"


def _continued(number: int) -> bool:
    """Let a process continue, in case it is suspended."""
    if Path(f"/proc/{number}").exists():
        os.kill(number, signal.SIGCONT)
    return True


def test_a_process_suspended_at_any_moment_ends_as_if_it_had_not_been(
    store: RunStore, never_held: Trained
) -> None:
    run, chance = store.create(SPEC), random.Random(0)
    with _killed_at_the_end(process(store, "work", str(run))) as working:
        until(lambda: pid(store, run))
        for _ in range(6):
            time.sleep(chance.uniform(0.0, 0.6))
            if working.poll() is None:
                os.kill(working.pid, signal.SIGSTOP)
                time.sleep(STALE + 0.2)
                os.kill(working.pid, signal.SIGCONT)
        until(lambda: store.get(run).status not in ("running", "lost", "queued"))
    found = over(store, run)
    assert (found.status, found.error, found.epoch) == ("done", "", 3)
    assert equal(weights(store, run), variables(never_held.model))
