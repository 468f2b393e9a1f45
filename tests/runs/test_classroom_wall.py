"""The class wall in the store: sending, hiding and taking back, and who may do which."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.drawing.strokes import from_points
from digitapp.errors import InvalidSetting, LimitMet, UnknownName
from digitapp.runs import RunStore, classroom_wall, classrooms
from digitapp.runs.classroom_joining import leave
from digitapp.runs.classroom_wall import (
    clear,
    hide,
    inks,
    own,
    say_what_it_is,
    send,
    sent,
    withdraw,
)
from tests import stores
from tests.a_class import ADA, Class, a_class, drawing

pytestmark = stores.on_both


@pytest.fixture
def seven(store_url: str) -> Class:
    return a_class(RunStore(store_url))


def test_a_drawing_is_seen_by_all_of_the_room_as_it_was_sent(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing(1))
    for store in (seven.ada, seven.bo, seven.teacher, seven.house):
        (found,) = sent(store, seven.room)
        assert (found.id, found.person, found.guess, found.sure) == (number, ADA, "1", 0.98)
        assert not found.hidden
        ink = inks(store, seven.room, [number])[number]
        np.testing.assert_array_equal(ink.image, drawing(1).image)
        assert ink.strokes is not None
        np.testing.assert_array_equal(ink.strokes[0].points, drawing(1).strokes[0].points)  # type: ignore[index]


def test_a_stranger_sees_nothing_and_sends_nothing(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing())
    for tried in (
        lambda: send(seven.eve, seven.room, drawing()),
        lambda: sent(seven.eve, seven.room),
        lambda: own(seven.eve, seven.room),
        lambda: inks(seven.eve, seven.room, [number]),
        lambda: say_what_it_is(seven.eve, seven.room, number, "7"),
        lambda: hide(seven.eve, seven.room, number),
        lambda: clear(seven.eve, seven.room),
    ):
        with pytest.raises(UnknownName, match="You are not in this room"):
            tried()
    assert [each.meant for each in sent(seven.ada, seven.room)] == [""]


def test_a_drawing_is_its_authors_to_take_back_and_to_name(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing())
    for tried in (
        lambda: withdraw(seven.bo, seven.room, number),
        lambda: say_what_it_is(seven.bo, seven.room, number, "7"),
    ):
        with pytest.raises(UnknownName, match="not on the class wall any more"):
            tried()
    say_what_it_is(seven.ada, seven.room, number, "7")
    assert [each.meant for each in sent(seven.bo, seven.room)] == ["7"]
    withdraw(seven.ada, seven.room, number)
    assert sent(seven.bo, seven.room) == []


def test_ones_own_drawing_is_taken_back_after_leaving_too(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing())
    with pytest.raises(UnknownName, match="not on the class wall any more"):
        withdraw(seven.eve, seven.room, number)
    leave(seven.ada, seven.room)
    withdraw(seven.ada, seven.room, number)
    assert sent(seven.bo, seven.room) == []


def test_a_pupil_hides_and_clears_nothing(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing())
    for tried in (
        lambda: hide(seven.bo, seven.room, number),
        lambda: clear(seven.ada, seven.room),
        lambda: sent(seven.ada, seven.room, hidden=True),
    ):
        with pytest.raises(InvalidSetting, match="Only the teacher"):
            tried()
    assert len(sent(seven.bo, seven.room)) == 1


def test_what_a_teacher_hides_is_seen_by_her_and_its_author_alone(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing())
    hide(seven.teacher, seven.room, number)
    assert sent(seven.bo, seven.room) == sent(seven.ada, seven.room) == []
    assert inks(seven.bo, seven.room, [number]) == {}
    assert [each.hidden for each in sent(seven.teacher, seven.room, hidden=True)] == [True]
    assert [each.hidden for each in own(seven.ada, seven.room)] == [True]
    assert [*inks(seven.ada, seven.room, [number])] == [number]
    hide(seven.teacher, seven.room, number, hidden=False)
    assert len(sent(seven.bo, seven.room)) == 1


def test_the_same_drawing_pressed_twice_is_sent_once(seven: Class) -> None:
    first = send(seven.ada, seven.room, drawing(3))
    assert send(seven.ada, seven.room, drawing(3)) == first
    assert send(seven.bo, seven.room, drawing(3)) != first
    assert send(seven.ada, seven.room, drawing(4)) != first
    assert len(sent(seven.bo, seven.room)) == 3


def test_a_teacher_clears_the_wall_of_her_room_alone(seven: Class) -> None:
    other = a_class(seven.house)
    send(seven.ada, seven.room, drawing())
    send(other.ada, other.room, drawing())
    assert clear(seven.teacher, seven.room) == 1
    assert sent(seven.teacher, seven.room) == []
    assert len(sent(other.ada, other.room)) == 1


def test_a_drawing_is_not_reached_through_another_room(seven: Class) -> None:
    other = a_class(seven.house)  # with the same teacher and pupils
    number = send(seven.ada, seven.room, drawing())
    assert inks(seven.bo, other.room, [number]) == {}
    with pytest.raises(UnknownName):
        hide(seven.teacher, other.room, number)


def test_a_full_wall_says_so(seven: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom_wall, "MOST_SENT", 2)
    send(seven.ada, seven.room, drawing(1))
    send(seven.bo, seven.room, drawing(2))
    with pytest.raises(InvalidSetting, match="The class wall has 2 drawings"):
        send(seven.ada, seven.room, drawing(3))


def test_a_scribble_is_kept_with_few_points_and_a_great_many_strokes_as_an_image(
    seven: Class,
) -> None:
    places = [(float(n * 7 % 280), float(n * 13 % 280)) for n in range(20_000)]
    scribble = replace(drawing(1), strokes=from_points([places], 14))
    dots = replace(drawing(2), strokes=from_points([[place] for place in places[:5_000]], 14))
    first, second = (send(seven.ada, seven.room, each) for each in (scribble, dots))
    found = inks(seven.bo, seven.room, [first, second])
    (stroke,) = found[first].strokes or ()
    assert len(stroke.points) <= classroom_wall.MOST_POINTS
    assert tuple(stroke.points[0]) == places[0]
    assert tuple(stroke.points[-1]) == places[-1]
    assert found[second].strokes is None
    np.testing.assert_array_equal(found[second].image, drawing(2).image)


def test_nobody_fills_the_wall_alone(seven: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom_wall, "MOST_OF_ONE", 1)
    first = send(seven.ada, seven.room, drawing(1))
    with pytest.raises(InvalidSetting, match="You have 1 drawings on the class wall"):
        send(seven.ada, seven.room, drawing(2))
    send(seven.bo, seven.room, drawing(2))
    withdraw(seven.ada, seven.room, first)
    send(seven.ada, seven.room, drawing(2))


def test_sending_counts_among_the_drawings_of_a_minute(
    seven: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_LIMIT_DRAWINGS", "1")
    send(seven.ada, seven.room, drawing(1))
    with pytest.raises(LimitMet):
        send(seven.ada, seven.room, drawing(2))
    send(seven.bo, seven.room, drawing(2))


def test_a_room_that_has_ended_takes_no_more_drawings(seven: Class) -> None:
    number = send(seven.ada, seven.room, drawing(1))
    ended(seven)
    with pytest.raises(InvalidSetting, match="has ended"):
        send(seven.teacher, seven.room, drawing(2))
    with pytest.raises(UnknownName, match="has ended"):
        send(seven.ada, seven.room, drawing(2))
    assert [each.id for each in sent(seven.teacher, seven.room)] == [number]


def ended(seven: Class) -> None:
    """End the room."""
    from digitapp.runs.tables import classrooms as rows

    seven.house.database.change(rows.update().where(rows.c.code == seven.room).values(ended=1.0))
    assert classrooms.as_teacher(seven.teacher, seven.room).classroom.ended is not None
