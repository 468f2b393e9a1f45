"""What the teacher of a room may do in it: its members, its end, its clearing, its link.

Each function checks first that the asker teaches the room.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import note_text
from digitapp.runs.classroom_records import Classroom, packed_settings
from digitapp.runs.classrooms import CLASS, JOIN_BYTES, add_member, as_teacher, create
from digitapp.runs.nicknames import TEACHER
from digitapp.runs.records import STOP
from digitapp.runs.store import RunStore
from digitapp.runs.tables import (
    classrooms,
    dataset_people,
    datasets,
    members,
    runs,
    screens,
    sent_drawings,
)

AWAY_AFTER = 30.0  # seconds of silence: a pupil's page tells every few that it is there
NOT_HERE = "This person is not in the room any more."


def link_key(store: RunStore, code: str) -> str:
    """Return the key of the teacher's link.

    Raises:
        UnknownName, InvalidSetting: as `as_teacher`, from each function here.
        StoreProblem: when the database fails, from each function here.
    """
    as_teacher(store, code)
    key = store.whole.database.value(sa.select(classrooms.c.link_key).where(_this(code)))
    return str(key)


def new_link(store: RunStore, code: str) -> str:
    """Replace the teacher's link, so that the old one is not valid any more; return its key.

    Who is a teacher already stays one.
    """
    as_teacher(store, code)
    key = secrets.token_urlsafe(16)
    store.whole.database.change(classrooms.update().where(_this(code)).values(link_key=key))
    return key


def close_door(store: RunStore, code: str, closed: bool = True) -> None:
    """Let nobody new in, or again whoever has the code; who is in the room can come back."""
    room = as_teacher(store, code).classroom
    settings = packed_settings(replace(room, closed=closed))
    change = classrooms.update().where(_this(code)).values(settings=settings)
    store.whole.database.change(change)


def new_pupils_link(store: RunStore, code: str) -> None:
    """Replace the pupils' link and its QR code; the old one is then worth no more than the code."""
    room = as_teacher(store, code).classroom
    settings = packed_settings(replace(room, join_key=secrets.token_urlsafe(JOIN_BYTES)))
    change = classrooms.update().where(_this(code)).values(settings=settings)
    store.whole.database.change(change)


def rename_room(store: RunStore, code: str, name: str) -> None:
    """Give a room another name.

    Raises:
        InvalidSetting: also when it is too long or unreadable.
    """
    as_teacher(store, code)
    new = note_text.name(name) or CLASS
    store.whole.database.change(classrooms.update().where(_this(code)).values(name=new))


def end(store: RunStore, code: str) -> None:
    """End a room: nobody can join it or see what is in it, but its teachers; nothing is deleted."""
    as_teacher(store, code)
    with store.whole.database.begin() as connection:
        change = classrooms.update().where(_this(code), classrooms.c.ended.is_(None))
        connection.execute(change.values(ended=time.time(), leading="", revision=_raised()))
        connection.execute(screens.delete().where(screens.c.room == code))


def reopen(store: RunStore, code: str) -> None:
    """Open a room again, and be in it; its members are in it again, too."""
    as_teacher(store, code)
    with store.whole.database.begin() as connection:
        change = classrooms.update().where(_this(code))
        connection.execute(change.values(ended=None, revision=_raised()))
        mine = _member(code, store.person)
        now = {"joined": time.time(), "seen": time.time()}
        if not connection.execute(members.update().where(mine).values(now)).rowcount:
            add_member(connection, code, store.person, TEACHER, teacher=True)


def opened(store: RunStore, name: str) -> Classroom:
    """Return the newest room of this name that the asker made, open; make one if there is none.

    Raises:
        InvalidSetting: as `create`.
    """
    wanted = note_text.name(name) or CLASS
    mine = sa.and_(classrooms.c.name == wanted, classrooms.c.teacher == store.person)
    query = sa.select(classrooms.c.code).where(mine).order_by(classrooms.c.created.desc())
    code = store.whole.database.value(query.limit(1))
    if code is None:
        return create(store, wanted)
    reopen(store, code)
    return as_teacher(store, code).classroom


def clear(store: RunStore, code: str) -> None:
    """Empty a room: members, wall, class datasets. What people trained and kept stays theirs.

    Teachers stay in it.
    """
    as_teacher(store, code)
    pooled = sa.select(dataset_people.c.dataset).where(dataset_people.c.room == code)
    with store.whole.database.begin() as connection:
        connection.execute(datasets.delete().where(datasets.c.name.in_(pooled)))
        for table in (screens, sent_drawings):
            connection.execute(table.delete().where(table.c.room == code))
        pupils = sa.and_(members.c.room == code, sa.not_(members.c.teacher))
        connection.execute(members.delete().where(pupils))
        trained = runs.update().where(runs.c.room == code)
        connection.execute(trained.values(room="", shown=False))
        change = classrooms.update().where(_this(code))
        connection.execute(change.values(leading="", revision=_raised()))


def delete(store: RunStore, code: str) -> None:
    """Clear a room and delete it with its code."""
    clear(store, code)
    store.whole.database.change(classrooms.delete().where(_this(code)))


def hide_name(store: RunStore, code: str, person: str, hidden: bool) -> None:
    """Hide a member's nickname from the class, or show it again.

    Raises:
        UnknownName: also when the person is not in the room.
    """
    as_teacher(store, code)
    _change_member(store, code, person, hidden=hidden)


def hide_drawings(store: RunStore, code: str, person: str, hidden: bool) -> int:
    """Hide what a member has on the class wall, or show it again; return how many drawings."""
    as_teacher(store, code)
    theirs = sa.and_(sent_drawings.c.room == code, sent_drawings.c.person == person)
    change = sent_drawings.update().where(theirs, sent_drawings.c.hidden != hidden)
    return store.whole.database.change(change.values(hidden=hidden))


def remove(store: RunStore, code: str, person: str) -> None:
    """Remove a member from the room, who cannot come back until `let_back`.

    Raises:
        InvalidSetting: also when it is a teacher.
        UnknownName: also when the person is not in the room.
    """
    as_teacher(store, code)
    if _is_teacher(store, code, person):
        raise InvalidSetting("A teacher cannot be removed from the room.")
    _change_member(store, code, person, removed=True)
    gone = sa.and_(screens.c.room == code, screens.c.person == person)
    store.whole.database.change(screens.delete().where(gone))
    hide_drawings(store, code, person, True)


def remove_away(store: RunStore, code: str) -> int:
    """Take everybody out of the room who is away; they can come back. Return how many there were.

    Who was removed stays known as such.
    """
    as_teacher(store, code)
    pupils = sa.and_(members.c.room == code, sa.not_(members.c.teacher), sa.not_(members.c.removed))
    away = members.c.seen < time.time() - AWAY_AFTER
    return store.whole.database.change(members.delete().where(pupils, away))


def let_back(store: RunStore, code: str, person: str) -> None:
    """Let somebody back who was removed.

    Raises:
        UnknownName: also when the person never was in the room.
    """
    as_teacher(store, code)
    _change_member(store, code, person, removed=False)


def stop_run(store: RunStore, code: str, run: int) -> None:
    """Stop a run that is trained in the room; what it learned is kept.

    Raises:
        UnknownName: also when there is no such run in the room.
        RunBusy: when it is not training.
    """
    as_teacher(store, code)
    query = sa.select(runs.c.id).where(runs.c.id == run, runs.c.room == code)
    if store.whole.database.value(query) is None:
        raise UnknownName(f"There is no run {run} in this room: it was deleted, or is elsewhere.")
    store.whole.ask(run, STOP)


def _is_teacher(store: RunStore, code: str, person: str) -> bool:
    query = sa.select(members.c.teacher).where(_member(code, person))
    return bool(store.whole.database.value(query))


def _change_member(store: RunStore, code: str, person: str, **values: bool) -> None:
    change = members.update().where(_member(code, person)).values(**values)
    if not store.whole.database.change(change):
        raise UnknownName(NOT_HERE)


def _member(code: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(members.c.room == code, members.c.person == person)


def _this(code: str) -> sa.ColumnElement[bool]:
    return classrooms.c.code == code


def _raised() -> Any:
    return classrooms.c.revision + 1
