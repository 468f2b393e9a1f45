"""Coming into a room and leaving it: by its code, or by its teacher's link."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, QueueFull, UnknownName
from digitapp.runs import nicknames
from digitapp.runs.classroom_codes import check_tries, count_wrong, typed_code
from digitapp.runs.classroom_records import Membership, classroom_of
from digitapp.runs.classrooms import REMOVED, add_member, as_member, as_teacher, of_code
from digitapp.runs.nicknames import TEACHER, alike
from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, members, screens

MOST_MEMBERS = 200  # of a room
MOST_JOINING = 60  # people a minute, in a room
SILENT = 600.0  # seconds after joining without a sign of life
GUEST = "Guest"
BETWEEN = "."  # a code and the key of the pupils' link
CLOSED = "The teacher has closed the door of this room: nobody new can join. Ask your teacher."
UNKNOWN = "There is no room with the code {code}. Look at the code on the teacher's screen again."


def join(store: RunStore, code: str, nickname: str = "") -> Membership:
    """Enter a room, or come back to it; it is the asker's current room then.

    Args:
        code: as it was typed; or as the pupils' link has it, with the link's own key behind it.
        nickname: at most 20 characters; by default the one that the asker had in the room, or one
            such as "Guest 3".

    Raises:
        InvalidSetting: when the code cannot be one, or the nickname is taken, too long or
            unreadable, or the teacher removed the asker or lets nobody new in.
        UnknownName: when there is no such room, or it has ended.
        QueueFull: when too many wrong codes were tried, or the room is full.
    """
    told, _, key = code.partition(BETWEEN)
    code = typed_code(told)
    wanted = nicknames.checked(nickname)
    if not _is_expected(store, code, key):
        check_tries(store)
    with store.whole.database.begin() as connection:
        found = _entered(connection, code)
        if found:
            _join(connection, code, store.person, wanted)
    if not found:
        count_wrong(store)
        raise UnknownName(UNKNOWN.format(code=code))
    return as_member(store, code)


def teach(store: RunStore, code: str, link_key: str) -> Membership:
    """Be a teacher of a room, by its teacher's link; it is the asker's current room then.

    The key has 128 bits, so nobody finds it by trying, and a right one is never refused.

    Raises:
        InvalidSetting: when the code cannot be one.
        UnknownName: when there is no such room, or the key is not its own.
    """
    code = typed_code(code)
    with store.whole.database.begin() as connection:
        _entered(connection, code)
        row = connection.execute(of_code(code)).first()
        if row is None or not _same(row.link_key, link_key):
            raise UnknownName("This teacher's link is not valid. Ask who runs the server for it.")
        _teach(connection, code, store.person)
    return as_teacher(store, code)


def _is_expected(store: RunStore, code: str, key: str) -> bool:
    """Whether the asker is in the room already, or comes by its pupils' link."""
    with store.whole.database.begin() as connection:
        room = connection.execute(of_code(code)).first()
        mine = sa.and_(members.c.room == code, members.c.person == store.person)
        known = connection.execute(sa.select(members.c.person).where(mine)).first()
    return known is not None or (room is not None and _same(classroom_of(room).join_key, key))


def _same(key: str, told: str) -> bool:
    return key != "" and hmac.compare_digest(key.encode(), told.encode("utf-8", "replace"))


def leave(store: RunStore, code: str) -> None:
    """Leave a room; one who was removed stays known as such.

    Raises:
        InvalidSetting: when the asker is the only teacher.
    """
    mine = sa.and_(members.c.room == code, members.c.person == store.person)
    others = sa.and_(members.c.room == code, members.c.person != store.person, members.c.teacher)
    me = as_member(store, code).member
    with store.whole.database.begin() as connection:
        if me.teacher and not connection.execute(sa.select(members.c.person).where(others)).first():
            raise InvalidSetting("A room needs its teacher. End the room instead of leaving it.")
        connection.execute(members.delete().where(mine, sa.not_(members.c.removed)))
        gone = sa.and_(screens.c.room == code, screens.c.person == store.person)
        connection.execute(screens.delete().where(gone))


def rename(store: RunStore, code: str, nickname: str) -> None:
    """Give the asker another nickname.

    Raises:
        InvalidSetting: as `join`.
        UnknownName: as `as_member`.
    """
    as_member(store, code)
    wanted = nicknames.checked(nickname)
    with store.whole.database.begin() as connection:
        _entered(connection, code)
        _join(connection, code, store.person, wanted)


def _entered(connection: sa.Connection, code: str) -> bool:
    """Keep others from joining until the transaction ends; return whether one can join."""
    going = sa.and_(classrooms.c.code == code, classrooms.c.ended.is_(None))
    return bool(connection.execute(classrooms.update().where(going).values(code=code)).rowcount)


def _join(connection: sa.Connection, code: str, person: str, wanted: str) -> None:
    rows = connection.execute(sa.select(members).where(members.c.room == code)).all()
    mine = next((row for row in rows if row.person == person), None)
    if mine and mine.removed:
        raise InvalidSetting(REMOVED)
    taken = {alike(row.nickname) for row in rows if row.person != person}
    if alike(wanted) in taken:
        raise InvalidSetting(f"Somebody in this room is called “{wanted}” already. Choose another.")
    if mine:
        now = {"joined": time.time(), "seen": time.time()}
        change = members.update().where(members.c.room == code, members.c.person == person)
        connection.execute(change.values(nickname=wanted or mine.nickname, **now))
        return
    _check_door(connection, code, rows)
    add_member(connection, code, person, wanted or _free(GUEST, taken))


def _check_door(connection: sa.Connection, code: str, rows: Sequence[sa.Row[Any]]) -> None:
    """Check that somebody new may join.

    Who was removed, or joined and was never heard of again, takes nobody's place.

    Raises:
        InvalidSetting: when the teacher has closed the door.
        QueueFull: when the room is full, or very many join at the same time.
    """
    if classroom_of(connection.execute(of_code(code)).one()).closed:
        raise InvalidSetting(CLOSED)
    now = time.time()
    if sum(now - row.joined < 60 for row in rows) >= MOST_JOINING:
        raise QueueFull("Very many people are joining this room right now. Try again in a minute.")
    there = [row for row in rows if not row.removed]
    if sum(row.seen > row.joined or now - row.joined < SILENT for row in there) >= MOST_MEMBERS:
        raise QueueFull(f"This room is full: {MOST_MEMBERS} people are in it.")


def _teach(connection: sa.Connection, code: str, person: str) -> None:
    rows = connection.execute(sa.select(members).where(members.c.room == code)).all()
    mine = sa.and_(members.c.room == code, members.c.person == person)
    connection.execute(members.delete().where(mine))
    taken = {alike(row.nickname) for row in rows if row.person != person}
    add_member(connection, code, person, _free(TEACHER, taken), teacher=True)


def _free(word: str, taken: set[str]) -> str:
    """Return the word, or the first of "word 2", "word 3" ... that nobody is called."""
    found, number = (word, 1) if word == TEACHER else (f"{word} 1", 1)
    while alike(found) in taken:
        number += 1
        found = f"{word} {number}"
    return found
