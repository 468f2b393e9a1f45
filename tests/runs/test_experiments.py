"""Runs that are started together as one experiment."""

from dataclasses import replace

import pytest

from digitapp.errors import QueueFull
from digitapp.runs import RunStore, experiments, limits
from digitapp.runs.experiments import Named, Started
from digitapp.runs.records import STOP
from tests.stores import on_both
from tests.tiny_runs import TINY

WANTED = [Named(replace(TINY, learning_rate=rate), f"rate {rate}") for rate in (0.1, 0.01)]


@on_both
def test_the_runs_of_an_experiment_know_each_other() -> None:
    store = RunStore()
    alone = store.create(TINY)
    first = experiments.start(store, "learning-rate", WANTED)
    second = experiments.start(store, "learning-rate", WANTED)
    assert [store.get(run).spec for run in first] == [each.spec for each in WANTED]
    assert [store.get(run).name for run in first] == [each.name for each in WANTED]
    assert experiments.together_with(store, store.get(first[1])) == tuple(first)
    assert experiments.name_of(store.get(second[0])) == "learning-rate"
    assert experiments.name_of(store.get(alone)) == ""
    assert experiments.latest(store, 1) == [Started("learning-rate", tuple(second))]
    assert len(experiments.latest(store, 9)) == 2
    assert experiments.latest(store, 9, "learning") == []
    assert len(experiments.latest(store, 9, "learning-rate")) == 2


@on_both
def test_runs_that_are_added_one_by_one_know_each_other_too() -> None:
    store = RunStore()
    made: list[int] = []
    for wanted in WANTED:
        made.append(experiments.add(store, "layers", wanted, made, "me"))
    assert experiments.latest(store, 9) == [Started("layers", tuple(made))]


@on_both
def test_a_deleted_run_is_no_longer_a_part_of_it() -> None:
    store = RunStore()
    runs = experiments.start(store, "layers", WANTED)
    store.ask(runs[0], STOP)
    store.delete(runs[0])
    assert experiments.latest(store, 9) == [Started("layers", (runs[1],))]
    assert experiments.together_with(store, store.get(runs[1])) == (runs[1],)


@on_both
def test_where_not_all_runs_find_room_none_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.variable("waiting_in_all"), "1")
    store = RunStore()
    with pytest.raises(QueueFull):
        experiments.start(store, "layers", WANTED)
    assert store.all() == []
