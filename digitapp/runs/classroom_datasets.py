"""Class datasets: made by the teacher of a room, drawn by all who are in it.

Everybody in the room reads them and trains on them as on a dataset of one's own, by a name that
holds the code of the room, so that no two datasets of a server have the same. `drawn_examples` adds
to them and takes away from them.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from digitapp.data.class_dataset_names import IN_CLASS, full_name, short_name
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import classrooms, dataset_rights, drawn_examples, imported_datasets
from digitapp.runs.imported_datasets import Listed
from digitapp.runs.store import RunStore
from digitapp.runs.tables import dataset_people, examples

__all__ = [
    "IN_CLASS",
    "counts_by_person",
    "create",
    "full_name",
    "listed",
    "remove",
    "remove_all_of",
    "short_name",
]

MOST = 20  # datasets of a room


def create(
    store: RunStore, room: str, name: str, names: Sequence[str], preparation: str = "mnist"
) -> str:
    """Create an empty dataset in a room, and return its full name; for teachers of the room.

    Args:
        name: without the room; the caller has checked that it is allowed.
        names: of its classes, 2 to 100.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when who asks does not teach it or it has ended, when there is one of this
            name or there are too many, or when the classes cannot be called so.
        StoreProblem: from each function here, when the store fails.
    """
    asker = classrooms.as_teacher(store, room)
    if asker.classroom.ended is not None:
        raise InvalidSetting(dataset_rights.ENDED)
    if len(listed(store, room)) >= MOST:
        raise InvalidSetting(f"This room has {MOST} datasets, and that is the most.")
    full = full_name(name, room)
    drawn_examples.create(store.whole, full, names, preparation, of_class=True)
    owned = {"dataset": full, "person": store.person, "room": room}
    with store.whole.database.begin() as connection:
        connection.execute(dataset_people.delete().where(dataset_people.c.dataset == full))
        connection.execute(dataset_people.insert().values(owned))
    return full


def listed(store: RunStore, room: str) -> list[Listed]:
    """Return the datasets of a room, in order of names.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    classrooms.as_member(store, room)
    query = sa.select(dataset_people.c.dataset).where(dataset_people.c.room == room)
    own = {row.dataset for row in store.whole.database.rows(query)}
    return [each for each in imported_datasets.listed(store.whole) if each.name in own]


def counts_by_person(store: RunStore, name: str) -> dict[str, int]:
    """Return how many examples of a class dataset each person drew, who drew most first.

    Raises:
        UnknownName: when who asks is not in its room.
    """
    _member(store, name)
    count = sa.func.count()
    query = sa.select(examples.c.person, count).where(examples.c.dataset == name)
    found = store.whole.database.rows(query.group_by(examples.c.person).order_by(count.desc()))
    return {row[0]: row[1] for row in found}


def remove_all_of(store: RunStore, name: str, person: str) -> int:
    """Take away all that somebody drew for a class dataset; return how many examples that were.

    One's own is taken away after leaving the room, too.

    Raises:
        UnknownName: when it is another person's, and who asks is not in its room.
        InvalidSetting: when it is another person's, and who asks does not teach the room.
    """
    own = person == store.person and bool(dataset_rights.room_of(store, name))
    if not own:
        _member(store, name)
    mine = sa.and_(examples.c.dataset == name, examples.c.person == person)
    found = [row.id for row in store.whole.database.rows(sa.select(examples.c.id).where(mine))]
    drawn_examples.remove(store.whole if own else store, name, found)
    return len(found)


def remove(store: RunStore, name: str) -> None:
    """Delete a class dataset with all its examples, for teachers of its room.

    Raises:
        UnknownName: when who asks is not in its room.
        InvalidSetting: when who asks does not teach it.
    """
    classrooms.as_teacher(store, _member(store, name))
    imported_datasets.remove(store.whole, name)


def _member(store: RunStore, name: str) -> str:
    """Return the room of a class dataset, if who asks is in it."""
    room = dataset_rights.room_of(store, name)
    if not room:
        raise UnknownName(f"There is no class dataset “{name}” here.")
    classrooms.as_member(store, room)
    return room
