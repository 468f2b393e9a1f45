"""Every operation on a room, tried by all whom it may concern: who is allowed, who is refused."""

import inspect
import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from digitapp.errors import DigitappError
from digitapp.runs import (
    RunStore,
    classroom_datasets,
    classroom_export,
    classroom_joining,
    classroom_leading,
    classroom_race,
    classroom_screens,
    classroom_teaching,
    classroom_trainings,
    classroom_wall,
    classrooms,
    drawn_examples,
)
from digitapp.runs.classroom_leading import Lead
from tests.a_class import ADA, BO, LINK_KEY, Class, a_class, drawing, example
from tests.stores import ADDED
from tests.tiny_runs import TINY

# Ada made the things; Bo is in the room with her; Eve is in no room, or in another one.
ADA_, BO_, EVE_, TEACHER_, HOUSE_ = "ada", "bo", "eve", "teacher", "house"
ALL = {ADA_, BO_, EVE_, TEACHER_, HOUSE_}
MEMBERS = ALL - {EVE_}
TEACHERS = {TEACHER_, HOUSE_}
AUTHOR_OR_TEACHERS = {ADA_, *TEACHERS}


@dataclass(frozen=True)
class Things:
    """A room with things of Ada's: two runs, a drawing on the wall, an example in the dataset.

    Attributes:
        training: the run that waits to be trained.
        raced: the one that is done, and in the race.
    """

    room: Class
    training: int
    raced: int
    sent: int
    dataset: str
    example: int

    @property
    def code(self) -> str:
        return self.room.room


@pytest.fixture
def things(store_url: str) -> Things:
    room = a_class(RunStore(store_url))
    training = room.ada.create(TINY)
    raced = room.ada.add(TINY, **ADDED)  # type: ignore[arg-type]
    classroom_race.enter(room.ada, room.room, raced)
    sent = classroom_wall.send(room.ada, room.room, drawing())
    dataset = classroom_datasets.create(room.teacher, room.room, "Signs", ["star", "spiral"])
    (kept,) = drawn_examples.keep(room.ada, dataset, [example()])
    return Things(room, training, raced, sent, dataset, kept)


Operation = Callable[[RunStore, Things], object]
# What is done, and who is allowed to.
TABLE: dict[str, tuple[Operation, set[str]]] = {
    "see who is in the room": (lambda s, t: classrooms.listed(s, t.code), MEMBERS),
    "see the names": (lambda s, t: classrooms.names(s, t.code), MEMBERS),
    "see the names that all see": (lambda s, t: classrooms.names_for_all(s, t.code), MEMBERS),
    "be in it": (lambda s, t: classrooms.as_member(s, t.code), MEMBERS),
    "teach it": (lambda s, t: classrooms.as_teacher(s, t.code), TEACHERS),
    "join by the code": (lambda s, t: classroom_joining.join(s, t.code), ALL),
    "teach by the link": (lambda s, t: classroom_joining.teach(s, t.code, LINK_KEY), ALL),
    "teach by another link": (lambda s, t: classroom_joining.teach(s, t.code, "no"), set()),
    "take another nickname": (lambda s, t: classroom_joining.rename(s, t.code, "Zoe"), MEMBERS),
    "see what all draw now": (lambda s, t: classroom_screens.read(s, t.code), TEACHERS),
    "see what all train now": (lambda s, t: classroom_trainings.read(s, t.code), TEACHERS),
    "lead the class": (lambda s, t: classroom_leading.lead(s, t.code, Lead("train")), TEACHERS),
    "set the class free": (lambda s, t: classroom_leading.free(s, t.code), TEACHERS),
    "read the teacher's link": (lambda s, t: classroom_teaching.link_key(s, t.code), TEACHERS),
    "replace the link": (lambda s, t: classroom_teaching.new_link(s, t.code), TEACHERS),
    "replace the pupils' link": (
        lambda s, t: classroom_teaching.new_pupils_link(s, t.code),
        TEACHERS,
    ),
    "close its door": (lambda s, t: classroom_teaching.close_door(s, t.code), TEACHERS),
    "take out who is away": (lambda s, t: classroom_teaching.remove_away(s, t.code), TEACHERS),
    "rename the room": (lambda s, t: classroom_teaching.rename_room(s, t.code, "8b"), TEACHERS),
    "end the room": (lambda s, t: classroom_teaching.end(s, t.code), TEACHERS),
    "open it again": (lambda s, t: classroom_teaching.reopen(s, t.code), TEACHERS),
    "clear it": (lambda s, t: classroom_teaching.clear(s, t.code), TEACHERS),
    "delete it": (lambda s, t: classroom_teaching.delete(s, t.code), TEACHERS),
    "hide a name": (lambda s, t: classroom_teaching.hide_name(s, t.code, ADA, True), TEACHERS),
    "hide one's drawings": (
        lambda s, t: classroom_teaching.hide_drawings(s, t.code, ADA, True),
        TEACHERS,
    ),
    "remove a pupil": (lambda s, t: classroom_teaching.remove(s, t.code, BO), TEACHERS),
    "let a pupil back": (lambda s, t: classroom_teaching.let_back(s, t.code, BO), TEACHERS),
    "stop a pupil's run": (
        lambda s, t: classroom_teaching.stop_run(s, t.code, t.training),
        TEACHERS,
    ),
    "take the room home": (lambda s, t: classroom_export.write(s, t.code, io.BytesIO()), TEACHERS),
    "see the wall": (lambda s, t: classroom_wall.sent(s, t.code), MEMBERS),
    "see what is hidden on it": (
        lambda s, t: classroom_wall.sent(s, t.code, hidden=True),
        TEACHERS,
    ),
    "see one's own on it": (lambda s, t: classroom_wall.own(s, t.code), MEMBERS),
    "read the strokes on it": (lambda s, t: classroom_wall.inks(s, t.code, [t.sent]), MEMBERS),
    "send to the wall": (lambda s, t: classroom_wall.send(s, t.code, drawing(1)), MEMBERS),
    "say what a drawing is": (
        lambda s, t: classroom_wall.say_what_it_is(s, t.code, t.sent, "7"),
        {ADA_},
    ),
    "withdraw a drawing": (lambda s, t: classroom_wall.withdraw(s, t.code, t.sent), {ADA_}),
    "hide a drawing": (lambda s, t: classroom_wall.hide(s, t.code, t.sent), TEACHERS),
    "clear the wall": (lambda s, t: classroom_wall.clear(s, t.code), TEACHERS),
    "see the class datasets": (lambda s, t: classroom_datasets.listed(s, t.code), MEMBERS),
    "make a class dataset": (
        lambda s, t: classroom_datasets.create(s, t.code, "More", ["a", "b"]),
        TEACHERS,
    ),
    "see who drew how many": (
        lambda s, t: classroom_datasets.counts_by_person(s, t.dataset),
        MEMBERS,
    ),
    "read its examples": (lambda s, t: _first(drawn_examples.read(s, t.dataset)), MEMBERS),
    "add an example": (
        lambda s, t: drawn_examples.keep(s, t.dataset, [example(1, 1)]),
        MEMBERS,
    ),
    "take Ada's example away": (
        lambda s, t: drawn_examples.remove(s, t.dataset, [t.example]),
        AUTHOR_OR_TEACHERS,
    ),
    "move Ada's example": (
        lambda s, t: drawn_examples.move(s, t.dataset, [t.example], 1),
        AUTHOR_OR_TEACHERS,
    ),
    "add a class to it": (lambda s, t: drawn_examples.add_classes(s, t.dataset, ["c"]), TEACHERS),
    "take away all of Ada's": (
        lambda s, t: classroom_datasets.remove_all_of(s, t.dataset, ADA),
        AUTHOR_OR_TEACHERS,
    ),
    "delete a class dataset": (lambda s, t: classroom_datasets.remove(s, t.dataset), TEACHERS),
    "see the race": (lambda s, t: classroom_race.entries(s, t.code), MEMBERS),
    "see its curves": (lambda s, t: classroom_race.histories(s, t.code, [t.raced]), MEMBERS),
    "see whether a run is in it": (
        lambda s, t: classroom_race.is_entered(s, t.code, t.raced),
        MEMBERS,
    ),
    "see what one can enter": (lambda s, t: classroom_race.to_enter(s, t.code, 5), MEMBERS),
    "enter Ada's run": (lambda s, t: classroom_race.enter(s, t.code, t.raced), {ADA_}),
    "take Ada's run out": (
        lambda s, t: classroom_race.take_out(s, t.code, t.raced),
        AUTHOR_OR_TEACHERS,
    ),
    "read a run in the race": (lambda s, t: s.get(t.raced), MEMBERS),
    "read a run that is trained": (lambda s, t: s.get(t.training), AUTHOR_OR_TEACHERS),
    "rename a run in the race": (lambda s, t: s.rename(t.raced, "x"), {ADA_, HOUSE_}),
    "delete a run in the race": (lambda s, t: s.delete(t.raced), {ADA_, HOUSE_}),
}
# Of what another one in the table does: helpers, and what only the server itself calls.
NOT_OPERATIONS = {
    "add_member",
    "of_code",
    "create",
    "current",
    "taught",
    "opened",
    "leave",
    "checked_nickname",
    "full_name",
    "short_name",
    "in_words",
    "kept_strokes",
    "unpack",
}
MODULES = (
    *(classrooms, classroom_joining, classroom_teaching, classroom_leading, classroom_screens),
    *(classroom_wall, classroom_datasets, classroom_race, classroom_export, classroom_trainings),
)


def _first(found: tuple[list[drawn_examples.Example], list[int]]) -> drawn_examples.Example:
    """Return the first example; what one may not read is not there."""
    if not found[0]:
        raise DigitappError("There is nothing.")
    return found[0][0]


def _allowed(operation: Operation, who: str, things: Things) -> bool:
    try:
        operation(getattr(things.room, who), things)
    except DigitappError:
        return False
    return True


@pytest.mark.parametrize("who", sorted(ALL))
@pytest.mark.parametrize("name", TABLE)
def test_an_operation_is_allowed_to_those_in_the_table_alone(
    name: str, who: str, things: Things
) -> None:
    operation, allowed = TABLE[name]
    assert _allowed(operation, who, things) is (who in allowed)


@pytest.mark.parametrize("name", TABLE)
def test_who_was_removed_or_left_is_a_stranger(name: str, things: Things) -> None:
    classroom_teaching.remove(things.room.teacher, things.code, BO)
    by_the_link = name == "teach by the link"
    assert _allowed(TABLE[name][0], BO_, things) is by_the_link


@pytest.mark.parametrize("name", TABLE)
def test_a_room_that_has_ended_is_its_teachers_alone(name: str, things: Things) -> None:
    classroom_teaching.end(things.room.teacher, things.code)
    by_the_link = name == "teach by the link"
    assert _allowed(TABLE[name][0], BO_, things) is by_the_link


def test_the_table_has_all_operations() -> None:
    there = {
        name
        for module in MODULES
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and getattr(module, name).__module__ == module.__name__
    }
    tried = {
        name
        for operation, _ in TABLE.values()
        for name in operation.__code__.co_names  # type: ignore[attr-defined]
    }
    assert there - tried <= NOT_OPERATIONS
