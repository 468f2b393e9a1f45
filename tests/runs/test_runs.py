"""The store of runs, as used by pages and commands: lists, requests, the queue."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digitapp.errors import InvalidSetting, RunBusy, UnknownName
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import (
    CHECKPOINT,
    FAILED,
    FIRST_LAYER,
    GO_ON,
    PAUSE,
    STOP,
    STOPPED,
)
from digitapp.training.history import Point
from digitapp.training.spec import PRESETS
from tests import stores
from tests.tiny_runs import EPOCH, TINY, age, change, ran

DIGIT = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)


pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def test_a_new_run_waits_and_keeps_its_settings(store: RunStore) -> None:
    spec = PRESETS["recogniser"]
    before = time.time()
    run = store.get(store.create(spec, "recogniser", "Mine"))
    assert (run.spec, run.preset, run.name, run.title) == (spec, "recogniser", "Mine", "Mine")
    assert (run.status, run.request, run.error, run.epoch, run.seconds) == ("queued", "", "", 0, 0)
    assert before <= run.created <= time.time()
    assert (run.val_accuracy, run.test_loss, run.test_accuracy) == (None, None, None)
    assert (run.learning_rate, run.images_per_second) == (None, None)
    assert run.active
    assert not run.resumable


def test_a_run_without_a_name_is_called_by_what_it_is(store: RunStore) -> None:
    few = replace(PRESETS["fashion-300-100"], train_size=300)
    made = [(PRESETS["dense-128"], "dense-128"), (TINY, "dense-128"), (TINY, ""), (few, "")]
    named = [store.get(store.create(*each)).title for each in made]
    assert named == [
        "dense 128",
        "dense 16",
        "dense 16",
        "dense 300-100 on 300 images of Fashion-MNIST",
    ]


def test_all_runs_are_listed_the_newest_first(store: RunStore) -> None:
    made = [store.create(TINY) for _ in range(3)]
    assert [run.id for run in store.all()] == made[::-1] == [3, 2, 1]


def test_the_latest_runs_are_those_created_last_that_can_be_read(store: RunStore) -> None:
    first, second, deleted, last = (store.create(TINY) for _ in range(4))
    store.ask(deleted, STOP)
    store.delete(deleted)
    assert [run.id for run in store.latest(2)] == [last, second]
    change(store, last, spec="{")
    assert [run.id for run in store.latest(2)] == [second, first]
    assert [run.id for run in store.latest(9)] == [second, first]


def test_several_runs_are_found_by_their_ids_and_the_others_are_left_out(store: RunStore) -> None:
    first, damaged, deleted, last = (store.create(TINY) for _ in range(4))
    change(store, damaged, spec="{")
    store.ask(deleted, STOP)
    store.delete(deleted)
    found = store.several([last, 77, damaged, deleted, first])
    assert found == {first: store.get(first), last: store.get(last)}
    assert store.several([]) == {}


def test_an_empty_store_has_no_runs(store: RunStore) -> None:
    assert (store.all(), store.active(), store.epochs(1), store.points(1)) == ([], [], [], [])
    assert store.blob(1, CHECKPOINT) is None
    assert store.blob_epochs(1, FIRST_LAYER) == []


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store: store.get(7),
        lambda store: store.ask(7, STOP),
        lambda store: store.resume(7),
        lambda store: store.delete(7),
        lambda store: store.restore(7),
        lambda store: store.rename(7, "Mine"),
        lambda store: store.annotate(7, "It is good."),
        lambda store: store.tag(7, ["good"]),
        lambda store: store.star(7, True),
        lambda store: store.set_learning_rate(7, 0.1),
    ],
)
def test_what_is_wanted_of_a_run_that_is_not_there_is_refused(
    attempt: Callable[[RunStore], None], store: RunStore
) -> None:
    with pytest.raises(UnknownName, match=r"^There is no run 7\.$"):
        attempt(store)


def test_a_run_tells_its_epochs_points_and_arrays(store: RunStore) -> None:
    run, _ = ran(store, epochs=2)
    found = store.get(run)
    assert (found.epoch, found.seconds, found.val_accuracy) == (2, 6.0, 0.25)
    assert (found.images, found.batches, found.parameters) == (180, 9, 7850)
    assert found.images_per_second == 2 * 180 / 6.0
    assert [epoch.number for epoch in store.epochs(run)] == [1, 2]
    assert store.epochs(run)[0] == EPOCH
    assert store.points(run) == [Point(number, 5, 2.2, 0.4, 0.1) for number in (1, 2)]
    assert store.blob_epochs(run, CHECKPOINT) == [2]
    assert store.blob_epochs(run, FIRST_LAYER) == [0, 1, 2]
    assert store.blob(run, FIRST_LAYER, 0) == b"layer 0"
    assert store.blob(run, FIRST_LAYER) == b"layer"


def test_two_stores_on_one_file_see_the_same_runs(store: RunStore) -> None:
    other = RunStore()
    run, lease = ran(other)
    assert store.all() == other.all()
    store.ask(run, PAUSE)
    assert other.get(run).request == lease.beat().request == PAUSE


def test_the_queue_is_served_in_its_order_and_its_places_count_down(store: RunStore) -> None:
    first, second, third = (store.create(TINY) for _ in range(3))
    assert [store.get(run).ahead for run in (first, second, third)] == [0, 1, 2]
    lease = Lease(store, first)
    lease.take()
    assert lease.turn(1)
    assert [store.get(run).ahead for run in (first, second, third)] == [0, 0, 1]
    store.ask(second, STOP)
    assert [store.get(run).ahead for run in (first, third)] == [0, 0]
    store.resume(second)  # at the end of the queue
    assert [store.get(run).ahead for run in (second, third)] == [1, 0]


def test_one_whose_process_died_waiting_is_lost_and_counts_no_more(store: RunStore) -> None:
    first, second = store.create(TINY), store.create(TINY)
    Lease(store, first).take()
    age(store, first)
    assert store.get(first).status == "lost"
    assert store.get(second).ahead == 0
    assert [run.id for run in store.active()] == [second]


def test_one_that_waits_needs_no_process_and_is_not_lost(store: RunStore) -> None:
    run = store.create(TINY)
    age(store, run)
    assert (store.get(run).status, store.get(run).ahead) == ("queued", 0)
    assert [each.id for each in store.active()] == [run]
    with pytest.raises(RunBusy):
        store.delete(run)


def test_without_a_heartbeat_a_run_counts_as_lost_after_ten_seconds(store: RunStore) -> None:
    run, lease = ran(store)
    for seconds, status in ((5, "running"), (9, "running"), (11, "lost")):
        change(store, run, heartbeat=time.time() - seconds)
        assert store.get(run).status == status
    assert store.get(run).resumable
    lease.beat()  # it was only slow
    assert store.get(run).status == "running"


def test_a_run_that_waits_is_stopped_at_once(store: RunStore) -> None:
    run = store.create(TINY)
    store.ask(run, STOP)
    assert store.get(run).status == STOPPED
    assert store.get(run).request == ""


def test_a_run_whose_process_is_gone_is_stopped_at_once(store: RunStore) -> None:
    run, _ = ran(store)
    age(store, run)
    store.ask(run, STOP)
    assert store.get(run).status == STOPPED


def test_a_running_one_is_only_asked(store: RunStore) -> None:
    run, _ = ran(store)
    for request in (PAUSE, GO_ON, STOP):
        store.ask(run, request)
        assert (store.get(run).status, store.get(run).request) == ("running", request)


@pytest.mark.parametrize(
    ("status", "request_", "sentence"),
    [
        ("queued", PAUSE, "Run 1 is queued; it cannot be paused."),
        ("queued", GO_ON, "Run 1 is queued; it cannot be resumed."),
        ("paused", PAUSE, "Run 1 is paused; it cannot be paused."),
        ("done", STOP, "Run 1 is done; it cannot be stopped."),
        ("failed", PAUSE, "Run 1 is failed; it cannot be paused."),
        ("stopped", GO_ON, "Run 1 is stopped; it cannot be resumed."),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    status: str, request_: str, sentence: str, store: RunStore
) -> None:
    change(store, store.create(TINY), status=status)
    with pytest.raises(RunBusy) as caught:
        store.ask(1, request_)
    assert str(caught.value) == sentence
    assert store.get(1).status == status


@pytest.mark.parametrize("status", ["stopped", "failed", "lost"])
def test_one_that_did_not_reach_its_end_can_go_on(status: str, store: RunStore) -> None:
    run, lease = ran(store)
    if status == "lost":
        age(store, run)
    else:
        lease.finish(Outcome(status, error="why"))
    store.resume(run)
    found = store.get(run)
    assert (found.status, found.error, found.request, found.epoch) == ("queued", "", "", 1)


@pytest.mark.parametrize("status", ["queued", "running", "paused", "done"])
def test_one_that_is_trained_or_done_cannot_go_on(status: str, store: RunStore) -> None:
    run, _ = ran(store)
    change(store, run, status=status)
    with pytest.raises(
        RunBusy, match=f"Run 1 is {status}; only a run that is stopped or failed or"
    ):
        store.resume(run)
    assert store.get(run).status == status


def test_the_number_of_a_deleted_run_is_never_used_again(store: RunStore) -> None:
    store.create(TINY)
    newest = store.create(TINY)
    store.ask(newest, STOP)
    store.delete(newest)
    store.purge()
    assert RunStore().create(TINY) == newest + 1


def test_the_learning_rate_of_a_running_one_can_be_changed(store: RunStore) -> None:
    run, lease = ran(store)
    assert lease.beat().learning_rate is None
    store.set_learning_rate(run, 0.25)
    assert lease.beat().learning_rate == store.get(run).learning_rate == 0.25


@pytest.mark.parametrize("rate", [0.0, -0.1, 11.0, float("nan"), float("inf")])
def test_a_learning_rate_out_of_range_is_refused(rate: float, store: RunStore) -> None:
    run, _ = ran(store)
    with pytest.raises(InvalidSetting, match="learning_rate is"):
        store.set_learning_rate(run, rate)
    assert store.get(run).learning_rate is None


def test_a_rate_that_the_run_lowers_itself_is_not_changed_by_hand(store: RunStore) -> None:
    run, _ = ran(store, TINY.changed({"cosine_decay": True}))
    with pytest.raises(InvalidSetting, match="lowers its learning rate itself"):
        store.set_learning_rate(run, 0.25)


def test_the_rate_of_a_run_that_is_over_cannot_change(store: RunStore) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(FAILED, error="why"))
    with pytest.raises(
        RunBusy, match="Run 1 is failed; its learning rate can no longer be changed"
    ):
        store.set_learning_rate(run, 0.25)


def test_a_watched_digit_reaches_the_process(store: RunStore) -> None:
    _, lease = ran(store)
    assert lease.beat().watched is None
    other = Lease(store, store.create(TINY, watched=DIGIT * 0.5))
    other.take()
    np.testing.assert_array_equal(other.beat().watched, DIGIT * np.float32(0.5))


def test_why_a_process_could_not_start_is_noted_unless_it_did(store: RunStore) -> None:
    running, _ = ran(store)
    waiting = store.create(TINY)
    for run in (waiting, running):
        store.fail_unstarted(run, "No such program.")
    assert (store.get(waiting).status, store.get(waiting).error) == ("failed", "No such program.")
    assert (store.get(running).status, store.get(running).error) == ("running", "")


def test_what_a_process_said_is_kept_until_the_run_goes_on(store: RunStore) -> None:
    running, lease = ran(store)
    waiting, other = store.create(TINY), store.create(TINY)
    store.fail_unstarted(running, "why", "not kept: it runs")
    store.fail_unstarted(waiting, "why", "one\n  two “ü”\x00\udc80\n")
    lease.finish(Outcome(FAILED, "why", traceback="x" * 100_000 + "the end"))
    assert store.traceback(waiting) == "one\n  two “ü”"
    assert store.traceback(running).endswith("x" * 1000 + "the end")
    assert len(store.traceback(running)) < 21_000
    assert store.traceback(other) == ""
    store.resume(waiting)
    assert store.traceback(waiting) == ""


def test_probabilities_of_the_watched_digit_come_back_as_they_were(store: RunStore) -> None:
    run, lease = ran(store)
    shares = (0.1, 0.9, *[0.0] * 8)
    lease.keep(replace(EPOCH, number=2, watched=shares), b"", None)
    assert [epoch.watched for epoch in store.epochs(run)] == [None, shares]
