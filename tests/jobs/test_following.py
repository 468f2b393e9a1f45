"""The runs of an experiment are trained by one process, unless there is room for more."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.data.datasets import Dataset
from digitapp.jobs import standby, worker
from digitapp.jobs.dispatcher import Dispatcher
from digitapp.runs import Lease, Outcome, RunStore, experiments, queue
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.experiments import Named
from digitapp.runs.records import DONE, QUEUED, STOPPED
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import train
from tests.tiny_runs import TINY, equal, until, variables, weights

SPECS = [replace(TINY, dropout=0.3), replace(TINY, hidden=(8, 8), dropout=0.3)]


def started(store: RunStore, specs: list[TrainingSpec]) -> list[int]:
    return experiments.start(store, "layers", [Named(spec, "") for spec in specs])


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run at a time, and no dispatcher."""
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    monkeypatch.setattr(worker, "look_after", lambda store: None)


def test_the_process_of_the_first_trains_the_others_and_the_networks_are_the_same(
    toy_mnist: Path, toy: Dataset
) -> None:
    store = RunStore()
    runs = started(store, SPECS)
    main(["work", str(runs[0])])
    assert [store.get(run).status for run in runs] == [DONE, DONE]
    for run, spec in zip(runs, SPECS, strict=True):
        assert equal(weights(store, run), variables(train(spec, toy).model))


def test_what_waited_before_them_comes_first(toy_mnist: Path) -> None:
    store = RunStore()
    runs = started(store, SPECS[:1])
    other = store.create(TINY)
    late = experiments.add(store, "layers", Named(SPECS[1], ""), runs, "")
    main(["work", str(runs[0])])
    assert [store.get(run).status for run in (*runs, other, late)] == [DONE, QUEUED, QUEUED]


def test_after_a_run_that_was_stopped_the_others_are_left_to_other_processes(
    toy_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore()
    runs = started(store, SPECS)
    trains = worker.execute

    def stopped(store: RunStore, run: int, **more: object) -> object:
        return replace(trains(store, run, **more), status=STOPPED)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "execute", stopped)
    main(["work", str(runs[0])])
    assert store.get(runs[1]).status == QUEUED


def test_a_run_that_another_process_has_or_of_no_experiment_is_not_the_next() -> None:
    store = RunStore()
    alone = store.create(TINY)
    assert queue.next_of_experiment(store, store.get(alone).experiment) is None
    store.ask(alone, "stop")
    runs = started(store, SPECS)
    experiment = store.get(runs[0]).experiment
    assert queue.next_of_experiment(store, experiment) == runs[0]
    store.ask(runs[0], "stop")
    assert queue.next_of_experiment(store, experiment) == runs[1]
    store.ask(runs[1], "stop")
    owned = experiments.add(store, "layers", Named(SPECS[0], ""), runs, "somebody")
    assert store.get(owned).experiment == experiment
    assert queue.next_of_experiment(store, experiment) is None


def test_a_dispatcher_prepares_no_process_for_them_and_starts_one_only_if_nobody_goes_on(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, told = RunStore(), []
    dispatcher = Dispatcher(store, DispatcherLock(store_url))
    monkeypatch.setattr(dispatcher, "_start", told.append)
    monkeypatch.setattr(standby.of(store_url), "warm_up", lambda: told.append("warm"))
    monkeypatch.setenv(standby.VARIABLE, "yes")
    first, second = started(store, SPECS)
    lease = Lease(store, first)
    lease.take()
    until(lambda: lease.turn(1))
    dispatcher.step()
    lease.finish(Outcome(DONE))
    dispatcher.step()  # as the process of the first is about to go on
    assert told == []
    dispatcher.step()
    assert told == [second]


def test_a_place_that_becomes_free_is_filled_though_another_run_of_the_experiment_trains(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "2")
    monkeypatch.setenv(standby.VARIABLE, "no")
    store, told = RunStore(), []
    dispatcher = Dispatcher(store, DispatcherLock(store_url))
    monkeypatch.setattr(dispatcher, "_start", told.append)
    other = store.create(TINY)
    first, second = started(store, SPECS)
    store.create(TINY)  # waits behind them, and may not come first
    leases = [Lease(store, run) for run in (other, first)]
    for lease in leases:
        lease.take()
        until(lambda lease=lease: lease.turn(2))
    dispatcher.step()
    assert told == []
    leases[0].finish(Outcome(DONE))
    dispatcher.step()
    dispatcher.step()
    assert told == [second]
