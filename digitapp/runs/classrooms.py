"""Rooms: people who work together, such as a class, led by a teacher.

Each function is asked by the person whose store it gets, and checks itself whether that person may:
only members know anything of a room. The house, who runs the server, may do what a teacher may.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import note_text
from digitapp.runs.classroom_codes import new_code
from digitapp.runs.classroom_records import (
    HIDDEN_NAME,
    HOUSE,
    Classroom,
    Member,
    Membership,
    classroom_of,
    member_of,
)
from digitapp.runs.nicknames import TEACHER
from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, members

JOIN_BYTES = 9  # of the pupils' link: short enough for a coarse QR code
CLASS = "Class"  # the name of a room that was given none
NOT_IN = "You are not in this room. Join it with its code, which is on the teacher's screen."
ENDED = "This room has ended."
REMOVED = "The teacher has removed you from this room."
NO_TEACHER = "Only the teacher of this room can do this."


def create(store: RunStore, name: str = "", link_key: str = "", code: str = "") -> Classroom:
    """Make a room, and be its teacher.

    Args:
        name: at most 100 characters; "Class" if it is empty.
        link_key: of the teacher's link; a new one by default.
        code: of the room; another one if it is taken.

    Raises:
        InvalidSetting: when the name is too long or unreadable, or the asker neither is the house
            nor a teacher already.
        StoreProblem: from each function here, when the database fails.
    """
    if store.person != HOUSE and not _teaches(store):
        raise InvalidSetting(
            "Only teachers can make a room. Who runs this server makes the first one, and gives "
            "you its link: python -m digitapp room new NAME"
        )
    code = code or new_code()
    row = {
        "name": note_text.name(name) or CLASS,
        "teacher": store.person,
        "link_key": link_key or secrets.token_urlsafe(16),
        "created": time.time(),
        "ended": None,
        **{"leading": "", "revision": 0},
        "settings": json.dumps({"join_key": secrets.token_urlsafe(JOIN_BYTES)}),
    }
    with store.whole.database.begin() as connection:
        while connection.execute(of_code(code)).first():
            code = new_code()
        connection.execute(classrooms.insert().values(row | {"code": code}))
        add_member(connection, code, store.person, TEACHER, teacher=True)
        return classroom_of(connection.execute(of_code(code)).one())


def current(store: RunStore) -> Membership | None:
    """Return the room that the asker joined last, if she still is in it and it has not ended."""
    query = (
        sa.select(*classrooms.c, *_labelled())
        .join(members, members.c.room == classrooms.c.code)
        .where(members.c.person == store.person, sa.not_(members.c.removed))
        .where(classrooms.c.ended.is_(None))
        .order_by(members.c.joined.desc())
        .limit(1)
    )
    found = store.whole.database.rows(query)
    return Membership(classroom_of(found[0]), member_of(found[0], "member_")) if found else None


def taught(store: RunStore) -> list[Classroom]:
    """Return the rooms that the asker teaches, the newest first, those that have ended included.

    The house teaches all.
    """
    query = sa.select(classrooms).order_by(classrooms.c.created.desc())
    if store.person != HOUSE:
        mine = sa.and_(members.c.person == store.person, members.c.teacher)
        query = query.where(classrooms.c.code.in_(sa.select(members.c.room).where(mine)))
    return [classroom_of(row) for row in store.whole.database.rows(query)]


def as_member(store: RunStore, code: str) -> Membership:
    """Return a room, if the asker is in it: the first check of whatever members may do.

    Raises:
        UnknownName: when she is not, or the room has ended for all but its teachers.
    """
    with store.whole.database.begin() as connection:
        room = connection.execute(of_code(code)).first()
        mine = sa.and_(members.c.room == code, members.c.person == store.person)
        row = connection.execute(sa.select(members).where(mine)).first()
    if room is None or (row is None and store.person != HOUSE):
        raise UnknownName(NOT_IN)
    found = classroom_of(room)
    member = member_of(row) if row else Member(code, HOUSE, TEACHER, True, found.created, 0.0)
    if member.removed:
        raise UnknownName(REMOVED)
    if found.ended is not None and not member.teacher and store.person != HOUSE:
        raise UnknownName(ENDED)
    return Membership(found, member)


def as_teacher(store: RunStore, code: str) -> Membership:
    """Return a room, if the asker teaches it: the first check of whatever teachers may do.

    Raises:
        UnknownName: when she is not in the room.
        InvalidSetting: when she is, but is not a teacher.
    """
    found = as_member(store, code)
    if not found.member.teacher and store.person != HOUSE:
        raise InvalidSetting(NO_TEACHER)
    return found


def listed(store: RunStore, code: str) -> list[Member]:
    """Return the members of a room, in the order in which they joined, for one of them.

    Hidden nicknames are left out unless a teacher asks, or whose it is; those who were removed are
    listed for teachers alone.

    Raises:
        UnknownName: as `as_member`.
    """
    me = as_member(store, code).member
    query = sa.select(members).where(members.c.room == code).order_by(members.c.joined)
    found = [member_of(row) for row in store.whole.database.rows(query)]
    if me.teacher or store.person == HOUSE:
        return found
    seen = [each for each in found if not each.removed]
    return [
        replace(each, nickname="") if each.hidden and each.person != store.person else each
        for each in seen
    ]


def names(store: RunStore, code: str) -> dict[str, str]:
    """Return the names that the asker sees of a room's members, by person.

    Raises:
        UnknownName: as `as_member`.
    """
    return {each.person: each.shown_name for each in listed(store, code)}


def names_for_all(store: RunStore, code: str) -> dict[str, str]:
    """Return the names of a room's members as the whole class may see them, by person.

    They stand on a projector, too, where a teacher's own eyes are not the only ones.

    Raises:
        UnknownName: as `as_member`.
    """
    found = listed(store, code)
    return {each.person: HIDDEN_NAME if each.hidden else each.nickname for each in found}


def _teaches(store: RunStore) -> bool:
    mine = sa.and_(members.c.person == store.person, members.c.teacher, sa.not_(members.c.removed))
    return bool(store.whole.database.rows(sa.select(members.c.room).where(mine).limit(1)))


def add_member(
    connection: sa.Connection, code: str, person: str, nickname: str, teacher: bool = False
) -> None:
    """Insert the row of a member who has just joined; a part of `create` and of joining."""
    now = time.time()
    row = {"room": code, "person": person, "nickname": nickname, "teacher": teacher}
    row |= {"joined": now, "seen": now, "hidden": False, "removed": False}
    connection.execute(members.insert().values(row))


def of_code(code: str) -> sa.Select[Any]:
    """Select a room by its code."""
    return sa.select(classrooms).where(classrooms.c.code == code)


def _labelled() -> Sequence[sa.Label[Any]]:
    return [column.label(f"member_{column.name}") for column in members.c]
