"""What else the store keeps, on both databases: comparisons, and datasets that users brought."""

import pytest

from digitapp.runs import Lease, Outcome, RunStore, brought, comparisons
from digitapp.runs.values import DONE, STOPPED, Compared
from tests import stores
from tests.training import TINY, ran

pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def test_comparisons_come_back_as_they_were_the_smallest_test_first(store: RunStore) -> None:
    run, lease = ran(store)
    known = (Compared("mnist", 9000, 8000, 10_000), Compared("my_handwriting", None, 3, 5))
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model", b"test", known, (3, 5)))
    assert comparisons.read(RunStore(), run) == [known[1], known[0]]
    assert store.get(run).handwriting == (3, 5)
    assert comparisons.read(store, run + 1) == []


def test_comparisons_go_when_the_training_goes_on(store: RunStore) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(STOPPED, "", 1.0, 0.5, b"model", b"", (Compared("pen", 1, 2, 3),)))
    store.resume(run)
    again = Lease(store, run)
    again.take()
    assert again.turn(64)
    again.begin(1, 180, 9)
    assert comparisons.read(store, run) == []


def test_ones_own_handwriting_measured_again_takes_the_place_of_before(store: RunStore) -> None:
    run = store.create(TINY)
    for found in ((3, 5), (4, 9), None):
        comparisons.keep_own(store, run, found)
        assert store.get(run).handwriting == found


def test_a_dataset_that_was_brought_comes_back_and_is_replaced_and_removed(store: RunStore) -> None:
    large = bytes(range(256)) * 20_000
    brought.add(store, "mine", "mine.npz, 1 KB", 12, b"first")
    brought.add(store, "yours", "a folder “Ünï”", 3, b"\0")
    brought.add(store, "mine", "mine.npz, 5 MB", 13, large)
    assert brought.names(RunStore()) == {"mine": "mine.npz, 5 MB", "yours": "a folder “Ünï”"}
    assert brought.read(store, "mine") == ("mine.npz, 5 MB", large)
    brought.remove(store, "mine")
    assert brought.read(store, "mine") is None
    assert list(brought.names(store)) == ["yours"]
