"""Changes apply to the current state or are rejected: none is silently ignored."""

from collections.abc import Callable

import numpy as np
import pytest

from digitapp.errors import DigitappError, RunBusy, UnknownName
from digitapp.runs import (
    Lease,
    Outcome,
    Run,
    RunStore,
    corrected_drawings,
    handwriting_scores,
    imported_datasets,
)
from digitapp.runs.records import DONE, GO_ON, ONE_EPOCH, PAUSE, STOP
from tests import stores
from tests.tiny_runs import EPOCH, TINY, ran, rows

DIGIT = np.zeros((28, 28), np.float32)
OF_ONE_RUN: dict[str, Callable[[RunStore, int], object]] = {
    "pause": lambda store, run: store.ask(run, PAUSE),
    "stop": lambda store, run: store.ask(run, STOP),
    "resume": lambda store, run: store.resume(run),
    "rename": lambda store, run: store.rename(run, "Mine"),
    "annotate": lambda store, run: store.annotate(run, "It is good."),
    "tag": lambda store, run: store.tag(run, ["good"]),
    "star": lambda store, run: store.star(run, True),
    "delete": lambda store, run: store.delete(run),
    "ask_batches": lambda store, run: store.ask_batches(run),
    "set_pace": lambda store, run: store.set_pace(run, 5.0),
    "set_learning_rate": lambda store, run: store.set_learning_rate(run, 0.1),
    "keep_own": lambda store, run: handwriting_scores.keep_own(store, run, (1, 2)),
    "take": lambda store, run: Lease(store, run).take(),
    "beat": lambda store, run: Lease(store, run).beat(),
    "keep": lambda store, run: Lease(store, run).keep(EPOCH, b"", None),
    "finish": lambda store, run: Lease(store, run).finish(Outcome(DONE)),
}
OF_OTHERS: dict[str, Callable[[RunStore], object]] = {
    "a dataset": lambda store: imported_datasets.remove(store, "mine"),
    "a label": lambda store: corrected_drawings.relabel(store, 1, 5),
    "a drawing": lambda store: corrected_drawings.remove(store, [1, 2]),
}

pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.mark.parametrize("name", OF_ONE_RUN)
def test_a_change_of_a_run_that_never_was_is_refused(name: str, store: RunStore) -> None:
    with pytest.raises(DigitappError, match=r"[rR]un 7"):
        OF_ONE_RUN[name](store, 7)


@pytest.mark.parametrize("name", OF_ONE_RUN)
def test_a_change_of_a_run_that_was_deleted_is_refused_and_leaves_nothing(
    name: str, store: RunStore
) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model"))
    store.delete(run)
    before = rows(store, run)
    with pytest.raises(DigitappError, match=r"[rR]un 1"):
        OF_ONE_RUN[name](store, run)
    assert rows(store, run) == before


@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_change_of_what_is_gone_is_refused(name: str, store: RunStore) -> None:
    with pytest.raises(UnknownName):
        OF_OTHERS[name](store)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store: store.ask(1, PAUSE),
        lambda store: store.ask(1, GO_ON),
        lambda store: store.ask(1, STOP),
        lambda store: store.ask(1, ONE_EPOCH),
        lambda store: store.ask_batches(1),
        lambda store: store.set_pace(1, 5.0),
        lambda store: store.set_learning_rate(1, 0.1),
    ],
)
def test_a_run_that_ended_just_now_is_not_changed_any_more(
    attempt: Callable[[RunStore], None], store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lease = ran(store)
    seen = store.get(run)
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model"))
    ended = RunStore().get(run)
    _still_looks(store, seen, monkeypatch)
    with pytest.raises(RunBusy):
        attempt(store)
    assert RunStore().get(run) == ended


def test_a_run_that_another_has_resumed_just_now_is_not_queued_twice(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(TINY)
    store.ask(run, STOP)
    seen = store.get(run)
    store.resume(run)
    _still_looks(store, seen, monkeypatch)
    with pytest.raises(RunBusy):
        store.resume(run)


def _still_looks(store: RunStore, seen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process's view of the run older than the store."""
    monkeypatch.setattr(store, "get", lambda run: seen)
