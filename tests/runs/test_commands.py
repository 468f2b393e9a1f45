"""Orders about the pace of a run: slow motion, one batch, one epoch, waiting before the first."""

from typing import Any

import pytest

from digitapp.errors import InvalidSetting, RunBusy
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import (
    DONE,
    FIRST_LAYER_NOW,
    GO_ON,
    MOST_STEPS,
    ONE_EPOCH,
    PAUSE,
    PAUSED,
    RUNNING,
    STEP,
    STOP,
)
from tests import stores
from tests.tiny_runs import TINY, change, ran

pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def test_a_pace_reaches_the_process_and_can_be_taken_back(store: RunStore) -> None:
    run, lease = ran(store)
    assert (store.get(run).pace, lease.look().pace) == (None, None)
    store.set_pace(run, 5)
    assert store.get(run).pace == lease.look().pace == lease.beat().pace == 5.0
    store.set_pace(run, None)
    assert lease.look().pace is None


@pytest.mark.parametrize(
    "pace", [0, -1.0, 0.09, 1001, float("nan"), float("inf"), 10**400, True, "fast"]
)
def test_a_pace_out_of_range_is_refused(pace: Any, store: RunStore) -> None:
    run, _ = ran(store)
    with pytest.raises(InvalidSetting, match=r"^pace is .*; it must be from 0\.1 to 1000\.0\.$"):
        store.set_pace(run, pace)
    with pytest.raises(InvalidSetting, match=r"^pace is"):
        store.create(TINY, pace=pace)
    assert store.get(run).pace is None
    assert len(store.all()) == 1


def test_a_run_may_be_created_slow_and_to_wait_before_its_first_step(store: RunStore) -> None:
    run = store.create(TINY, pace=20.0, request=PAUSE, experiment="depth/1")
    found = store.get(run)
    assert (found.pace, found.request, found.experiment) == (20.0, PAUSE, "depth/1")
    assert found.waits
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(1)
    assert store.get(run).request == PAUSE


@pytest.mark.parametrize("request_", [STOP, ONE_EPOCH, "hurry", None])
def test_a_run_cannot_be_created_with_any_other_request(request_: Any, store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match=r"^request is"):
        store.create(TINY, request=request_)
    assert store.all() == []


def test_the_name_of_an_experiment_is_checked(store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match="has 101 characters"):
        store.create(TINY, experiment="x" * 101)


def test_batches_that_are_asked_for_add_up_and_are_counted_down(store: RunStore) -> None:
    run, lease = ran(store)
    store.ask_batches(run)
    store.ask_batches(run, 2)
    assert (lease.look().request, lease.look().steps) == (PAUSE, 3)
    for left in (2, 1, 0, 0):
        lease.stepped()
        assert lease.look().steps == store.get(run).steps == left


def test_epochs_that_are_asked_for_add_up(store: RunStore) -> None:
    run, lease = ran(store)  # its first epoch is done
    store.ask(run, ONE_EPOCH)
    assert (lease.look().request, lease.look().pause_after) == (ONE_EPOCH, 2)
    store.ask(run, ONE_EPOCH, 3)
    assert lease.look().pause_after == store.get(run).pause_after == 5
    lease.pause(5)  # the process has not heard of the last ones yet
    assert (store.get(run).request, store.get(run).waits) == (ONE_EPOCH, True)
    lease.pause(6)
    assert store.get(run).request == PAUSE
    store.ask(run, ONE_EPOCH)
    assert store.get(run).pause_after == 2


@pytest.mark.parametrize("count", [0, -1, MOST_STEPS + 1, 10**400, 1.5, float("nan"), True, "one"])
def test_a_number_of_batches_that_makes_no_sense_is_refused(count: Any, store: RunStore) -> None:
    run, _ = ran(store)
    with pytest.raises(InvalidSetting, match=r"^batches is .* from 1 to 1000"):
        store.ask_batches(run, count)
    assert store.get(run).steps == 0


def test_no_more_batches_can_be_asked_for_than_at_most(store: RunStore) -> None:
    run, _ = ran(store)
    store.ask_batches(run, MOST_STEPS)
    with pytest.raises(RunBusy, match="has 1000 batches to train already; at most 1000"):
        store.ask_batches(run)
    assert store.get(run).steps == MOST_STEPS


@pytest.mark.parametrize("status", ["queued", "done", "failed", "stopped"])
def test_a_run_that_does_not_train_takes_no_batch_and_no_epoch(
    status: str, store: RunStore
) -> None:
    change(store, store.create(TINY), status=status)
    with pytest.raises(RunBusy, match=f"Run 1 is {status}; it cannot train one batch and pause."):
        store.ask_batches(1)
    with pytest.raises(RunBusy, match=f"Run 1 is {status}; it cannot train one epoch and pause."):
        store.ask(1, ONE_EPOCH)
    assert (store.get(1).steps, store.get(1).request) == (0, "")


def test_one_that_is_about_to_stop_takes_no_batch(store: RunStore) -> None:
    run, _ = ran(store)
    store.ask_batches(run)
    store.ask(run, STOP)
    with pytest.raises(RunBusy, match="Run 1 is about to stop"):
        store.ask_batches(run)
    assert (store.get(run).request, store.get(run).steps) == (STOP, 0)


@pytest.mark.parametrize("request_", [GO_ON, ONE_EPOCH, STOP])
def test_another_request_takes_the_place_of_batches(request_: str, store: RunStore) -> None:
    run, _ = ran(store)
    store.ask_batches(run, 7)
    store.ask(run, request_)
    assert (store.get(run).request, store.get(run).steps) == (request_, 0)


def test_the_pace_of_a_run_that_is_over_cannot_change(store: RunStore) -> None:
    run, lease = ran(store)
    store.ask_batches(run)
    lease.finish(Outcome(DONE))
    assert store.get(run).steps == 0
    with pytest.raises(RunBusy, match="Run 1 is done; its pace can no longer be changed"):
        store.set_pace(run, 5)


def test_a_paused_run_takes_a_batch_in_its_turn_and_not_before(store: RunStore) -> None:
    run, lease = ran(store)
    store.ask(run, PAUSE)
    lease.pause(1)
    assert not lease.turn(1)
    assert not store.get(run).waits
    other = Lease(store, store.create(TINY))
    other.take()
    assert other.turn(1)
    store.ask_batches(run)
    assert store.get(run).waits
    assert not lease.turn(1)
    other.finish(Outcome(DONE))
    assert lease.turn(1)
    assert (store.get(run).status, store.get(run).request) == (RUNNING, PAUSE)


def test_one_that_is_asked_for_more_while_it_waits_keeps_its_place(store: RunStore) -> None:
    first, second = ran(store), ran(store)
    for run, lease in (first, second):
        store.ask(run, PAUSE)
        lease.pause(1)
    for run, _ in (first, second, first):
        store.ask_batches(run)
    store.ask(first[0], ONE_EPOCH)
    assert [store.get(run).ahead for run, _ in (first, second)] == [0, 1]


def test_after_its_epoch_a_run_is_paused_like_any_other(store: RunStore) -> None:
    run, lease = ran(store)
    store.ask(run, ONE_EPOCH)
    assert store.get(run).status == RUNNING
    lease.pause(3)
    assert (store.get(run).status, store.get(run).request) == (PAUSED, PAUSE)
    store.ask(run, ONE_EPOCH)
    assert store.get(run).waits
    assert lease.turn(1)


def test_of_the_present_moment_only_the_latest_is_kept_until_the_run_ends(store: RunStore) -> None:
    run, lease = ran(store)
    for batches in (1, 2):
        lease.keep_now(STEP, batches, b"%d" % batches)
        lease.keep_now(FIRST_LAYER_NOW, batches, b"layer")
    assert store.blob_epochs(run, STEP) == store.blob_epochs(run, FIRST_LAYER_NOW) == [2]
    assert store.blob(run, STEP) == b"2"
    lease.begin(1, 10, 5)
    assert store.blob_epochs(run, STEP) == []
    lease.keep_now(STEP, 3, b"3")
    lease.finish(Outcome(DONE))
    assert store.blob_epochs(run, STEP) == []
