"""Retrying: for ever while the store is locked, for a while when its server is away."""

from collections.abc import Callable

import pytest

from digitapp.errors import StoreAway, StoreBusy, StoreProblem
from digitapp.runs import retrying
from digitapp.runs.database_errors import problem
from digitapp.runs.retrying import retry_while_busy

LOCKED, GONE, FULL = StoreBusy("locked"), StoreAway("away"), StoreProblem("full")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.0)


def _failing(*errors: Exception) -> Callable[[], str]:
    left = [*errors]

    def attempt() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return attempt


def test_a_lock_and_a_restart_of_the_server_are_waited_for() -> None:
    assert retry_while_busy(_failing(LOCKED, GONE, LOCKED, GONE)) == "done"


def test_a_server_that_stays_away_is_an_error_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrying, "AWAY", 0.0)
    with pytest.raises(StoreAway):
        retry_while_busy(_failing(*[GONE] * 100))


def test_a_lock_in_between_begins_the_while_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 10_000, 100))
    monkeypatch.setattr("digitapp.runs.retrying.time.monotonic", lambda: next(now))
    monkeypatch.setattr(retrying, "AWAY", 150.0)
    assert retry_while_busy(_failing(GONE, LOCKED, GONE, LOCKED, GONE)) == "done"


def test_another_failure_is_not_waited_for() -> None:
    with pytest.raises(StoreProblem, match="full"):
        retry_while_busy(_failing(FULL))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("database is locked", StoreBusy),
        ("connection failed: FATAL: the database system is starting up", StoreAway),
        ("terminating connection due to administrator command", StoreAway),
        ("server closed the connection unexpectedly", StoreAway),
        ("disk I/O error", StoreProblem),
        ('FATAL: password authentication failed for user "me"', StoreProblem),
        ("something else", StoreProblem),
    ],
)
def test_what_a_database_says_is_told_apart(said: str, kind: type[StoreProblem]) -> None:
    assert type(problem("runs.db", said)) is kind
