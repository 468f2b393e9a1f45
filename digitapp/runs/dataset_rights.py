"""Who may change what of a dataset made in the page: one's own, or one of a room."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from digitapp.errors import InvalidSetting
from digitapp.runs import classrooms
from digitapp.runs.classroom_records import HOUSE
from digitapp.runs.store import RunStore
from digitapp.runs.tables import dataset_people

ENDED = "The room of this dataset has ended, so it takes no more drawings."


class Rights(NamedTuple):
    """What somebody may do to a dataset.

    Attributes:
        store: the one to change it through.
        person: who asks.
        to_all: whether she may change its classes, and everybody's examples; otherwise she may add
            examples, and change those that she drew.
    """

    store: RunStore
    person: str
    to_all: bool


def of(store: RunStore, name: str) -> Rights:
    """Return what who asks may do to a dataset.

    Of one's own, and of one that is not there, the store itself says what may be done.

    Raises:
        UnknownName: when it is a room's, and who asks is not in it.
        InvalidSetting: when that room has ended.
        StoreProblem: when the store fails.
    """
    room = room_of(store, name)
    if not room:
        return Rights(store, store.person, to_all=True)
    asker = classrooms.as_member(store, room)
    if asker.classroom.ended is not None:
        raise InvalidSetting(ENDED)
    to_all = asker.member.teacher or store.person == HOUSE
    return Rights(store.whole, store.person, to_all)


def room_of(store: RunStore, name: str) -> str:
    """Return the code of the room that a dataset is pooled in; empty for any other dataset."""
    query = sa.select(dataset_people.c.room).where(dataset_people.c.dataset == name)
    return str(store.whole.database.value(query) or "")
