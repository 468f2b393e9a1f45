"""The race of a room: runs that its members enter, for all of the room to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import classrooms
from digitapp.runs.listing import THERE
from digitapp.runs.records import Run
from digitapp.runs.store import RunStore
from digitapp.runs.tables import members, runs
from digitapp.training.history import Epoch

MOST_ENTERED = 12  # runs of one person
ENDED = "This room has ended, so no more runs can be entered in its race."


@dataclass(frozen=True)
class Entry:
    """A run in the race.

    Attributes:
        person: whose it is.
        name: what the class calls that person.
    """

    run: Run
    person: str
    name: str


def enter(store: RunStore, room: str, run: int) -> None:
    """Enter one's own run in the race of a room, where all of the room may read it.

    Raises:
        UnknownName: when who asks is not in this room, or has no such run.
        InvalidSetting: when the room has ended, or too many of one's runs are in the race.
        StoreProblem: from each function here, when the store fails.
    """
    asker = classrooms.as_member(store, room)
    if asker.classroom.ended is not None:
        raise InvalidSetting(ENDED)
    mine = sa.and_(runs.c.person == asker.member.person, THERE)
    with store.whole.database.begin() as connection:
        there = sa.select(runs.c.id).where(mine, runs.c.id != run, *_in_race(room))
        if len(connection.execute(there).all()) >= MOST_ENTERED:
            raise InvalidSetting(
                f"You have {MOST_ENTERED} runs in the race already, which is the most. Take "
                "one out first."
            )
        change = runs.update().where(runs.c.id == run, mine).values(room=room, shown=True)
        if not connection.execute(change).rowcount:
            raise UnknownName(_not_yours(run))


def take_out(store: RunStore, room: str, run: int) -> None:
    """Take a run out of the race: one's own or, for a teacher of the room, anybody's.

    One's own is taken out after leaving the room, too.

    Raises:
        UnknownName: when who asks has no such run in the race, and does not teach the room.
    """
    there = runs.c.room == room, runs.c.shown.is_(True), THERE
    change = runs.update().where(runs.c.id == run, *there).values(shown=False)
    if store.whole.database.change(change.where(runs.c.person == store.person)):
        return
    if not classrooms.as_member(store, room).member.teacher:
        raise UnknownName(_not_yours(run))
    if not store.whole.database.change(change):
        raise UnknownName(_not_yours(run))


def entries(store: RunStore, room: str) -> list[Entry]:
    """Return the runs in the race of a room, in the order in which they were created.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    classrooms.as_member(store, room)
    query = sa.select(runs.c.id, runs.c.person).where(*_in_race(room)).order_by(runs.c.id)
    people = {row.id: row.person for row in store.whole.database.rows(query)}
    found, names = store.whole.several(list(people)), classrooms.names_for_all(store, room)
    return [
        Entry(found[number], person, names.get(person, ""))
        for number, person in people.items()
        if number in found
    ]


def to_enter(store: RunStore, room: str, most: int) -> list[Run]:
    """Return one's own latest runs that are not in the race of a room, the newest first.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    person = classrooms.as_member(store, room).member.person
    mine = runs.c.person == person, THERE, sa.not_(sa.and_(*_in_race(room)))
    query = sa.select(runs.c.id).where(*mine).order_by(runs.c.id.desc()).limit(most)
    found = store.whole.several([int(row.id) for row in store.whole.database.rows(query)])
    return sorted(found.values(), key=lambda run: -run.id)


def is_entered(store: RunStore, room: str, run: int) -> bool:
    """Return whether a run is in the race of a room.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    classrooms.as_member(store, room)
    query = sa.select(runs.c.id).where(runs.c.id == run, *_in_race(room))
    return bool(store.whole.database.rows(query))


def histories(store: RunStore, room: str, of: Sequence[int]) -> dict[int, list[Epoch]]:
    """Return the epochs of runs in the race, by run, as `RunStore.epochs_of`.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    classrooms.as_member(store, room)
    query = sa.select(runs.c.id).where(*_in_race(room), runs.c.id.in_(of))
    there = [int(row.id) for row in store.whole.database.rows(query)]
    return store.whole.epochs_of(there, since=0)


def _in_race(room: str) -> tuple[sa.ColumnElement[bool], ...]:
    """SQL conditions: a run is in the race, and its person was not removed from the room."""
    out = sa.select(members.c.person).where(members.c.room == room, members.c.removed)
    return runs.c.room == room, runs.c.shown.is_(True), runs.c.person.not_in(out), THERE


def _not_yours(run: int) -> str:
    return f"Run {run} is not one of yours, or it was deleted."
