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
    assert progress([run, run]) == (0.0, 1, 2, None)


def test_what_is_left_is_told_by_the_epochs_so_far(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5, seconds=20.0)
    assert progress([halfway]) == (0.5, 1, 1, 20.0)
    share, place, total, left = progress([halfway, run])
    assert (share, place, total) == (0.25, 1, 2)
    assert left == 65.0, "15 epochs of 4 s, and the time in which the next run begins"


def test_less_than_five_seconds_are_not_told_as_none(run: Run) -> None:
    assert progress([replace(run, status=RUNNING, epoch=9, seconds=0.9)]).left == 5.0


def test_what_is_over_or_deleted_takes_no_more_time(run: Run) -> None:
    done = replace(run, status=DONE, epoch=10, seconds=10.0)
    stopped = replace(run, status=STOPPED, epoch=0, seconds=0.0)
    assert progress([done, None, stopped, run]) == (pytest.approx(2 / 3), 3, 3, 15.0)
    assert progress([done, stopped]).share == 1
    assert progress([None]).share == 1
