"""The order of the queue: people in turn, and what holds a run back."""

import socket

import pytest

from digitapp.errors import LimitMet, QueueFull
from digitapp.runs import (
    Lease,
    Outcome,
    RunStore,
    classroom_teaching,
    fair_order,
    limits,
    queue,
    usage,
)
from digitapp.runs.records import DONE, QUEUED, RUNNING
from digitapp.runs.store import new_row
from digitapp.runs.tables import runs
from tests import stores
from tests.people import (
    ANN,
    BEN,
    CAT,
    OF_ANN,
    begun,
    enter_room,
    order,
    seen,
    trained_in_turn,
    whose,
)
from tests.tiny_runs import TINY, change

pytestmark = stores.on_both


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore()


def made(store: RunStore, person: str, count: int) -> list[int]:
    return [store.seen_by(person).create(TINY) for _ in range(count)]


def allow(monkeypatch: pytest.MonkeyPatch, **most: object) -> None:
    for name, value in most.items():
        monkeypatch.setenv(limits.variable(name), str(value))


def test_the_runs_of_one_person_are_trained_in_the_order_in_which_they_were_queued(
    store: RunStore,
) -> None:
    for person in ("", ANN):
        runs = made(store, person, 4)
        assert order(store) == runs
        assert trained_in_turn(store) == runs


def test_everybodys_first_run_comes_before_anybodys_second(store: RunStore) -> None:
    for person in (ANN, BEN, CAT):
        made(store, person, 3)
    assert whose(store, order(store)) == "abcabcabc"


def test_whoever_queues_many_runs_does_not_keep_others_from_their_turns(store: RunStore) -> None:
    made(store, ANN, 1)
    assert whose(store, trained_in_turn(store)) == "a"
    made(store, ANN, 5)
    made(store, BEN, 2)
    made(store, "", 2)
    assert whose(store, trained_in_turn(store)) == "b-ab-aaaa"


def test_one_whose_last_turn_is_the_longest_ago_comes_first(store: RunStore) -> None:
    for person in (CAT, ANN, BEN):
        made(store, person, 1)
    assert whose(store, trained_in_turn(store)) == "cab"
    for person in (BEN, ANN, CAT):
        made(store, person, 1)
    assert whose(store, trained_in_turn(store)) == "cab"


def test_one_whose_run_is_trained_comes_behind_those_without(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, running=2)
    first, second = made(store, ANN, 2)
    begun(store, first)
    (other,) = made(store, BEN, 1)
    assert order(store) == [other, second]


def test_of_one_person_no_more_are_trained_at_once_than_allowed_however_many_places_are_free(
    store: RunStore,
) -> None:
    first, second, third = made(store, ANN, 3)
    assert [each.held for each in queue.look(store).waiting] == ["", "running", "running"]
    training = begun(store, first)
    other = Lease(store, second)
    other.take()
    assert not other.turn(64)
    assert [each.held for each in queue.look(store).waiting] == ["running", "running"]
    training.finish(Outcome(DONE))
    assert other.turn(64)
    assert order(store) == [third]


def test_one_that_is_held_does_not_hold_others_up(store: RunStore) -> None:
    first, second = made(store, ANN, 2)
    begun(store, first)
    (other,) = made(store, BEN, 1)
    assert [(each.run, each.held) for each in queue.look(store).waiting] == [
        (other, ""),
        (second, "running"),
    ]
    begun(store, other, at_once=2)


def test_the_house_trains_as_many_at_once_as_there_are_places(store: RunStore) -> None:
    for run in made(store, "", 3):
        begun(store, run, at_once=3)
    assert queue.look(store).busy == 3


def test_a_setting_allows_more_at_once(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = made(store, ANN, 3)
    allow(monkeypatch, running=2)
    assert [each.held for each in queue.look(store).waiting] == ["", "", "running"]
    allow(monkeypatch, running="none")
    assert [each.held for each in queue.look(store).waiting] == ["", "", ""]
    for run in runs:
        begun(store, run)


def test_runs_of_those_who_left_wait_behind_all_others_but_are_trained_when_nobody_else_waits(
    store: RunStore,
) -> None:
    made(store, ANN, 2)
    made(store, BEN, 2)
    seen(store, ANN, minutes_ago=11)
    seen(store, BEN, minutes_ago=9)
    assert whose(store, order(store)) == "baba"  # the second ones are held
    assert [each.held for each in queue.look(store).waiting] == ["", "", "running", "running"]
    assert whose(store, trained_in_turn(store)) == "bbaa"
    made(store, ANN, 1)
    made(store, BEN, 1)
    seen(store, ANN)
    assert whose(store, trained_in_turn(store)) == "ba"


def test_a_class_comes_before_people_who_are_in_no_room(store: RunStore) -> None:
    """Who throws the cookie away is somebody new each time, who had no turn yet."""
    made(store, BEN, 1)
    assert whose(store, trained_in_turn(store)) == "b"
    enter_room(store, BEN)
    for stranger in ("x1", "x2", "x3"):
        made(store, stranger, 1)
    made(store, BEN, 1)
    made(store, "", 1)
    assert whose(store, order(store)) == "-bxxx"


def test_people_in_no_room_fill_no_more_than_a_part_of_the_queue_of_a_class(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, waiting_in_all=8)
    code = enter_room(store, BEN)
    for stranger in ("x1", "x2"):
        made(store, stranger, 1)
    with pytest.raises(QueueFull, match="people who are in no room share a small part"):
        made(store, "x3", 1)
    made(store, BEN, 6)
    with pytest.raises(QueueFull, match="8 runs are waiting already"):
        made(store, BEN, 1)
    classroom_teaching.end(store, code)  # now nobody is a guest
    made(store, "x3", 1)


def test_a_person_with_no_waiting_run_finds_a_place_when_others_have_filled_the_queue(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, waiting_in_all=3)
    made(store, ANN, 3)
    with pytest.raises(QueueFull, match="3 runs are waiting already; at most 3 runs can wait"):
        made(store, ANN, 1)
    made(store, BEN, 1)
    with pytest.raises(QueueFull):
        made(store, BEN, 1)
    for number in range(5):
        made(store, f"y{number}", 1)
    with pytest.raises(QueueFull, match="9 runs are waiting already"):
        made(store, CAT, 1)


def test_nobody_keeps_the_house_from_queueing(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, waiting_in_all=2)
    for person in (ANN, BEN, CAT):
        made(store, person, 1)
    made(store, "", 2)
    with pytest.raises(QueueFull, match="2 runs are waiting already"):
        made(store, "", 1)


def test_who_has_used_up_the_training_time_of_the_hour_waits_until_some_of_it_is_over(
    store: RunStore,
) -> None:
    (run,) = made(store, ANN, 1)
    with store.database.begin() as connection:
        usage.add(connection, ANN, fair_order.COMPUTING, 30 * 60)
    assert [each.held for each in queue.look(store).waiting] == ["computing_minutes"]
    lease = Lease(store, run)
    lease.take()
    assert not lease.turn(64)
    with store.database.begin() as connection:
        usage.add(connection, ANN, fair_order.COMPUTING, -1)
    assert lease.turn(64)


def test_a_limit_of_all_together_holds_everybody_but_the_house(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, computing_in_all=10)
    made(store, BEN, 1)
    (own,) = made(store, "", 1)
    with store.database.begin() as connection:
        usage.add(connection, ANN, fair_order.COMPUTING, 10 * 60)
    with pytest.raises(LimitMet, match="All people here together have trained for 10 minutes"):
        made(store, BEN, 1)
    assert order(store)[0] == own
    assert [each.held for each in queue.look(store).waiting] == ["", "computing_minutes"]


def test_the_places_say_how_many_runs_and_how_many_people_come_first(store: RunStore) -> None:
    for person in (ANN, BEN, ANN, CAT, BEN):
        made(store, person, 1)
    rows = store.database.rows(fair_order.in_line())
    told = fair_order.places(rows)
    assert {run: (place.ahead, place.people) for run, place in told.items()} == {
        1: (0, 0),  # Ann's first
        2: (1, 1),  # Ben's first
        4: (2, 2),  # Cat's
        3: (3, 2),  # Ann's second
        5: (4, 2),  # Ben's second
    }


def test_machines_have_queues_of_their_own(store: RunStore) -> None:
    made(store, ANN, 2)
    made(store, BEN, 1)
    change(store, 1, host="another machine")
    assert order(store) == [2, 3]
    told = fair_order.places(store.database.rows(fair_order.in_line()))
    assert {run: place.ahead for run, place in told.items()} == {1: 0, 2: 0, 3: 1}
    assert not told[2].held  # Ann has another one in line, but not here
    assert store.database.rows(fair_order.in_line(socket.gethostname()))[0].id == 2


def test_a_thousand_waiting_runs_are_put_in_order_by_one_statement(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of forty people, who queue 25 each, one after the other."""
    allow(monkeypatch, running="none")
    people = [f"p{number:02}".ljust(22, "0") for number in range(40)]
    _many(store, [person for person in people for _ in range(25)])
    line = queue.look(store).waiting
    found = [row.person for row in store.database.rows(fair_order.in_line())]
    assert len(line) == 1000
    assert found == people * 25


def _many(store: RunStore, people: list[str]) -> None:
    rows = [
        {
            **{**new_row(TINY, "", ""), "status": QUEUED, "person": person},
            **{"queued": float(number), "heartbeat": 0.0},
        }
        for number, person in enumerate(people)
    ]
    with store.database.begin() as connection:
        connection.execute(runs.insert(), rows)


def test_a_run_that_begins_is_running_and_its_person_has_had_a_turn(store: RunStore) -> None:
    (run,) = made(store, ANN, 1)
    begun(store, run)
    assert store.get(run).status == RUNNING
    with store.database.begin() as connection:
        assert usage.total(connection, fair_order.LAST_TURN, 0, OF_ANN) == pytest.approx(
            usage.now(connection), abs=60
        )
