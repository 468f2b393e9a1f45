"""Leases: one process trains a run at a time, in queue order, until it loses the lease."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from digitapp.errors import Superseded
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import (
    CHECKPOINT,
    DONE,
    FAILED,
    FIRST_LAYER,
    MODEL,
    NEW_RATES,
    PAUSE,
    PAUSED,
    PAUSES,
    SNAPSHOT,
    STEP,
    STOP,
    STOPPED,
    TEST,
)
from digitapp.runs.stored_arrays import keep, new_rates, pack_new_rates, pack_pauses, pauses
from digitapp.training import phases
from digitapp.training.checkpoints import pack
from digitapp.training.history import Point
from digitapp.training.moments import NewRate
from tests import stores
from tests.tiny_runs import EPOCH, TINY, age, change, pid, ran, rows

WRITES: list[Callable[[Lease], object]] = [
    lambda lease: lease.beat(),
    lambda lease: lease.begin(0, 10, 1),
    lambda lease: lease.at(phases.NETWORK),
    lambda lease: lease.built(10, 0, b"layer"),
    lambda lease: lease.show(PAUSED),
    lambda lease: lease.stepped(),
    lambda lease: lease.keep_now(STEP, 7, b"step"),
    lambda lease: lease.look(),
    lambda lease: lease.note([Point(9, 1, 1.0, 0.5, 0.1)]),
    lambda lease: lease.keep(replace(EPOCH, number=9), b"checkpoint", b"layer", b"all"),
    lambda lease: lease.finish(Outcome(DONE, model=b"model")),
]


pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def _waiting(store: RunStore, count: int) -> list[Lease]:
    """That many queued runs, each with a process that waits."""
    leases = [Lease(store, store.create(TINY)) for _ in range(count)]
    for lease in leases:
        lease.take()
    return leases


def _ended(lease: Lease) -> None:
    lease.finish(Outcome(DONE))


def test_a_run_is_taken_by_one_process_only(store: RunStore) -> None:
    run = store.create(TINY)
    Lease(store, run).take()
    with pytest.raises(Superseded, match="This process cannot train run 1"):
        Lease(store, run).take()
    assert pid(store, run) == os.getpid()


def test_of_many_processes_that_want_a_run_exactly_one_gets_it() -> None:
    run = RunStore().create(TINY)

    def attempt(lease: Lease) -> bool:
        try:
            lease.take()
        except Superseded:
            return False
        return True

    leases = [Lease(RunStore(), run) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, leases)) == 1


def test_a_run_whose_process_died_waiting_can_be_taken_by_another(store: RunStore) -> None:
    run = store.create(TINY)
    Lease(store, run).take()
    age(store, run)
    Lease(store, run).take()


@pytest.mark.parametrize("status", ["running", "paused", "done", "stopped", "failed"])
def test_only_a_queued_run_can_be_taken(status: str, store: RunStore) -> None:
    run = store.create(TINY)
    change(store, run, status=status)
    with pytest.raises(Superseded):
        Lease(store, run).take()


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_are_trained_at_once_than_allowed(at_once: int, store: RunStore) -> None:
    leases = _waiting(store, 4)
    assert [lease.turn(at_once) for lease in leases] == [place < at_once for place in range(4)]
    _ended(leases[0])
    assert leases[at_once].turn(at_once)


def test_pauses_are_kept_until_their_epoch_is_trained_again(store: RunStore) -> None:
    run = store.create(TINY)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(1)
    lease.begin(0, 180, 9)
    for epoch, began in ((1, [0.25]), (3, [2.5]), (3, [2.5, 2.75])):
        lease.pause(epoch, pack_pauses(began))
    assert store.get(run).status == "paused"
    assert pauses(store, run) == [0.25, 2.5, 2.75]
    lease.begin(2, 180, 9)
    assert pauses(store, run) == [0.25]
    lease.begin(0, 180, 9)
    assert pauses(store, run) == []


def test_new_learning_rates_are_kept_until_their_epoch_is_trained_again(store: RunStore) -> None:
    run = store.create(TINY)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(1)
    lease.begin(0, 180, 9)
    first, second, third = (NewRate(at, 0.01, 0.1) for at in (0.25, 2.5, 2.75))
    for epoch, found in ((1, [first]), (3, [second]), (3, [second, third])):
        lease.keep_new_rates(epoch, pack_new_rates(found))
    assert new_rates(store, run) == [first, second, third]
    lease.begin(2, 180, 9)
    assert new_rates(store, run) == [first]
    lease.begin(0, 180, 9)
    assert new_rates(store, run) == []


@pytest.mark.parametrize(
    "data", [b"damaged", pack({"rates": np.ones((1, 2))}), pack({"rates": np.array(1.0)})]
)
def test_damaged_learning_rates_are_left_out(data: bytes, store: RunStore) -> None:
    run = store.create(TINY)
    keep(store, run, NEW_RATES, data)
    assert new_rates(store, run) == []


def test_a_damaged_pause_is_left_out(store: RunStore) -> None:
    run = store.create(TINY)
    keep(store, run, PAUSES, b"damaged")
    assert pauses(store, run) == []


def test_of_many_processes_that_wait_for_one_place_the_first_gets_it() -> None:
    leases = _waiting(RunStore(), 8)
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda lease: lease.turn(1), reversed(leases)))[::-1]
        again = list(pool.map(lambda lease: lease.turn(1), leases))
    assert sum(started) + sum(again) == 1
    assert started[0] or again[0]


def test_a_later_run_waits_for_an_earlier_one_whose_process_is_still_starting(
    store: RunStore,
) -> None:
    slow, quick = store.create(TINY), Lease(store, store.create(TINY))
    quick.take()
    assert not quick.turn(1)
    first = Lease(store, slow)
    first.take()
    assert first.turn(1)


def test_a_later_run_waits_for_one_that_needs_no_process_yet_and_not_for_one_that_lost_its(
    store: RunStore,
) -> None:
    first = store.create(TINY)
    age(store, first)
    (lease,) = _waiting(store, 1)
    assert not lease.turn(1)
    Lease(store, first).take()
    age(store, first)
    assert lease.turn(1)


def test_a_resumed_run_goes_to_the_end_of_the_queue(store: RunStore) -> None:
    first, _ = ran(store)
    other = Lease(store, store.create(TINY))
    change(store, first, status=STOPPED, owner="")
    store.resume(first)
    resumed = Lease(store, first)
    resumed.take()
    other.take()
    assert not resumed.turn(1)
    assert other.turn(1)


def test_a_lost_run_keeps_no_place(store: RunStore) -> None:
    run, _ = ran(store)
    (waiting,) = _waiting(store, 1)
    assert not waiting.turn(1)
    age(store, run)
    assert waiting.turn(1)


def test_runs_on_another_machine_take_no_place_on_this_one(store: RunStore) -> None:
    elsewhere, _ = ran(store)
    change(store, elsewhere, host="another machine")
    change(store, store.create(TINY), host="another machine")
    (lease,) = _waiting(store, 1)
    assert lease.turn(1)


def test_a_turn_comes_once(store: RunStore) -> None:
    (lease,) = _waiting(store, 1)
    assert lease.turn(5)
    assert not lease.turn(5)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("how", ["taken over", "deleted", "stopped in the queue"])
def test_a_process_that_lost_its_run_is_told_so_and_changes_nothing(
    how: str, write: Callable[[Lease], object], store: RunStore
) -> None:
    run, lease = ran(store)
    age(store, run)
    if how == "deleted":
        store.delete(run)
    else:
        store.resume(run)
    if how == "stopped in the queue":
        store.ask(run, STOP)
    before, found = rows(store, run), store.all()
    with pytest.raises(Superseded, match="This process cannot train run 1"):
        write(lease)
    assert rows(store, run) == before
    assert store.all() == found


def test_what_was_noted_of_later_epochs_goes_when_training_begins_again(store: RunStore) -> None:
    run, lease = ran(store, epochs=3)
    lease.note([Point(4, 1, 1.0, 0.5, 0.1)])
    lease.begin(2, 180, 9)
    assert [epoch.number for epoch in store.epochs(run)] == [1, 2]
    assert [point.epoch for point in store.points(run)] == [1, 2]
    for kind in (FIRST_LAYER, SNAPSHOT):
        assert store.blob_epochs(run, kind) == [0, 1, 2]
    assert store.blob(run, CHECKPOINT) == b"checkpoint"
    lease.keep(replace(EPOCH, number=3), b"checkpoint", None)
    assert store.get(run).epoch == 3


def test_only_the_last_checkpoint_is_kept_and_every_first_layer(store: RunStore) -> None:
    run, lease = ran(store, epochs=2)
    lease.keep(replace(EPOCH, number=3), b"the last", b"layer 3")
    assert store.blob_epochs(run, CHECKPOINT) == [3]
    assert store.blob(run, CHECKPOINT) == b"the last"
    assert store.blob_epochs(run, FIRST_LAYER) == [0, 1, 2, 3]
    assert store.blob(run, FIRST_LAYER, 3) == b"layer 3"
    assert store.blob(run, FIRST_LAYER, 9) is None


def test_all_weights_are_kept_of_some_epochs(store: RunStore) -> None:
    run, lease = ran(store, epochs=1)
    lease.keep(replace(EPOCH, number=2), b"checkpoint", None)
    lease.keep(replace(EPOCH, number=3), b"checkpoint", None, b"all 3")
    assert store.blob_epochs(run, SNAPSHOT) == [0, 1, 3]
    assert store.blob(run, SNAPSHOT, 0) == b"all 0"
    assert store.blob(run, SNAPSHOT, 3) == b"all 3"
    lease.finish(Outcome(DONE, model=b"model"))
    assert store.blob_epochs(run, SNAPSHOT) == [0, 1, 3]


def test_the_first_layer_is_not_kept_twice_when_training_begins_again(store: RunStore) -> None:
    run, lease = ran(store, epochs=2)
    lease.built(7850, 2, b"the same, built again")
    assert store.blob_epochs(run, FIRST_LAYER) == [0, 1, 2]


ZERO = replace(EPOCH, number=0, loss=2.3, val_accuracy=0.9, seconds=0.0)


def test_epoch_0_is_read_only_when_asked_for_and_counts_for_nothing(store: RunStore) -> None:
    run, lease = ran(store, epochs=0)
    lease.built(7850, 0, b"layer", untrained=ZERO)
    found = store.get(run)
    assert (found.epoch, found.seconds, found.val_accuracy) == (0, 0.0, None)
    assert (found.best_val_accuracy, store.epochs(run), store.epochs_of([run])) == (None, [], {})
    lease.keep(EPOCH, b"checkpoint", None)
    found = store.get(run)
    assert (found.epoch, found.seconds) == (1, EPOCH.seconds)
    assert (found.val_accuracy, found.best_val_accuracy) == (0.25, 0.25)
    assert store.epochs(run) == [EPOCH]
    assert store.epochs(run, since=0) == [ZERO, EPOCH]
    assert store.epochs_of([run]) == {run: [EPOCH]}


def test_epoch_0_stays_when_a_run_goes_on_and_is_replaced_when_it_begins_again(
    store: RunStore,
) -> None:
    run, lease = ran(store, epochs=0)
    lease.built(7850, 0, b"layer", untrained=ZERO)
    lease.keep(EPOCH, b"checkpoint", None)
    lease.begin(1, 180, 9)
    lease.built(7850, 1, b"layer")
    assert store.epochs(run, since=0) == [ZERO, EPOCH]
    lease.begin(0, 180, 9)
    assert store.epochs(run, since=0) == []
    other = replace(ZERO, watched=(0.5, 0.5))
    lease.built(7850, 0, b"layer", untrained=other)
    assert store.epochs(run, since=0) == [other]


def test_what_a_run_does_is_told_until_it_ends_or_waits_again(store: RunStore) -> None:
    run, lease = ran(store)
    assert store.get(run).phase == ""
    lease.at(phases.TEST)
    assert store.get(run).phase == phases.TEST
    age(store, run)
    store.resume(run)
    assert store.get(run).phase == ""
    lease = Lease(store, run)
    lease.take()
    lease.at(phases.IMAGES)
    lease.finish(Outcome(STOPPED))
    assert store.get(run).phase == ""


def test_a_finished_run_has_its_model_and_scores_and_is_nobodys_any_more(store: RunStore) -> None:
    run, lease = ran(store)
    store.ask(run, PAUSE)
    lease.finish(Outcome(DONE, "", 0.5, 0.75, b"model", b"test"))
    found = store.get(run)
    assert (found.status, found.request, found.error) == (DONE, "", "")
    assert (found.test_loss, found.test_accuracy) == (0.5, 0.75)
    assert (store.blob(run, MODEL), store.blob(run, TEST)) == (b"model", b"test")
    with pytest.raises(Superseded):
        lease.beat()


def test_a_run_that_failed_says_why_and_keeps_its_epochs(store: RunStore) -> None:
    run, lease = ran(store, epochs=2)
    lease.finish(Outcome(FAILED, "The disk is full."))
    found = store.get(run)
    assert (found.status, found.error, found.epoch) == (FAILED, "The disk is full.", 2)
    assert store.blob(run, CHECKPOINT) == b"checkpoint"


def test_a_run_stopped_again_before_it_began_keeps_its_model_and_scores(store: RunStore) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(STOPPED, "", 0.5, 0.75, b"model", b"test"))
    store.resume(run)
    again = Lease(store, run)
    again.take()
    again.finish(Outcome(STOPPED))
    found = store.get(run)
    assert (found.test_loss, found.test_accuracy) == (0.5, 0.75)
    assert store.blob(run, MODEL) == b"model"


def test_a_heartbeat_shows_that_the_process_lives(store: RunStore) -> None:
    run, lease = ran(store)
    change(store, run, heartbeat=time.time() - 100)
    assert store.get(run).status == "lost"
    lease.beat()
    assert store.get(run).status == "running"
