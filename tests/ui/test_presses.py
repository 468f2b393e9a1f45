"""Presses that the browser has counted: each is taken once, in its order."""

from digitapp.ui.train.presses import Pressed, pressed

TOLD = {"session": "now", "waiting": [[3, 7, "batch"], [4, 7, "batch"], [5, 7, "resume"]]}


def test_presses_are_taken_in_their_order_and_counted_where_they_are_the_same() -> None:
    assert pressed(TOLD, "now", 2) == [Pressed(7, "batch", 2, 4), Pressed(7, "resume", 1, 5)]


def test_what_was_taken_is_not_taken_again() -> None:
    assert pressed(TOLD, "now", 3) == [Pressed(7, "batch", 1, 4), Pressed(7, "resume", 1, 5)]
    assert pressed(TOLD, "now", 5) == []


def test_presses_of_two_runs_are_told_apart() -> None:
    told = {"session": "now", "waiting": [[1, 7, "batch"], [2, 8, "batch"], [3, 7, "batch"]]}
    assert [(each.run, each.times) for each in pressed(told, "now", 0)] == [(7, 1), (8, 1), (7, 1)]


def test_presses_numbered_in_another_session_wait_until_they_are_numbered_anew() -> None:
    assert pressed(TOLD, "after a restart", 0) == []
