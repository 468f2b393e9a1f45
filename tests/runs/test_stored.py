"""Other stored data, on both databases: comparisons, datasets, clocks, load."""

import time

import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.errors import BadFile, InvalidSetting, RunBusy, UnknownName
from digitapp.runs import (
    Lease,
    Outcome,
    RunStore,
    drawn_examples,
    handwriting_scores,
    imported_datasets,
    stored_arrays,
)
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import DONE, GUESS, RESUMED, STOPPED, BeforeAndAfter
from digitapp.training import checkpoints
from digitapp.training.guess import Guess
from tests import stores
from tests.tiny_runs import TINY, age, ran

pytestmark = stores.on_both
CLOCK = time.time


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def test_comparisons_come_back_as_they_were_the_smallest_test_first(store: RunStore) -> None:
    run, lease = ran(store)
    known = (
        BeforeAndAfter("mnist", 9000, 8000, 10_000),
        BeforeAndAfter("my_handwriting", None, 3, 5),
    )
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model", b"test", known, (3, 5)))
    assert handwriting_scores.read(RunStore(), run) == [known[1], known[0]]
    assert store.get(run).handwriting == (3, 5)
    assert handwriting_scores.read(store, run + 1) == []


def test_comparisons_go_when_the_training_goes_on(store: RunStore) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(STOPPED, "", 1.0, 0.5, b"model", b"", (BeforeAndAfter("pen", 1, 2, 3),)))
    store.resume(run)
    again = Lease(store, run)
    again.take()
    assert again.turn(64)
    again.begin(1, 180, 9)
    assert handwriting_scores.read(store, run) == []


def test_ones_own_handwriting_measured_again_takes_the_place_of_before(store: RunStore) -> None:
    run = store.create(TINY)
    for found in ((3, 5), (4, 9), None):
        handwriting_scores.keep_own(store, run, found)
        assert store.get(run).handwriting == found


def test_a_dataset_that_was_brought_comes_back_and_is_replaced_and_removed(store: RunStore) -> None:
    large = bytes(range(256)) * 20_000
    imported_datasets.add(store, "mine", "mine.npz, 1 KB", 12, b"first")
    imported_datasets.add(store, "yours", "a folder “Ünï”\udcff\0", 3, b"\0")
    imported_datasets.add(store, "mine", "mine.npz, 5 MB", 13, large, instead=True)
    assert imported_datasets.names(RunStore()) == {
        "mine": "mine.npz, 5 MB",
        "yours": "a folder “Ünï”",
    }
    assert imported_datasets.read(store, "mine") == ("mine.npz, 5 MB", large)
    imported_datasets.remove(store, "mine")
    assert imported_datasets.read(store, "mine") is None
    assert list(imported_datasets.names(store)) == ["yours"]


def test_nothing_takes_the_place_of_a_dataset_unasked(store: RunStore) -> None:
    imported_datasets.add(store, "Mine", "mine.npz", 12, b"first")
    drawn_examples.create(store, "signs", ("star", "moon"))
    drawn_examples.keep(store, "signs", [NewExample(0, np.zeros((28, 28), np.uint8))])
    for name, instead in (("Mine", False), ("mine", True), ("Signs", False), ("signs", True)):
        with pytest.raises(InvalidSetting, match=r"There is a dataset '(Mine|signs)' already"):
            imported_datasets.add(store, name, "other.npz", 3, b"other", instead=instead)
    with pytest.raises(InvalidSetting, match="There is a dataset 'signs' already"):
        drawn_examples.create(store, "signs", ("star", "moon"))
    assert imported_datasets.read(store, "Mine") == ("mine.npz", b"first")
    assert drawn_examples.counts(store, "signs") == {0: 1}


@pytest.mark.parametrize("late", [-1000.0, 1000.0])
def test_machines_whose_clocks_disagree_agree_about_who_lives(
    late: float, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lease = ran(store)
    waiting = store.create(TINY)
    monkeypatch.setattr("time.time", lambda: CLOCK() + late)  # of another machine
    assert [store.get(each).status for each in (run, waiting)] == ["running", "queued"]
    with pytest.raises(RunBusy, match="Run 1 is still active"):
        store.delete(run)
    lease.beat()
    monkeypatch.setattr("time.time", CLOCK)
    assert store.get(run).status == "running"
    age(store, run)
    monkeypatch.setattr("time.time", lambda: CLOCK() + late)
    assert store.get(run).status == "lost"


def test_a_list_takes_as_many_queries_whatever_its_length(store: RunStore) -> None:
    made = [ran(store)[0]]
    store.star(made[0])
    of_one = _queries(store, made)
    made += [ran(store)[0] for _ in range(11)]
    assert _queries(store, made) == of_one


def _queries(store: RunStore, made: list[int]) -> int:
    """List all runs with their epochs; return how many queries that took."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert len(store.all()) == len(store.epochs_of(made)) == len(made)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len(asked)


def test_a_guess_stays_with_its_run_until_that_is_deleted(store: RunStore) -> None:
    run, lease = ran(store)
    assert stored_arrays.guess(store, run) is None
    drawn = Guess((0.0, 1 / 3, 1.0), (0.1, 0.7, 0.95))
    stored_arrays.keep(store, run, GUESS, stored_arrays.pack_guess(drawn))
    assert stored_arrays.guess(store, run) == drawn
    lease.finish(Outcome(STOPPED))
    store.resume(run)
    again = Lease(store, run)
    again.take()
    assert again.turn(64)
    again.begin(0, 180, 9)  # anew: its first checkpoint was lost
    assert stored_arrays.guess(store, run) == drawn
    again.finish(Outcome(STOPPED))
    store.delete(run)
    assert stored_arrays.guess(store, run) is None
    with pytest.raises(UnknownName):
        stored_arrays.keep(store, run, GUESS, stored_arrays.pack_guess(drawn))


@pytest.mark.parametrize("data", [b"", b"damaged", checkpoints.pack({"at": np.zeros(3)})])
def test_a_damaged_guess_is_reported(data: bytes, store: RunStore) -> None:
    run = store.create(TINY)
    stored_arrays.keep(store, run, GUESS, data)
    with pytest.raises(BadFile, match="guess drawn before this run is damaged"):
        stored_arrays.guess(store, run)


def test_it_is_kept_after_which_epochs_a_run_was_resumed(store: RunStore) -> None:
    run, lease = ran(store, epochs=2)
    for _ in range(2):  # twice after the same epoch
        lease.finish(Outcome(STOPPED))
        store.resume(run)
        lease = Lease(store, run)
        lease.take()
        assert lease.turn(64)
    assert store.blob_epochs(run, RESUMED) == [2]
    lease.begin(2, 180, 9)
    assert store.blob_epochs(run, RESUMED) == [2]
    lease.begin(0, 180, 9)  # anew: its checkpoint was lost
    assert store.blob_epochs(run, RESUMED) == []


def test_a_run_stopped_before_its_first_epoch_begins_anew_and_is_not_resumed(
    store: RunStore,
) -> None:
    run, lease = ran(store, epochs=0)
    lease.finish(Outcome(STOPPED))
    store.resume(run)
    assert store.blob_epochs(run, RESUMED) == []
