"""The network of a run as it is while it trains."""

from pathlib import Path

import numpy as np
import pytest

from digitapp.jobs import heartbeat, pacing, present_moment, worker
from digitapp.library import networks_in_training
from digitapp.library.networks_in_training import Kept
from digitapp.runs import Lease, Outcome, RunStore, purging
from digitapp.runs.records import (
    CHECKPOINT,
    DONE,
    FAILED,
    NETWORK_NOW,
    PAUSE,
    SNAPSHOT,
    STOP,
    STOPPED,
)
from digitapp.runs.watching import Followed
from digitapp.training import snapshots
from tests.tiny_runs import TINY, age, over, ran, rows, training, until

SPEC = TINY.changed({"hidden": [16], "batch_size": 8, "epochs": 3})


@pytest.fixture
def store(toy_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    for module, name in ((heartbeat, "BEATS_EVERY"), (pacing, "LOOKS_EVERY")):
        monkeypatch.setattr(module, name, 0.03)
    return RunStore()


def latest(store: RunStore, run: int) -> Kept | None:
    seen, found = Followed(store, run), store.get(run)
    seen.look(found.batches)
    return networks_in_training.latest(found, seen)


def waits(store: RunStore, run: int) -> bool:
    found = store.get(run)
    return found.status == "paused" and not found.steps


def test_each_single_batch_leaves_the_network_that_it_made(store: RunStore) -> None:
    run = store.create(SPEC, request=PAUSE)
    with training(store, run):
        until(lambda: waits(store, run))
        assert latest(store, run) == Kept(SNAPSHOT, 0)
        read = []
        for number in (1, 2):
            store.ask_batches(run)
            until(lambda: waits(store, run))
            kept = Kept(NETWORK_NOW, number)
            assert latest(store, run) == kept
            assert kept.when(store.get(run).batches) == (0, number)
            network = networks_in_training.load(store, store.get(run), kept)
            assert network
            read.append(network.outputs(np.full((1, 28, 28), 0.5, np.float32)))
        assert np.abs(read[1] - read[0]).max() > 1e-3
        gone = Kept(NETWORK_NOW, 1)  # newer weights have taken its place
        assert networks_in_training.load(store, store.get(run), gone) is None
    assert over(store, run).status == STOPPED
    assert store.blob_epochs(run, NETWORK_NOW) == []
    assert latest(store, run) == Kept(SNAPSHOT, 0)


def test_at_full_speed_it_is_kept_at_intervals_and_is_gone_at_the_end(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present_moment, "LAYER_EVERY", 0.02)
    run = store.create(SPEC.changed({"epochs": 200, "batch_size": 1}))
    with training(store, run):
        first = until(lambda: store.blob_epochs(run, NETWORK_NOW))
        assert until(lambda: store.blob_epochs(run, NETWORK_NOW) != first)
        assert len(store.blobs(run, NETWORK_NOW)) == 1
    assert store.blob_epochs(run, NETWORK_NOW) == []


def test_a_large_network_is_not_kept_within_an_epoch(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present_moment, "MOST_PARAMETERS", 12_729)
    run = store.create(SPEC, request=PAUSE)
    with training(store, run):
        until(lambda: waits(store, run))
        store.ask_batches(run)
        until(lambda: waits(store, run))
        assert store.get(run).parameters == 12_730
        assert latest(store, run) == Kept(SNAPSHOT, 0)


def test_a_resumed_run_begins_at_its_last_whole_epoch(store: RunStore) -> None:
    run = store.create(SPEC, request=PAUSE)
    with training(store, run):
        until(lambda: waits(store, run))
        batches = store.get(run).batches
        store.ask_batches(run, batches + 2)
        until(lambda: waits(store, run))
        assert latest(store, run) == Kept(NETWORK_NOW, batches + 2)
        store.ask(run, STOP)
        over(store, run)
    assert store.get(run).epoch == 1
    assert latest(store, run) == Kept(SNAPSHOT, 1)
    store.resume(run)
    assert worker.execute(store, run).status == DONE
    assert latest(store, run) == Kept(SNAPSHOT, 3)
    assert store.blob_epochs(run, NETWORK_NOW) == []


def held(store: RunStore) -> tuple[int, Lease]:
    """Return a run in its second epoch, of 9 batches, and its lease."""
    run, lease = ran(store)
    lease.keep_now(NETWORK_NOW, 12, snapshots.pack([np.zeros(7850, np.float32)]))
    assert latest(store, run) == Kept(NETWORK_NOW, 12)
    return run, lease


@pytest.mark.parametrize("status", [DONE, STOPPED, FAILED])
def test_it_is_gone_however_the_run_ends(status: str, store: RunStore) -> None:
    run, lease = held(store)
    lease.finish(Outcome(status))
    assert store.blob_epochs(run, NETWORK_NOW) == []
    assert latest(store, run) == Kept(SNAPSHOT, 1)


def test_of_a_lost_run_it_stays_until_it_is_resumed(store: RunStore) -> None:
    run, _ = held(store)
    age(store, run)
    assert store.get(run).status == "lost"
    assert latest(store, run) == Kept(NETWORK_NOW, 12)
    store.resume(run)
    again = Lease(store, run)
    again.take()
    again.begin(1, 180, 9)
    assert store.blob_epochs(run, NETWORK_NOW) == []


def test_what_is_older_than_the_last_epoch_is_not_the_latest(store: RunStore) -> None:
    run, lease = ran(store)
    lease.keep_now(NETWORK_NOW, 9, b"the end of epoch 1")
    assert latest(store, run) == Kept(SNAPSHOT, 1)


def test_without_snapshots_it_is_the_checkpoint(store: RunStore) -> None:
    run, lease = ran(store)
    assert {Kept(CHECKPOINT, 1).when(9), Kept(SNAPSHOT, 1).when(9)} == {(1, 0)}
    with store.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM blobs WHERE kind = 'snapshot'")
    assert latest(store, run) == Kept(CHECKPOINT, 1)
    lease.finish(Outcome(STOPPED))
    assert latest(store, run) == Kept(CHECKPOINT, 1)


def test_before_the_network_is_built_there_is_none(store: RunStore) -> None:
    assert latest(store, store.create(SPEC)) is None


def test_a_deleted_run_leaves_none(store: RunStore) -> None:
    run, _ = held(store)
    age(store, run)  # a lost one: otherwise it is gone already
    store.delete(run)
    purging.remove(store.database)
    assert rows(store, run)["blobs"] == 0
