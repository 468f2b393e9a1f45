"""The share of the cores that each training gets while several people train."""

import os
import sys
import threading
from collections.abc import Iterator

import pytest

from digitapp.jobs import cores
from digitapp.jobs.cores import CoreShare, share
from digitapp.runs import Outcome, RunStore, limits
from digitapp.runs.queue import TrainingRun
from digitapp.runs.records import DONE
from tests.people import ANN, BEN, CAT, begun
from tests.tiny_runs import TINY

EIGHT = range(8)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only there have threads cores")


def training(*people: str) -> list[TrainingRun]:
    return [TrainingRun(number, person) for number, person in enumerate(people, 1)]


def shares(people: tuple[str, ...], most: int | None = None, count: int = 8) -> list[list[int]]:
    found = training(*people)
    return [share(found, each.run, range(count), most) for each in found]


def test_the_house_alone_uses_all_cores_for_each_of_its_runs() -> None:
    assert shares(("", ""), most=4) == [[*EIGHT], [*EIGHT]]


def test_one_person_gets_at_most_what_one_person_may() -> None:
    assert shares((ANN,), most=4) == [[0, 1, 2, 3]]
    assert shares((ANN,), most=1, count=2) == [[0]]
    assert shares((ANN,)) == [[*EIGHT]]


def test_several_people_divide_the_cores_evenly_however_many_runs_each_has() -> None:
    assert shares((ANN, BEN)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert shares((ANN, BEN, ANN)) == [[0, 1], [4, 5, 6, 7], [2, 3]]
    assert shares((ANN, BEN, CAT), most=2) == [[0, 1], [2, 3], [5, 6]]


def test_the_house_is_one_of_them_but_without_a_limit_of_one_person() -> None:
    assert shares(("", ANN), most=1) == [[0, 1, 2, 3], [4]]


def test_with_more_people_than_cores_some_share_one() -> None:
    assert shares((ANN, BEN, CAT), count=2) == [[0], [1], [0]]
    assert shares((ANN, ANN, ANN), most=1, count=2) == [[0], [0], [0]]


def test_nobody_is_left_without_a_core() -> None:
    people = tuple(f"p{number}" for number in range(40))
    for count in range(1, 9):
        assert all(shares(people, most=3, count=count))


def test_a_run_that_is_not_trained_just_now_keeps_all() -> None:
    assert share(training(ANN), 7, EIGHT, 2) == [*EIGHT]


@pytest.fixture
def all_cores() -> Iterator[list[int]]:
    """The cores of this process, of which there must be two; given back afterwards."""
    found = sorted(os.sched_getaffinity(0))
    if len(found) < 2:
        pytest.skip("there is one core")
    yield found
    cores.keep_to(found)


@on_linux
def test_all_threads_of_a_training_keep_to_its_share_and_get_all_cores_back(
    store_url: str, all_cores: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.variable("cores"), "1")
    monkeypatch.setattr(cores, "LOOKS_EVERY", 0.0)
    store = RunStore(store_url)
    run = store.seen_by(ANN).create(TINY)
    lease, kept = begun(store, run), CoreShare(store, run)
    told, over = threading.Event(), threading.Event()
    of_thread: list[set[int]] = []

    def work() -> None:
        told.wait()
        of_thread.append(os.sched_getaffinity(0))
        over.set()

    threading.Thread(target=work, daemon=True).start()
    kept.look()
    told.set()
    over.wait()
    assert of_thread == [{all_cores[0]}] == [os.sched_getaffinity(0)]
    lease.finish(Outcome(DONE))
    kept.look()
    assert os.sched_getaffinity(0) == {*all_cores}
    kept.release()
    assert os.sched_getaffinity(0) == {*all_cores}


@on_linux
def test_a_training_of_the_house_alone_is_left_as_it_is(
    store_url: str, all_cores: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(store_url)
    run = store.create(TINY)
    begun(store, run)
    moved: list[list[int]] = []
    monkeypatch.setattr(cores, "keep_to", moved.append)
    kept = CoreShare(store, run)
    kept.look()
    kept.release()
    assert moved == []
