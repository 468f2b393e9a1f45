"""How far an experiment's runs are, and how long they still take."""

from dataclasses import replace

import pytest

from digitapp.runs import RunStore
from digitapp.runs.experiment_progress import progress
from digitapp.runs.records import DONE, QUEUED, RUNNING, STOPPED, Run
from tests.tiny_runs import TINY


@pytest.fixture
def run(store_url: str) -> Run:
    store = RunStore()
    found = store.get(store.create(replace(TINY, epochs=10)))
    assert found.status == QUEUED
    return found


def test_before_an_epoch_nobody_knows_how_long_it_takes(run: Run) -> None:
    assert progress([run, run]) == (0.0, 0, 0, 2, None)


def test_what_is_left_is_told_by_the_epochs_so_far(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5, seconds=20.0)
    assert progress([halfway]) == (0.5, 0, 1, 1, 20.0)
    *counts, left = progress([halfway, run])
    assert counts == [0.25, 0, 1, 2]
    assert left == 65.0, "15 epochs of 4 s, and the time in which the next run begins"


def test_less_than_five_seconds_are_not_told_as_none(run: Run) -> None:
    assert progress([replace(run, status=RUNNING, epoch=9, seconds=0.9)]).left == 5.0


def test_what_is_over_or_deleted_takes_no_more_time(run: Run) -> None:
    done = replace(run, status=DONE, epoch=10, seconds=10.0)
    stopped = replace(run, status=STOPPED, epoch=0, seconds=0.0)
    assert progress([done, None, stopped, run]) == (pytest.approx(2 / 3), 2, 0, 3, 15.0)
    assert progress([done, stopped]).share == 1
    assert progress([None]).share == 1


def test_a_run_with_more_batches_in_an_epoch_takes_longer(run: Run) -> None:
    few, many = (replace(run, spec=replace(run.spec, train_size=size)) for size in (60, 1000))
    done = replace(few, status=DONE, batches=3, epoch=10, seconds=3.0)
    share, *_, left = progress([done, many])
    assert share == pytest.approx(3 / 53)
    assert left == 55.0, "500 batches of 0.1 s, and the time in which the run begins"
    halfway = replace(many, status=RUNNING, batches=50, epoch=5, seconds=10.0)
    assert progress([done, halfway]).left == 10.0, "it goes on at its own pace"


def test_runs_that_train_side_by_side_are_counted_and_take_less_time(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5, seconds=20.0)
    assert progress([halfway, halfway]) == (0.5, 0, 2, 2, 20.0)
    done = replace(run, status=DONE, epoch=10, seconds=40.0)
    assert progress([done, halfway, replace(halfway, epoch=2, seconds=8.0)])[1:] == (1, 2, 3, 35.0)
