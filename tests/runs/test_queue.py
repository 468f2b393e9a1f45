"""Five runs started at once: real processes, each started when its turn comes."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.jobs import worker
from digitapp.runs import Run, RunStore
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.records import DONE, GO_ON, MODEL, PAUSE, PAUSED, QUEUED, RUNNING, STOP, STOPPED
from tests.tiny_runs import TINY, pid, process, until, write_mnist

STOPPED_ONE, LAST = 3, 4  # of the five, counted from 0


@dataclass
class Day:
    """Observations of five runs, from start to end.

    Attributes:
        looks: all runs, in queue order, at successive moments.
        processes: their process ids while the first was training; 0 for none.
        rival: output, errors and exit status of a second process for the first run.
        gone: whether the dispatcher ended.
    """

    store: RunStore
    limit: int
    looks: list[list[Run]] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)
    rival: tuple[str, str, int] = ("", "", -1)
    gone: bool = False

    def look(self) -> list[Run]:
        self.looks.append(self.store.all()[::-1])
        return self.looks[-1]

    def look_until(self, number: int, status: str) -> None:
        until(lambda: self.look()[number].status == status)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[Day]:
    folder: Path = tmp_path_factory.mktemp("queue")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        if (os.cpu_count() or 1) > 2:  # with more there would be no queue
            patched.setenv(worker.AT_ONCE_VARIABLE, "1")
        found = Day(RunStore(f"sqlite:///{folder / 'runs.db'}"), worker.at_once())
        _watch(found)
        yield found


def _watch(day: Day) -> None:
    store = day.store
    made = [store.create(TINY, name=f"Number {number}") for number in range(5)]
    rival = process(store, "work", str(made[0]))
    for run in made:
        worker.launch(store, run)
    day.look_until(0, RUNNING)
    day.processes = [pid(store, run) for run in made]
    store.ask(made[0], PAUSE)
    day.look_until(0, PAUSED)
    store.ask(made[STOPPED_ONE], STOP)
    day.look_until(1, RUNNING)  # in place of the paused one
    store.ask(made[0], GO_ON)
    day.look_until(LAST, RUNNING)
    store.ask(made[LAST], STOP)
    until(lambda: not any(run.active for run in day.look()))
    day.rival = (*rival.communicate(), rival.wait())
    day.gone = bool(until(lambda: not DispatcherLock(store.database.url).path.exists()))


def test_no_more_are_trained_at_once_than_allowed(day: Day) -> None:
    busy = [sum(run.status == RUNNING for run in look) for look in day.looks]
    assert max(busy) == day.limit == 1


def test_they_start_in_the_order_in_which_they_were_queued(day: Day) -> None:
    started = [
        next(n for n, look in enumerate(day.looks) if look[number].status == RUNNING)
        for number in range(5)
        if number != STOPPED_ONE
    ]
    assert started == sorted(started)


def test_all_end_as_they_should(day: Day) -> None:
    ends = [DONE, DONE, DONE, STOPPED, STOPPED]
    assert [run.status for run in day.looks[-1]] == ends
    assert [run.epoch for run in day.looks[-1]] == [2, 2, 2, 0, 0]
    assert [run.error for run in day.looks[-1]] == [""] * 5


def test_places_in_the_queue_count_down(day: Day) -> None:
    for number, places in ((1, [1, 0]), (2, [2, 1, 0]), (4, [4, 3, 2, 1, 0])):
        seen = [look[number].ahead for look in day.looks if look[number].status == QUEUED]
        assert seen == sorted(seen, reverse=True)
        assert set(seen) <= set(places)
        assert 0 in seen


def test_those_that_wait_need_no_process(day: Day) -> None:
    assert day.processes[0]
    assert not any(day.processes[1:])


def test_a_paused_one_lets_others_go_on_and_has_its_turn_again_after_those_that_waited(
    day: Day,
) -> None:
    waiting = [look for look in day.looks if look[0].waits and look[0].status == PAUSED]
    assert waiting
    assert [look[0].ahead for look in waiting] == sorted(
        (look[0].ahead for look in waiting), reverse=True
    )
    again = next(look for look in reversed(day.looks) if look[0].status == RUNNING)
    assert [run.status for run in again] == [RUNNING, DONE, DONE, STOPPED, STOPPED]


def test_one_that_is_stopped_while_it_waits_leaves_the_queue_and_never_has_a_process(
    day: Day,
) -> None:
    assert pid(day.store, STOPPED_ONE + 1) == 0
    assert day.store.points(STOPPED_ONE + 1) == []


def test_who_starts_the_others_ends_when_nothing_waits(day: Day) -> None:
    assert day.gone


def test_one_that_is_stopped_while_it_runs_leaves_a_network_and_its_scores(day: Day) -> None:
    assert day.store.blob(LAST + 1, MODEL)
    assert day.looks[-1][LAST].test_accuracy is not None


def test_of_two_processes_for_one_run_the_other_ends_quietly(day: Day) -> None:
    assert day.rival == ("", "", 0)
    assert [epoch.number for epoch in day.store.epochs(1)] == [1, 2]
