"""Housekeeping: paused and forgotten runs give their places back; the oldest make room."""

import time

import pytest
import sqlalchemy as sa

from digitapp.runs import Lease, Outcome, RunStore, housekeeping, limits, stored
from digitapp.runs.housekeeping import NAMED_FOR
from digitapp.runs.records import DONE, GO_ON, PAUSE, PAUSED, STOP, STOPPED
from digitapp.runs.tables import people
from tests import stores
from tests.people import ANN, BEN, CAT, begun, enter_room, seen
from tests.tiny_runs import TINY, change

pytestmark = stores.on_both


@pytest.fixture
def store(store_url: str) -> RunStore:
    stored.forget()
    return RunStore()


def allow(monkeypatch: pytest.MonkeyPatch, **most: object) -> None:
    for name, value in most.items():
        monkeypatch.setenv(limits.variable(name), str(value))


def paused(store: RunStore, person: str, minutes_ago: float = 0.0) -> int:
    """Add a run that was paused some minutes ago; return its id."""
    run = store.seen_by(person).create(TINY)
    lease = begun(store, run)
    store.ask(run, PAUSE)
    lease.pause(1)
    change(store, run, queued=time.time() - 60 * minutes_ago)
    return run


def finished(store: RunStore, person: str, size: int = 1_000_000) -> int:
    run = store.seen_by(person).create(TINY)
    begun(store, run).finish(Outcome(DONE, model=b"m" * size))
    return run


def leaving(store: RunStore) -> list[int]:
    return [run.id for run in reversed(store.all()) if run.leaving is not None]


def test_a_run_that_is_paused_for_too_long_stops_and_says_why(store: RunStore) -> None:
    long, short = paused(store, ANN, 21), paused(store, BEN, 19)
    own = paused(store, "", 1000)
    assert [*housekeeping.give_places_back(store)] == [long]
    found = store.seen_by(ANN).get(long)
    assert found.request == STOP
    assert found.error.startswith("It was paused for 20 minutes, so it was stopped and gave its me")
    assert [store.get(run).request for run in (short, own)] == [PAUSE, PAUSE]


def test_the_pause_is_counted_from_its_beginning(store: RunStore) -> None:
    """Not from when the run was queued, which may have been long before."""
    run = store.seen_by(ANN).create(TINY)
    change(store, run, queued=time.time() - 3600)
    lease = begun(store, run)
    store.ask(run, PAUSE)
    lease.pause(1)
    assert housekeeping.give_places_back(store) == {}
    change(store, run, queued=time.time() - 3600)
    store.ask(run, GO_ON)  # it waits for its turn now
    assert housekeeping.give_places_back(store) == {}


def test_what_it_learned_is_kept_and_it_can_be_resumed(store: RunStore) -> None:
    run = store.seen_by(ANN).create(TINY)
    lease = begun(store, run)
    store.ask(run, PAUSE)
    lease.pause(1)
    change(store, run, queued=time.time() - 3600)
    housekeeping.give_places_back(store)
    assert lease.beat().request == STOP
    lease.finish(Outcome(STOPPED, model=b"model"))
    found = store.seen_by(ANN).get(run)
    assert (found.status, found.resumable) == (STOPPED, True)
    assert "Resume continues from there" in found.error
    store.seen_by(ANN).resume(run)
    assert store.get(run).error == ""


def test_of_too_many_paused_runs_the_longest_paused_ones_stop(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, paused=2, paused_in_all=4)
    of_ann = [paused(store, ANN, minutes) for minutes in (5, 9, 7)]
    others = [paused(store, BEN, 8), paused(store, CAT, 1)]
    told = housekeeping.give_places_back(store)
    assert [*told] == [of_ann[1]]
    assert told[of_ann[1]].startswith("It was stopped, because at most 2 runs of one person")
    more = paused(store, CAT, 0)
    told = housekeeping.give_places_back(store)
    assert [*told] == [others[0]]
    assert store.get(more).request == PAUSE


def test_when_memory_is_short_the_longest_paused_run_stops(store: RunStore) -> None:
    first, second = paused(store, ANN, 3), paused(store, BEN, 2)
    own = paused(store, "", 9)
    told = housekeeping.give_places_back(store, short_of_memory=True)
    assert [*told] == [first]
    assert "others need the memory" in told[first]
    assert [store.get(run).status for run in (second, own)] == [PAUSED, PAUSED]


def test_a_paused_run_stops_when_its_person_has_left(store: RunStore) -> None:
    run, other = paused(store, ANN, 1), paused(store, BEN, 1)
    seen(store, ANN, minutes_ago=11)
    seen(store, BEN, minutes_ago=9)
    assert [*housekeeping.give_places_back(store)] == [run]
    assert store.get(other).request == PAUSE


def test_a_run_whose_person_has_left_trains_on_until_another_persons_waits(
    store: RunStore,
) -> None:
    run = store.seen_by(ANN).create(TINY)
    lease = begun(store, run)
    seen(store, ANN, minutes_ago=11)
    assert housekeeping.give_places_back(store) == {}
    store.seen_by(ANN).create(TINY)
    assert housekeeping.give_places_back(store) == {}
    store.seen_by(BEN).create(TINY)
    told = housekeeping.give_places_back(store)
    assert [*told] == [run]
    assert told[run].startswith("Nobody was here to look at it for 10 minutes, so it was stopped")
    assert lease.beat().request == STOP


def test_the_houses_run_trains_on_whoever_waits(store: RunStore) -> None:
    begun(store, store.create(TINY))
    store.seen_by(ANN).create(TINY)
    assert housekeeping.give_places_back(store) == {}


def test_runs_whose_process_has_died_are_left_alone(store: RunStore) -> None:
    run = paused(store, ANN, 30)
    change(store, run, heartbeat=0.0)
    assert housekeeping.give_places_back(store) == {}


def test_when_space_is_short_the_oldest_runs_without_a_star_are_named_a_day_before_they_go(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    own = finished(store, "", 4_000_000)
    starred, first, second, third = (finished(store, person) for person in (ANN, BEN, ANN, CAT))
    store.seen_by(ANN).star(starred)
    housekeeping.make_room(store)
    assert leaving(store) == []  # 8 MB are four fifths of it
    fourth = finished(store, CAT, 500_000)
    housekeeping.make_room(store)
    assert leaving(store) == [first]
    found = store.seen_by(BEN).get(first)
    assert found.leaving == pytest.approx(time.time() + NAMED_FOR, abs=60)
    housekeeping.make_room(store)
    assert store.get(first).leaving == found.leaving  # not a day later each time
    change(store, first, leaving=time.time() - 1)
    housekeeping.make_room(store)
    assert {run.id for run in store.all()} == {own, starred, second, third, fourth}
    assert store.deleted() == []
    store.purge()
    housekeeping.make_room(store)
    assert leaving(store) == []


def test_a_star_keeps_a_run_and_the_next_oldest_is_named(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    first, second = finished(store, ANN, 5_000_000), finished(store, BEN, 4_000_000)
    housekeeping.make_room(store)
    assert leaving(store) == [first]
    store.seen_by(ANN).star(first)
    assert leaving(store) == []
    housekeeping.make_room(store)
    assert leaving(store) == [second]


def test_none_goes_when_there_is_room_again(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    first = finished(store, ANN, 9_000_000)
    housekeeping.make_room(store)
    assert leaving(store) == [first]
    change(store, first, leaving=time.time() - 1)
    allow(monkeypatch, stored_in_all=1)
    housekeeping.make_room(store)
    assert leaving(store) == []
    assert store.get(first).status == DONE


def test_deleted_runs_make_room_first_but_can_be_brought_back_for_an_hour(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    deleted, kept = finished(store, ANN, 5_000_000), finished(store, BEN, 4_000_000)
    store.seen_by(ANN).delete(deleted)
    housekeeping.make_room(store)
    assert [run.id for run in store.deleted()] == [deleted]
    assert leaving(store) == [kept]
    change(store, deleted, deleted=time.time() - 3700)
    housekeeping.make_room(store)
    assert store.deleted() == []
    assert leaving(store) == []
    assert store.get(kept).status == DONE


def test_runs_that_wait_or_train_are_not_named(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01)
    run = store.seen_by(ANN).create(TINY)
    lease: Lease = begun(store, run)
    lease.keep_now("step", 1, b"s" * 9_000_000)
    housekeeping.make_room(store)
    assert leaving(store) == []


def test_those_of_people_in_no_room_go_first_while_a_class_is_there(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, stored_in_all=0.01, paused_in_all=1)
    finished(store, ANN, 5_000_000)
    of_ben = finished(store, BEN, 4_000_000)
    long, short = paused(store, ANN, 9), paused(store, BEN, 1)
    enter_room(store, ANN)
    housekeeping.make_room(store)
    assert leaving(store) == [of_ben]
    assert [*housekeeping.give_places_back(store)] == [short]
    assert store.get(long).request == PAUSE


def test_people_who_left_nothing_and_are_in_no_room_are_forgotten_after_a_day(
    store: RunStore,
) -> None:
    finished(store, ANN, 10)
    enter_room(store, BEN)
    for person in (ANN, BEN, CAT, "dan", "the teacher at home"):
        seen(store, person, minutes_ago=25 * 60)
    seen(store, "eve", minutes_ago=23 * 60)
    at_home = people.c.id == "the teacher at home"
    store.database.change(people.update().where(at_home).values(house=True))
    housekeeping.make_room(store)
    left = [row.id for row in store.database.rows(sa.select(people.c.id))]
    assert {*left} == {ANN, BEN, "eve", "the teacher at home"}
