"""Guests: people who are in no room while a class has one.

An identity costs nothing: a browser that throws its cookie away is somebody new. So what is limited
for one person would limit nobody who does that. While a class is there, all guests together get a
small part of what all may use, and a class has a door. On a server without rooms nobody is a guest.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from digitapp.runs import access
from digitapp.runs.database import Database
from digitapp.runs.tables import classrooms, members

SHARE = 0.25  # of each limit of all together, for all guests together
USED_UP = (
    "While a class is here, people who are in no room share a small part of the server, and it is "
    "used up. Join your class on the page Room, then try again."
)


def in_rooms() -> sa.Select[Any]:
    """Return a query for the people who are in an open room."""
    rooms = sa.select(members.c.person).join(classrooms).distinct()
    return rooms.where(sa.not_(members.c.removed), classrooms.c.ended.is_(None))


def are_guests(person: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """SQL condition: the person in a column is a guest; the house never is."""
    return sa.and_(person != "", person.not_in(in_rooms()), sa.exists(in_rooms()))


def is_guest(connection: sa.Connection, person: str) -> bool:
    """Return whether a person is a guest."""
    asked = sa.select(are_guests(sa.literal(person)))
    return bool(connection.execute(access.of_house(asked)).scalar_one())


def is_guest_of(database: Database, person: str) -> bool:
    """Return whether a person is a guest of a store.

    Args:
        database: the store's, whoever uses it.

    Raises:
        StoreProblem: when the database fails.
    """
    with database.begin() as connection:
        return is_guest(connection, person)
