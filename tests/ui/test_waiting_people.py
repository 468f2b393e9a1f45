"""What a waiting run says on a shared server, and which runs are about to be deleted."""

import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.cli import main
from digitapp.runs import Outcome, RunStore, fair_order, limits, usage
from digitapp.runs.limit_registry import LIMITS
from digitapp.runs.records import DONE
from digitapp.ui.train import phase_words
from tests.people import ANN, BEN, CAT, begun
from tests.tiny_runs import TINY, change


@pytest.fixture
def ann(store_url: str, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """The store as Ann sees it, who looks at the page; one run may be trained at once."""
    monkeypatch.setenv("DIGITAPP_WORKERS", "1")
    found = RunStore(store_url).seen_by(ANN)
    monkeypatch.setattr(phase_words, "store", lambda: found)
    return found


def said(store: RunStore, run: int) -> str:
    found = phase_words.waiting(store.get(run))
    assert not found.starts
    return found.text


def test_it_says_how_many_people_come_before_oneself(ann: RunStore) -> None:
    made = [ann.seen_by(person).create(TINY) for person in (BEN, CAT, BEN)]
    begun(ann, made[0])
    run = ann.create(TINY)
    assert said(ann, run) == (
        "Waiting for its turn: 1 person before you. Being trained now: a run of another person."
    )
    begun(ann, made[1])
    assert said(ann, run).startswith("Waiting for its turn: number 1 in the queue.")
    assert said(ann, run).endswith("Being trained now: 2 runs of other people.")


def test_before_ones_own_run_others_are_not_named(ann: RunStore) -> None:
    other = ann.seen_by(BEN).create(TINY, name="Ben's secret")
    begun(ann, other)
    run = ann.create(TINY)
    assert said(ann, run) == (
        "Waiting for its turn: number 1 in the queue. Being trained now: a run of another person."
    )
    assert phase_words.waiting(ann.get(run)).in_front == []


def test_a_run_that_may_not_begin_yet_says_why(ann: RunStore) -> None:
    first, second = ann.create(TINY), ann.create(TINY)
    lease = begun(ann, first)
    assert said(ann, second) == (
        "At most 1 run of yours can train at once here; this one begins when another is done. "
        "Being trained now: run 1 (running)."
    )
    lease.finish(Outcome(DONE))
    assert phase_words.waiting(ann.get(second)).starts
    with ann.whole.database.begin() as connection:
        usage.add(connection, ANN, fair_order.COMPUTING, 1800.0)
    assert re.fullmatch(
        r"You have trained for 30 minutes .*again in \d+ minutes\.", said(ann, second)
    )


def test_the_house_is_told_as_before(ann: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    house = ann.whole
    monkeypatch.setattr(phase_words, "store", lambda: house)
    first, second = house.create(TINY), house.create(TINY)
    begun(house, first)
    text = "Waiting for its turn: number 1 in the queue. Being trained now: run 1 (running)."
    assert said(house, second) == text


def shown(leaving: list[float | None]) -> list[str]:
    """Return the warnings above a table of runs that leave at these times."""

    def script(leaving: list[float | None]) -> None:
        from dataclasses import replace

        from digitapp.runs import RunStore
        from digitapp.ui.runs.leaving_runs import leaving_runs

        run = RunStore().all()[0]
        runs = [replace(run, id=number, leaving=when) for number, when in enumerate(leaving, 1)]
        leaving_runs(runs[::-1])

    app = AppTest.from_function(script, kwargs={"leaving": leaving}).run()
    assert not app.exception
    return [each.value for each in app.warning]


def test_runs_that_will_be_deleted_are_named_with_the_time_and_what_keeps_them(
    store_url: str,
) -> None:
    RunStore().create(TINY, name="*mine*")
    when = time.mktime((2026, 11, 28, 16, 30, 0, 0, 0, -1))
    assert shown([None]) == []
    (one,) = shown([None, when])
    assert r"From Saturday, 28 November, at 16\:30 on" in one
    assert r"of yours run 2 (\*mine\*). Give a star to what you want to keep" in one
    (many,) = shown([when] * 7)
    assert all(f"run {number} (" in many for number in range(1, 6))
    assert "and 2 more. Give" in many


def test_a_command_shows_all_limits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(limits.variable("waiting"), "3")
    assert main(["limits"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"Runs of one person that wait\n +3 runs +DIGITAPP_LIMIT_WAITING\n", told)
    assert told.count("DIGITAPP_LIMIT_") == len(LIMITS)
    monkeypatch.setenv(limits.variable("waiting"), "many")
    assert main(["limits"]) == 1
    assert "DIGITAPP_LIMIT_WAITING is 'many'" in capsys.readouterr().err


def test_runs_list_says_which_runs_will_be_deleted(
    store_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = RunStore()
    run = store.create(TINY)
    change(store, run, leaving=time.mktime((2026, 11, 28, 16, 30, 0, 0, 0, -1)))
    assert main(["runs", "list"]) == 0
    told = capsys.readouterr().out
    assert "(deleted for want of space from 2026-11-28 16:30 on; a star keeps it)" in told
