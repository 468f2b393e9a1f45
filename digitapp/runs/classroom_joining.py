"""Coming into a room and leaving it: by its code, or by its teacher's link."""

from __future__ import annotations

import hmac
import time
import unicodedata

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, QueueFull, UnknownName
from digitapp.runs import note_text
from digitapp.runs.classroom_codes import check_tries, count_wrong, typed_code
from digitapp.runs.classroom_records import Membership
from digitapp.runs.classrooms import REMOVED, TEACHER, add_member, as_member, as_teacher, of_code
from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, members, screens

LONGEST_NICKNAME = 20  # characters
MOST_MEMBERS = 200  # of a room
GUEST = "Guest"
UNKNOWN = "There is no room with the code {code}. Look at the code on the teacher's screen again."


def join(store: RunStore, code: str, nickname: str = "") -> Membership:
    """Enter a room, or come back to it; it is the asker's current room then.

    Args:
        code: as it was typed.
        nickname: at most 20 characters; by default the one that the asker had in the room, or one
            such as "Guest 3".

    Raises:
        InvalidSetting: when the code cannot be one, or the nickname is taken, too long or
            unreadable, or the teacher removed the asker.
        UnknownName: when there is no such room, or it has ended.
        QueueFull: when too many wrong codes were tried, or the room is full.
    """
    code = typed_code(code)
    check_tries(store)
    wanted = checked_nickname(nickname)
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

    Raises:
        InvalidSetting, UnknownName, QueueFull: as `join`; a wrong link counts like a wrong code.
    """
    code = typed_code(code)
    check_tries(store)
    with store.whole.database.begin() as connection:
        _entered(connection, code)
        row = connection.execute(of_code(code)).first()
        right = row and hmac.compare_digest(row.link_key.encode(), link_key.encode())
        if right:
            _teach(connection, code, store.person)
    if not right:
        count_wrong(store)
        raise UnknownName("This teacher's link is not valid. Ask who runs the server for it.")
    return as_teacher(store, code)


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


def checked_nickname(text: str) -> str:
    """Return a nickname on one line, without spaces around it; it may be empty.

    Raises:
        InvalidSetting: when it is too long or unreadable, or sounds like the teacher's.
    """
    found = note_text.limited("The nickname", note_text.line(text), LONGEST_NICKNAME)
    if _folded(found).startswith(_folded(TEACHER)):
        raise InvalidSetting(f"“{found}” cannot be a nickname: it sounds like the teacher's.")
    return found


def rename(store: RunStore, code: str, nickname: str) -> None:
    """Give the asker another nickname.

    Raises:
        InvalidSetting: as `join`.
        UnknownName: as `as_member`.
    """
    as_member(store, code)
    wanted = checked_nickname(nickname)
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
    taken = {_folded(row.nickname) for row in rows if row.person != person}
    if _folded(wanted) in taken:
        raise InvalidSetting(f"Somebody in this room is called “{wanted}” already. Choose another.")
    if mine:
        now = {"joined": time.time(), "seen": time.time()}
        change = members.update().where(members.c.room == code, members.c.person == person)
        connection.execute(change.values(nickname=wanted or mine.nickname, **now))
        return
    if len(rows) >= MOST_MEMBERS:
        raise QueueFull(f"This room is full: {MOST_MEMBERS} people are in it.")
    add_member(connection, code, person, wanted or _free(GUEST, taken))


def _teach(connection: sa.Connection, code: str, person: str) -> None:
    rows = connection.execute(sa.select(members).where(members.c.room == code)).all()
    mine = sa.and_(members.c.room == code, members.c.person == person)
    connection.execute(members.delete().where(mine))
    taken = {_folded(row.nickname) for row in rows if row.person != person}
    add_member(connection, code, person, _free(TEACHER, taken), teacher=True)


def _free(word: str, taken: set[str]) -> str:
    """Return the word, or the first of "word 2", "word 3" ... that nobody is called."""
    found, number = (word, 1) if word == TEACHER else (f"{word} 1", 1)
    while _folded(found) in taken:
        number += 1
        found = f"{word} {number}"
    return found


def _folded(name: str) -> str:
    """Return what two names that look nearly alike have in common."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
