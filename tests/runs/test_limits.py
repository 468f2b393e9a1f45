"""Limits of a shared server: their settings, and the sentence that is said when one is met."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digitapp.cli import limits as limits_command
from digitapp.errors import DigitappError, InvalidSetting, LimitMet, QueueFull
from digitapp.runs import (
    Outcome,
    RunStore,
    corrected_drawings,
    experiments,
    fair_order,
    imported_datasets,
    limits,
    stored,
    usage,
)
from digitapp.runs.limit_registry import LIMITS
from digitapp.runs.metering import Meter
from digitapp.runs.records import DONE, STOP, STOPPED
from tests import stores
from tests.people import ANN, BEN, OF_ANN, begun, enter_room
from tests.stores import DIGIT
from tests.tiny_runs import EPOCH, TINY

pytestmark = stores.on_both


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore()


def allow(monkeypatch: pytest.MonkeyPatch, **most: object) -> None:
    for name, value in most.items():
        monkeypatch.setenv(limits.variable(name), str(value))
    stored.forget()


def said(attempt: Any, kind: type[DigitappError] = LimitMet) -> str:
    with pytest.raises(kind) as caught:
        attempt()
    return str(caught.value)


def test_each_limit_says_what_was_set_and_what_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, limit in LIMITS.items():
        for text in ("many", "nan", "-1", str(limit.high * 2)):
            monkeypatch.setenv(limits.variable(name), text)
            told = said(limits.check, InvalidSetting)
            assert told.startswith(f"{limits.variable(name)} is {text!r}; it must be ")
            assert told.endswith(f"from {limit.low:g} to {limit.high:g}, or 'none'.")
        monkeypatch.setenv(limits.variable(name), "none")
        assert limits.most(name) is None
        monkeypatch.setenv(limits.variable(name), f" {limit.high:.12g} ")
        assert limits.most(name) == limit.high
        monkeypatch.delenv(limits.variable(name))
        assert limits.most(name) == limit.default
    limits.check()


def test_a_limit_is_said_with_its_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.in_words("waiting") == "10 runs"
    assert limits.in_words("weights") == "2,000,000 weights"
    assert limits.in_words("uploads") == "60 files a minute"
    assert limits.in_words("computing_in_all") == "none"
    monkeypatch.setenv(limits.variable("running"), "1")
    assert limits.in_words("running") == "1 run"
    monkeypatch.setenv(limits.variable("stored_in_all"), "0.5")
    assert limits.in_words("stored_in_all") == "0.5 GB"


def test_no_more_of_one_persons_runs_may_wait_than_allowed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, waiting=2)
    ann, ben = store.seen_by(ANN), store.seen_by(BEN)
    stopped = ann.create(TINY)
    begun(store, stopped).finish(Outcome(STOPPED))
    for _ in range(2):
        ann.create(TINY)
    sentence = "You have 2 runs waiting already; at most 2 runs of one person can wait here. Stop"
    assert said(lambda: ann.create(TINY), QueueFull).startswith(sentence)
    assert said(lambda: ann.resume(stopped), QueueFull).startswith(sentence)
    wanted = [experiments.Named(TINY, "one")]
    assert said(lambda: experiments.start(ann, "depth", wanted), QueueFull).startswith(sentence)
    assert len(ann.all()) == 3
    for other in (ben, store):
        for _ in range(3 - (other is ben)):
            other.create(TINY)
    ann.ask(2, STOP)
    ann.resume(stopped)


def test_a_run_may_not_be_longer_or_its_network_larger_than_allowed(store: RunStore) -> None:
    ann = store.seen_by(ANN)
    long, wide = replace(TINY, epochs=201), replace(TINY, hidden=(2048, 1024))
    told = said(lambda: ann.create(long), InvalidSetting)
    assert told == "epochs is 201; at most 200 epochs can be trained in one run here."
    told = said(lambda: ann.create(wide), InvalidSetting)
    assert told.startswith("This network would have 3,716,106 weights; at most 2,000,000 weights")
    wanted = [experiments.Named(TINY, ""), experiments.Named(long, "")]
    assert "epochs is 201" in said(lambda: experiments.start(ann, "a", wanted), InvalidSetting)
    assert ann.all() == []
    for spec in (long, wide):
        assert store.create(spec)


def test_who_has_trained_for_as_long_as_one_may_is_told_when_it_goes_on(store: RunStore) -> None:
    ann = store.seen_by(ANN)
    with store.database.begin() as connection:
        usage.add(connection, ANN, fair_order.COMPUTING, 30 * 60)
    told = said(lambda: ann.create(TINY))
    assert told == (
        "You have trained for 30 minutes within the last hour, which is the most for one person "
        "here. You can train again in 60 minutes."
    )
    assert store.seen_by(BEN).create(TINY)
    assert store.create(TINY)


def test_the_training_time_is_that_in_which_a_run_has_a_place(store: RunStore) -> None:
    seconds = [0.0]
    meter = Meter(1, lambda: seconds[0])
    with store.database.begin() as connection:
        for status, passed in (("running", 4.0), ("paused", 20.0), ("running", 2.0)):
            seconds[0] += passed
            meter.read(connection, ANN, status)
        assert usage.total(connection, fair_order.COMPUTING, 0, OF_ANN) == 6.0
        seconds[0] += 3600.0  # the computer was asleep
        meter.read(connection, ANN, "running")
        assert usage.total(connection, fair_order.COMPUTING, 0, OF_ANN) == 36.0
        seconds[0] += 20.0
        meter.read(connection, "", "running")
        assert usage.total(connection, fair_order.COMPUTING, 0) == 36.0


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("run_minutes", "It was stopped after 1 minute of training, which is the most for one"),
        ("computing_minutes", "You have trained for 1 minute within the last hour, which is the"),
    ],
)
def test_a_run_that_trains_too_long_stops_and_says_why_until_it_is_resumed(
    limit: str, sentence: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, **{limit: 1})
    run = store.seen_by(ANN).create(TINY)
    lease, seconds = begun(store, run), [0.0]
    lease._meter = Meter(run, lambda: seconds[0])
    for _ in range(2):
        seconds[0] += 29.0
        assert lease.beat().request == ""
    seconds[0] += 6.0
    lease.beat()
    assert lease.beat().request == STOP
    lease.finish(Outcome(STOPPED))
    found = store.seen_by(ANN).get(run)
    assert (found.status, found.resumable) == (STOPPED, True)
    assert found.error.startswith(sentence)
    monkeypatch.setenv(limits.variable(limit), "none")
    store.seen_by(ANN).resume(run)
    assert store.get(run).error == ""


def test_a_run_without_time_for_one_more_epoch_is_not_resumed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, run_minutes=2)
    ann, runs = store.seen_by(ANN), []
    for seconds in (55.0, 65.0):
        runs.append(ann.create(TINY))
        lease = begun(store, runs[-1])
        lease.keep(replace(EPOCH, seconds=seconds), b"checkpoint", None)
        lease.finish(Outcome(STOPPED))
    ann.resume(runs[0])
    assert said(lambda: ann.resume(runs[1])) == (
        "Run 2 has trained for as long as one run may here, 2 minutes, so it cannot be resumed. "
        "What it learned is kept."
    )
    store.resume(runs[1])  # the house


def test_the_houses_runs_have_no_limit_of_time(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, run_minutes=1, computing_minutes=1)
    run = store.create(TINY)
    lease, seconds = begun(store, run), [0.0]
    lease._meter = Meter(run, lambda: seconds[0])
    for _ in range(10):
        seconds[0] += 25.0
        assert lease.beat().request == ""


def test_what_a_person_keeps_is_counted_in_bytes(store: RunStore) -> None:
    ann, ben = store.seen_by(ANN), store.seen_by(BEN)
    run = ann.create(TINY)
    begun(store, run).finish(Outcome(DONE, model=b"m" * 1000, test=b"t" * 200))
    assert _kept(store, ANN) == 1200
    corrected_drawings.add(ann, DIGIT, 3, "5", "recogniser")
    assert _kept(store, ANN) == 1200 + 784
    imported_datasets.add(ann, "signs", "a file", 5, b"d" * 500)
    assert _kept(store, ANN) == 1200 + 784 + 500
    corrected_drawings.add(ben, DIGIT, 3, "5", "recogniser")
    imported_datasets.add(store, "house signs", "a file", 5, b"d" * 70)
    assert (_kept(store, ANN), _kept(store, BEN)) == (2484, 784)
    with store.database.begin() as connection:
        assert stored.in_all(connection) == 2484 + 784 + 70
    ann.delete(run)
    assert _kept(store, ANN) == 1284


def _kept(store: RunStore, person: str) -> int:
    with store.database.begin() as connection:
        return stored.of(connection, person)


def test_who_keeps_as_much_as_one_may_keeps_no_more_until_something_is_deleted(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored=1)
    ann = store.seen_by(ANN)
    run = ann.create(TINY)
    begun(store, run).finish(Outcome(DONE, model=b"m" * 1_000_000))
    sentence = "You keep 1 MB here; with this it would be more than 1 MB, the most for one person."
    for attempt in (
        lambda: ann.create(TINY),
        lambda: imported_datasets.add(ann, "signs", "a file", 5, b"d"),
        lambda: corrected_drawings.add(ann, DIGIT, 3, "5", "recogniser"),
        lambda: ann.add(TINY, **stores.ADDED),
    ):
        assert said(attempt).startswith(sentence)
    assert len(ann.all()) == 1
    assert corrected_drawings.read(ann) == []
    store.create(TINY)  # the house
    store.seen_by(BEN).create(TINY)
    ann.delete(run)
    ann.create(TINY)
    corrected_drawings.add(ann, DIGIT, 3, "5", "recogniser")
    assert said(lambda: ann.restore(run)).startswith("You keep")
    assert [each.id for each in ann.deleted()] == [run]


def test_a_full_server_says_so_to_everybody_but_the_house(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    run = store.create(TINY)
    begun(store, run).finish(Outcome(DONE, model=b"m" * 9_000_000))
    store.seen_by(ANN).create(TINY)
    more = b"d" * 2_000_000
    told = said(lambda: imported_datasets.add(store.seen_by(ANN), "signs", "a file", 5, more))
    assert told.startswith("The server is full: 9 MB are kept, and 0.01 GB is the most.")
    imported_datasets.add(store, "signs", "a file", 5, more)


@pytest.mark.parametrize("name", ["uploads", "drawings"])
def test_what_is_done_too_often_in_a_minute_is_rejected_and_not_counted(
    name: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, **{name: 5})
    monkeypatch.setattr(usage, "now", lambda connection: 1_000_000.0)
    ann = store.seen_by(ANN)
    usage.take(ann, name, 4)
    assert f"{'4 files' if name == 'uploads' else '4 drawings'} within a minute" in said(
        lambda: usage.take(ann, name, 2)
    )
    usage.take(ann, name)
    assert "within a minute; at most 5" in said(lambda: usage.take(ann, name))
    usage.take(store.seen_by(BEN), name, 5)
    usage.take(store, name, 500)
    monkeypatch.setattr(usage, "now", lambda connection: 1_000_060.0)
    usage.take(ann, name, 5)


def test_all_together_have_a_limit_too(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, uploads_in_all=7)
    monkeypatch.setattr(usage, "now", lambda connection: 1_000_000.0)
    usage.take(store.seen_by(ANN), "uploads", 5)
    told = said(lambda: usage.take(store.seen_by(BEN), "uploads", 3))
    assert told == "Very many files are being sent right now. Wait a minute and send yours again."
    usage.take(store.seen_by(BEN), "uploads", 2)


def test_all_guests_together_have_a_quarter_of_what_all_may_use_while_a_class_is_there(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, uploads_in_all=20, stored_in_all=0.04)
    monkeypatch.setattr(usage, "now", lambda connection: 1_000_000.0)
    enter_room(store, ANN)
    usage.take(store.seen_by("x1"), "uploads", 3)
    used_up = "While a class is here, people who are in no room share a small part of the server"
    assert used_up in said(lambda: usage.take(store.seen_by("x2"), "uploads", 3))
    usage.take(store.seen_by("x3"), "uploads", 2)
    usage.take(store.seen_by(ANN), "uploads", 15)
    for stranger in ("x1", "x2"):
        run = store.seen_by(stranger).create(TINY)
        begun(store, run).finish(Outcome(DONE, model=b"m" * 5_000_000))
        stored.forget()
    told = said(lambda: imported_datasets.add(store.seen_by("x3"), "signs", "a file", 5, b"d"))
    assert used_up in told
    imported_datasets.add(store.seen_by(ANN), "signs", "a file", 5, b"d")


def test_drawings_that_are_kept_are_counted(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, drawings=2)
    monkeypatch.setattr(usage, "now", lambda connection: 1_000_000.0)
    ann = store.seen_by(ANN)
    for _ in range(2):
        corrected_drawings.add(ann, DIGIT, 3, "5", "recogniser")
    told = said(lambda: corrected_drawings.add(ann, DIGIT, 3, "5", "recogniser"))
    assert told.startswith("You have kept 2 drawings within a minute; at most 2 drawings a minute")
    assert len(corrected_drawings.read(ann)) == 2


def test_what_no_limit_asks_for_any_more_is_forgotten(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.database.begin() as connection:
        now = usage.now(connection)
        for minutes in (200, 100, 0):
            monkeypatch.setattr(usage, "now", lambda connection, past=minutes: now - 60 * past)
            usage.add(connection, ANN, fair_order.COMPUTING, 1.0)
        usage.note_turn(connection, ANN)
        usage.forget(connection)
        assert usage.total(connection, fair_order.COMPUTING, 0, OF_ANN) == 2.0
        assert usage.total(connection, fair_order.LAST_TURN, 0, OF_ANN) > 0


def test_the_table_of_limits_in_the_documentation_is_the_registrys() -> None:
    assert limits_command.as_markdown() in Path("docs/limits.md").read_text("utf-8")
