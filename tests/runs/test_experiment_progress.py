"""How far an experiment's runs are, and how long they still take."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from digitapp.runs import RunStore
from digitapp.runs.experiment_progress import (
    AT_THE_END,
    BESIDE_EPOCHS,
    EPOCH_ITSELF,
    progress,
)
from digitapp.runs.experiment_progress import took as took_in_all
from digitapp.runs.records import DONE, QUEUED, RUNNING, STOPPED, Run
from digitapp.training.history import Epoch
from tests.tiny_runs import EPOCH, TINY


@pytest.fixture
def run(store_url: str) -> Run:
    store = RunStore()
    found = store.get(store.create(replace(TINY, epochs=10)))
    assert found.status == QUEUED
    return found


def took(first: float, *others: float) -> list[Epoch]:
    """Return epochs that took so many seconds each, after one that is no training."""
    seconds = (100.0, first, *others)
    return [replace(EPOCH, number=number, seconds=each) for number, each in enumerate(seconds)]


def left(runs: Sequence[Run], **epochs: Sequence[Epoch]) -> float | None:
    """Return the seconds left; `r2` are the epochs of the second run."""
    named = {int(name.removeprefix("r")): found for name, found in epochs.items()}
    numbered = [replace(run, id=place) for place, run in enumerate(runs, 1)]
    return progress(numbered, named).left


def rounded(seconds: float) -> float:
    """Return seconds as they are told."""
    return -(-seconds // 5) * 5


def test_before_a_second_epoch_nobody_knows_how_long_it_takes(run: Run) -> None:
    assert progress([run, run], {}) == (0.0, 1, 0, 0, 2, None)
    begun = replace(run, status=RUNNING, epoch=1)
    assert left([begun, run], r1=took(8.0)) is None, "the first one is mostly preparation"


def test_the_epochs_after_the_first_tell_how_long_the_others_take(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5)
    begun = took(8.0, *[4.0] * 4)
    assert left([halfway], r1=begun) == rounded(5 * 4 + AT_THE_END * 8)
    whole = 9 * 4 + (1 + BESIDE_EPOCHS) * 8
    assert left([halfway, run], r1=begun) == rounded(5 * 4 + AT_THE_END * 8 + whole)
    assert progress([halfway, run], {})[:5] == (0.25, 1, 0, 1, 2)


def test_one_slow_epoch_among_many_changes_nothing(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5)
    even, uneven = took(2.0, *[1.0] * 4), took(2.0, 1.0, 60.0, 1.0, 1.0)
    assert left([halfway], r1=even) == left([halfway], r1=uneven)


def test_a_computer_that_has_become_busy_is_noticed(run: Run) -> None:
    long = replace(run, spec=replace(run.spec, epochs=40), status=RUNNING, epoch=30)
    assert left([long], r1=took(2.0, *[0.1] * 18, *[3.0] * 11)) == rounded(10 * 3 + AT_THE_END * 2)


def test_less_than_five_seconds_are_not_told_as_none(run: Run) -> None:
    assert left([replace(run, status=RUNNING, epoch=9)], r1=took(0.2, *[0.1] * 8)) == 5.0


def test_what_is_over_or_deleted_takes_no_more_time(run: Run) -> None:
    done = replace(run, status=DONE, epoch=10)
    stopped = replace(run, status=STOPPED, epoch=0)
    assert progress([done, None, stopped, run], {})[:5] == (0.5, 3, 2, 0, 3)
    assert left([done, stopped], r1=took(1.0, 1.0)) == 5.0
    assert progress([done, stopped], {}).share == 1
    assert progress([None], {})[:2] == (1, 0)


def test_while_the_first_run_is_being_stopped_it_is_still_the_first(run: Run) -> None:
    first = replace(run, status=RUNNING)
    share, current, *_ = progress([first, replace(run, status=STOPPED)], {})
    assert (share, current) == (0.0, 1)


def test_few_batches_make_an_epoch_little_shorter(run: Run) -> None:
    few, many = (replace(run, spec=replace(run.spec, train_size=size)) for size in (200, 4000))
    done = replace(few, status=DONE, batches=10, epoch=10)
    epoch = (200 + EPOCH_ITSELF) / (10 + EPOCH_ITSELF)
    expected = 9 * epoch + (1 + BESIDE_EPOCHS) * 4
    assert left([done, many], r1=took(4.0, *[1.0] * 9)) == rounded(expected)
    halfway = replace(many, status=RUNNING, batches=200, epoch=5)
    own = rounded(5 * 7 + AT_THE_END * 3)
    assert left([done, halfway], r1=took(4.0, *[1.0] * 9), r2=took(3.0, *[7.0] * 4)) == own


def test_a_run_in_slow_motion_takes_as_long_as_its_pace_wants(run: Run) -> None:
    slow = replace(run, status=RUNNING, batches=50, epoch=8, pace=5.0)
    assert left([slow], r1=took(1.0, *[0.2] * 7)) == rounded(2 * 50 / 5 + AT_THE_END)


def test_what_it_took_is_known_when_all_are_done_at_full_speed(run: Run) -> None:
    first, second = (
        replace(run, id=number, created=1000.0, status=DONE, epoch=10, seconds=10.0)
        for number in (1, 2)
    )
    heard = {1: 1016.0, 2: 1028.0}
    assert took_in_all([first, second], heard) == 30
    assert took_in_all([first, second], {1: 1011.0, 2: 1012.0}) == 15, "side by side"
    assert took_in_all([first, second], {1: 1016.0, 2: 1300.0}) is None, "it waited"
    assert took_in_all([first, replace(second, status=QUEUED)], heard) is None
    assert took_in_all([first, None], heard) is None
    assert took_in_all([first, replace(second, pace=20.0)], heard) is None


def test_runs_that_train_side_by_side_are_counted_and_take_less_time(run: Run) -> None:
    halfway = replace(run, status=RUNNING, epoch=5)
    both = {"r1": took(4.0, *[4.0] * 4), "r2": took(4.0, *[4.0] * 4)}
    assert left([halfway, halfway], **both) == rounded(5 * 4 + AT_THE_END * 4)
    assert progress([halfway, halfway], {})[:5] == (0.5, 1, 0, 2, 2)
