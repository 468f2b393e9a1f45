"""What a teacher may do in her room; each thing is tried by a pupil, and by a stranger, too."""

from collections.abc import Callable

import numpy as np
import pytest

from digitapp.errors import DigitappError, InvalidSetting, UnknownName
from digitapp.runs import (
    RunStore,
    classroom_leading,
    classroom_screens,
    classroom_teaching,
    classroom_trainings,
    classroom_wall,
    classrooms,
)
from digitapp.runs.classroom_joining import join, teach
from digitapp.runs.classroom_leading import Lead
from digitapp.runs.classroom_wall import NewDrawing
from digitapp.runs.classrooms import as_member, create, current, listed
from digitapp.runs.records import STOPPED
from tests.stores import on_both
from tests.tiny_runs import TINY

pytestmark = on_both
ANA, BEN, EVE, MRS_B = "ana", "ben", "eve", "mrs b"
IMAGE = np.full((28, 28), 200, np.uint8)


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def code(store: RunStore) -> str:
    """A room of the house with two pupils, and a teacher who came by the link."""
    room = create(store, "7a", link_key="key").code
    join(store.seen_by(ANA), room, "Ana")
    join(store.seen_by(BEN), room, "Ben")
    teach(store.seen_by(MRS_B), room, "key")
    return room


POWERS: dict[str, Callable[[RunStore, str], object]] = {
    "see the link": classroom_teaching.link_key,
    "replace the link": classroom_teaching.new_link,
    "rename the room": lambda store, code: classroom_teaching.rename_room(store, code, "mine"),
    "replace the pupils' link": classroom_teaching.new_pupils_link,
    "close the door": classroom_teaching.close_door,
    "take out who is away": classroom_teaching.remove_away,
    "end it": classroom_teaching.end,
    "open it": classroom_teaching.reopen,
    "clear it": classroom_teaching.clear,
    "delete it": classroom_teaching.delete,
    "hide a name": lambda store, code: classroom_teaching.hide_name(store, code, BEN, True),
    "hide drawings": lambda store, code: classroom_teaching.hide_drawings(store, code, BEN, True),
    "remove somebody": lambda store, code: classroom_teaching.remove(store, code, BEN),
    "let somebody back": lambda store, code: classroom_teaching.let_back(store, code, BEN),
    "stop a run": lambda store, code: classroom_teaching.stop_run(store, code, 1),
    "see the screens": classroom_screens.read,
    "see who trains": classroom_trainings.read,
    "lead": lambda store, code: classroom_leading.lead(store, code, Lead("draw")),
    "set free": classroom_leading.free,
}


@pytest.mark.parametrize("power", POWERS)
def test_a_teacher_may_and_a_pupil_a_stranger_and_another_teacher_may_not(
    store: RunStore, code: str, power: str
) -> None:
    store.seen_by(BEN).create(TINY)
    create(store, link_key="another")
    other = create(store, "8b", link_key="other")
    teach(store.seen_by("mr c"), other.code, "other")
    for person in (ANA, EVE, "mr c"):
        with pytest.raises(DigitappError):
            POWERS[power](store.seen_by(person), code)
    assert not listed(store, code)[1].removed
    POWERS[power](store.seen_by(MRS_B), code)


def test_an_ended_room_is_closed_to_pupils_and_there_again_when_it_is_opened(
    store: RunStore, code: str
) -> None:
    ana = store.seen_by(ANA)
    classroom_teaching.end(store, code)
    assert current(ana) is None
    for ask in (as_member, listed):
        with pytest.raises(UnknownName, match="has ended"):
            ask(ana, code)
    with pytest.raises(UnknownName, match="no room"):
        join(store.seen_by(EVE), code)
    classroom_teaching.reopen(store, code)
    assert as_member(ana, code).member.nickname == "Ana"


def test_opening_a_room_by_its_name_finds_the_one_of_last_week(store: RunStore, code: str) -> None:
    classroom_teaching.end(store, code)
    assert classroom_teaching.opened(store, " 7a ").code == code
    assert current(store.seen_by(ANA)) is not None
    assert classroom_teaching.opened(store, "8b").code != code


def test_a_hidden_name_is_seen_by_teachers_and_its_own_person_alone(
    store: RunStore, code: str
) -> None:
    classroom_teaching.hide_name(store, code, BEN, True)
    seen = {who: classrooms.names(store.seen_by(who), code)[BEN] for who in (ANA, BEN, MRS_B)}
    assert seen == {ANA: "Hidden name", BEN: "Ben", MRS_B: "Ben"}
    classroom_teaching.hide_name(store, code, BEN, False)
    assert classrooms.names(store.seen_by(ANA), code)[BEN] == "Ben"


def test_who_is_removed_cannot_come_back_until_the_teacher_lets_her(
    store: RunStore, code: str
) -> None:
    ben = store.seen_by(BEN)
    classroom_wall.send(ben, code, NewDrawing(IMAGE, None, "7", 0.9))
    classroom_teaching.remove(store, code, BEN)
    assert current(ben) is None
    assert BEN not in classrooms.names(store.seen_by(ANA), code)
    with pytest.raises(InvalidSetting, match="has removed you"):
        join(ben, code, "Another")
    classroom_teaching.let_back(store, code, BEN)
    assert join(ben, code).member.nickname == "Ben"


def test_a_teacher_is_not_removed(store: RunStore, code: str) -> None:
    with pytest.raises(InvalidSetting, match="A teacher cannot be removed"):
        classroom_teaching.remove(store, code, MRS_B)


def test_runs_in_the_room_are_stopped_and_no_others(store: RunStore, code: str) -> None:
    inside = store.seen_by(BEN).create(TINY)
    outside = store.seen_by(EVE).create(TINY)
    teacher = store.seen_by(MRS_B)
    assert classroom_trainings.read(teacher, code)[BEN].run == inside
    classroom_teaching.stop_run(teacher, code, inside)
    assert store.get(inside).status == STOPPED
    with pytest.raises(UnknownName, match="no run"):
        classroom_teaching.stop_run(teacher, code, outside)
    assert store.get(outside).status == "queued"


def test_clearing_leaves_the_teachers_and_what_people_trained(store: RunStore, code: str) -> None:
    run = store.seen_by(BEN).create(TINY)
    classroom_wall.send(store.seen_by(BEN), code, NewDrawing(IMAGE, None, "7", 0.9))
    classroom_teaching.clear(store, code)
    assert [each.person for each in listed(store, code)] == ["", MRS_B]
    assert current(store.seen_by(BEN)) is None
    assert store.seen_by(BEN).get(run).id == run
    with pytest.raises(UnknownName):
        store.seen_by(MRS_B).get(run)


def test_a_new_link_ends_the_old_one(store: RunStore, code: str) -> None:
    new = classroom_teaching.new_link(store, code)
    with pytest.raises(UnknownName, match="not valid"):
        teach(store.seen_by(EVE), code, "key")
    assert teach(store.seen_by("mr c"), code, new).member.teacher
