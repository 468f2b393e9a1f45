"""The race of a room in the store: entering runs, taking them out, and who may do which."""

import pytest

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import RunStore, classroom_race
from digitapp.runs.classroom_joining import leave
from digitapp.runs.classroom_race import Entry, enter, entries, histories, take_out
from digitapp.runs.classroom_teaching import hide_name, remove
from digitapp.runs.records import DONE
from digitapp.runs.tables import epochs, runs
from digitapp.training.history import Epoch
from tests import stores
from tests.a_class import ADA, BO, Class, a_class
from tests.tiny_runs import EPOCH, TINY

pytestmark = stores.on_both


@pytest.fixture
def seven(store_url: str) -> Class:
    return a_class(RunStore(store_url))


def trained(store: RunStore, accuracy: float = 0.9, *, person: str = "") -> int:
    """Add a finished run of a person."""
    whose = person or store.person
    number = store.whole.add(
        TINY,
        name="",
        epochs=[EPOCH],
        model=b"",
        test=None,
        test_loss=0.5,
        test_accuracy=accuracy,
        images=100,
        batches=4,
        parameters=10,
    )
    store.whole.database.change(runs.update().where(runs.c.id == number).values(person=whose))
    return number


def seen(found: list[Entry]) -> list[tuple[int, str, str]]:
    return [(each.run.id, each.person, each.name) for each in found]


def test_a_run_that_is_entered_is_seen_by_all_of_the_room(seven: Class) -> None:
    mine, yours, _ = trained(seven.ada), trained(seven.bo), trained(seven.bo)
    enter(seven.ada, seven.room, mine)
    enter(seven.bo, seven.room, yours)
    for store in (seven.ada, seven.bo, seven.teacher):
        assert seen(entries(store, seven.room)) == [(mine, ADA, "Ada"), (yours, BO, "Bo")]
        found = histories(store, seven.room, [mine, yours])
        assert {run: [each.number for each in own] for run, own in found.items()} == {
            mine: [EPOCH.number],
            yours: [EPOCH.number],
        }
    assert entries(seven.bo, seven.room)[0].run.status == DONE


def test_nobody_enters_or_sees_what_is_not_theirs(seven: Class) -> None:
    mine = trained(seven.ada)
    for store in (seven.bo, seven.teacher):
        with pytest.raises(UnknownName, match="is not one of yours"):
            enter(store, seven.room, mine)
    assert histories(seven.bo, seven.room, [mine]) == {}
    assert entries(seven.bo, seven.room) == []


def test_a_stranger_neither_sees_nor_changes_the_race(seven: Class) -> None:
    mine, theirs = trained(seven.ada), trained(seven.eve)
    enter(seven.ada, seven.room, mine)
    for tried in (
        lambda: enter(seven.eve, seven.room, theirs),
        lambda: take_out(seven.eve, seven.room, mine),
        lambda: entries(seven.eve, seven.room),
        lambda: classroom_race.to_enter(seven.eve, seven.room, 9),
        lambda: classroom_race.is_entered(seven.eve, seven.room, mine),
        lambda: histories(seven.eve, seven.room, [mine]),
    ):
        with pytest.raises(UnknownName, match="not in this room"):
            tried()
    assert len(entries(seven.ada, seven.room)) == 1


def test_a_run_is_its_persons_to_take_out_and_the_teachers(seven: Class) -> None:
    first, second = trained(seven.ada), trained(seven.ada)
    enter(seven.ada, seven.room, first)
    enter(seven.ada, seven.room, second)
    with pytest.raises(UnknownName, match="is not one of yours"):
        take_out(seven.bo, seven.room, first)
    take_out(seven.teacher, seven.room, first)
    assert [each.run.id for each in entries(seven.bo, seven.room)] == [second]
    take_out(seven.ada, seven.room, second)
    assert entries(seven.bo, seven.room) == []
    with pytest.raises(UnknownName):
        take_out(seven.ada, seven.room, second)


def test_one_is_offered_ones_own_runs_that_are_not_in_the_race(seven: Class) -> None:
    first, second, theirs = trained(seven.ada), trained(seven.ada), trained(seven.bo)
    enter(seven.ada, seven.room, first)
    assert [run.id for run in classroom_race.to_enter(seven.ada, seven.room, 9)] == [second]
    assert [run.id for run in classroom_race.to_enter(seven.bo, seven.room, 9)] == [theirs]
    assert classroom_race.is_entered(seven.bo, seven.room, first)
    assert not classroom_race.is_entered(seven.bo, seven.room, second)


def test_ones_own_run_is_taken_out_after_leaving_too(seven: Class) -> None:
    mine = trained(seven.ada)
    enter(seven.ada, seven.room, mine)
    leave(seven.ada, seven.room)
    take_out(seven.ada, seven.room, mine)
    assert entries(seven.bo, seven.room) == []


def test_a_deleted_run_leaves_the_race(seven: Class) -> None:
    mine = trained(seven.ada)
    enter(seven.ada, seven.room, mine)
    seven.house.delete(mine)
    assert entries(seven.bo, seven.room) == []
    with pytest.raises(UnknownName):
        enter(seven.ada, seven.room, mine)


def test_nobody_enters_any_number_of_runs(seven: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom_race, "MOST_ENTERED", 1)
    first, second = trained(seven.ada), trained(seven.ada)
    enter(seven.ada, seven.room, first)
    enter(seven.ada, seven.room, first)
    with pytest.raises(InvalidSetting, match="You have 1 runs in the race already"):
        enter(seven.ada, seven.room, second)
    enter(seven.bo, seven.room, trained(seven.bo))


def test_the_runs_of_who_is_removed_are_not_in_the_race(seven: Class) -> None:
    mine = trained(seven.ada)
    enter(seven.ada, seven.room, mine)
    remove(seven.teacher, seven.room, ADA)
    assert entries(seven.bo, seven.room) == []
    assert histories(seven.bo, seven.room, [mine]) == {}


def test_a_hidden_name_is_hidden_from_all_who_look_at_the_race(seven: Class) -> None:
    enter(seven.ada, seven.room, trained(seven.ada))
    hide_name(seven.teacher, seven.room, ADA, True)
    for store in (seven.bo, seven.teacher):
        assert [each.name for each in entries(store, seven.room)] == ["Hidden name"]


def test_a_run_is_in_the_race_of_one_room_only(seven: Class) -> None:
    other, mine = a_class(seven.house), trained(seven.ada)
    enter(seven.ada, seven.room, mine)
    enter(seven.ada, other.room, mine)
    assert entries(seven.ada, seven.room) == []
    assert len(entries(seven.bo, other.room)) == 1
    assert histories(seven.bo, seven.room, [mine]) == {}


def test_epochs_come_with_epoch_0_if_it_is_known(seven: Class) -> None:
    mine = trained(seven.ada)
    enter(seven.ada, seven.room, mine)
    row = {"run": mine, "number": 0, "loss": 2.3, "accuracy": 0.1, "learning_rate": 0.0}
    seven.house.database.change(epochs.insert().values(**row, seconds=0.0))
    found: list[Epoch] = histories(seven.bo, seven.room, [mine])[mine]
    assert [each.number for each in found] == [0, EPOCH.number]
