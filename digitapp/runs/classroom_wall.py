"""The class wall: drawings that members of a room send, for all of the room to see.

Each function first checks who asks: members see what is not hidden, and take back what is theirs; a
teacher of the room hides and deletes any. The drawings of a room that has ended can still be seen.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.packed_strokes import pack, unpack
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.drawing.thinning import thinned
from digitapp.errors import BadStrokes, InvalidSetting, UnknownName
from digitapp.runs import classrooms, stored, usage
from digitapp.runs.classroom_records import Membership
from digitapp.runs.store import RunStore
from digitapp.runs.tables import sent_drawings

MOST_SENT, MOST_OF_ONE = 2000, 100  # drawings on the wall of a room: of all, and of one person
MOST_STROKES, MOST_POINTS = 60, 1_000  # of a drawing that is sent
LONGEST_NAME = 60  # characters kept of a class's name
GONE = "This drawing is not on the class wall any more."
ENDED = "This room has ended, so its class wall takes no more drawings."


@dataclass(frozen=True)
class NewDrawing:
    """A drawing to be sent.

    Attributes:
        image: uint8 (28, 28), 0 paper to 255 ink, as the network read it.
        strokes: how the pen moved; None of a picture.
        guess: the name of the class that it was read as; empty if it was refused.
        sure: how sure the network was, 0 to 1.
        meant: the name of the class that its author says it is; empty if that was not said.
    """

    image: NDArray[np.uint8]
    strokes: Drawing | None
    guess: str
    sure: float
    meant: str = ""


@dataclass(frozen=True)
class Sent:
    """A drawing on the wall, without its ink.

    Attributes:
        created: seconds since 1970.
        guess, sure, meant: as of `NewDrawing`.
        hidden: whether a teacher has hidden it from the class.
    """

    id: int
    person: str
    created: float
    guess: str
    sure: float
    meant: str
    hidden: bool


@dataclass(frozen=True)
class Ink:
    """What a drawing looks like: it never changes.

    Attributes:
        image: uint8 (28, 28).
        strokes: how the pen moved; None of a picture, and where that is damaged or too much.
    """

    image: NDArray[np.uint8]
    strokes: Drawing | None


def send(store: RunStore, room: str, new: NewDrawing) -> int:
    """Send a drawing to the wall; return its id.

    What is there already, of the same person and stroke by stroke the same, is not sent again. Of
    strokes with very many points, fewer are kept; of a drawing with very many strokes, its image.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when the room has ended, its wall is full, or who asks has too many there.
        LimitMet: when who asks sends too many in a minute, or keeps as much as she may.
        StoreProblem: from each function here, when the store fails.
    """
    asker = _present(store, room)
    strokes = kept_strokes(new.strokes)
    row: dict[str, Any] = {
        "room": room,
        "person": asker.member.person,
        "image": np.ascontiguousarray(new.image, np.uint8).tobytes(),
        "strokes": None if strokes is None else pack(strokes),
    }
    usage.take(store, "drawings")
    stored.check(store, len(row["image"]) + len(row["strokes"] or b""))
    told = {"guess": new.guess[:LONGEST_NAME], "meant": new.meant[:LONGEST_NAME]}
    with store.whole.database.begin() as connection:
        same = sa.and_(*(sent_drawings.c[name] == value for name, value in row.items()))
        known = connection.execute(sa.select(sent_drawings.c.id).where(same)).scalar()
        if known is not None:
            return int(known)
        _check_room(connection, room, asker.member.person)
        more = {"created": time.time(), "sure": float(new.sure), "hidden": False}
        key = connection.execute(sent_drawings.insert().values(**row, **told, **more))
        assert key.inserted_primary_key is not None
        return int(key.inserted_primary_key[0])


def kept_strokes(strokes: Drawing | None) -> Drawing | None:
    """Return what the wall keeps and shows of strokes, which many look at: at most so much."""
    if strokes is None or len(strokes) > MOST_STROKES:
        return None
    ink = remaining_ink(strokes)
    return thinned(ink, MOST_POINTS) if 0 < len(ink) <= MOST_STROKES else None


def _check_room(connection: sa.Connection, room: str, person: str) -> None:
    """Reject one more drawing on a wall that is full, or that has too many of one person."""
    count = sa.select(sa.func.count()).where(sent_drawings.c.room == room)
    if connection.execute(count).scalar_one() >= MOST_SENT:
        raise InvalidSetting(
            f"The class wall has {MOST_SENT:,} drawings, and no room for more. The teacher can "
            "clear it."
        )
    mine = connection.execute(count.where(sent_drawings.c.person == person)).scalar_one()
    if mine >= MOST_OF_ONE:
        raise InvalidSetting(
            f"You have {MOST_OF_ONE} drawings on the class wall, which is the most. Take one back "
            "first."
        )


def sent(store: RunStore, room: str, hidden: bool = False) -> list[Sent]:
    """Return the drawings on the wall of a room, oldest first.

    Args:
        hidden: whether the hidden ones are among them, which only a teacher sees.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when hidden ones are asked for by somebody who does not teach it.
    """
    check = classrooms.as_teacher if hidden else classrooms.as_member
    check(store, room)
    seen = [] if hidden else [sent_drawings.c.hidden.is_(False)]
    return _sent(store, sent_drawings.c.room == room, *seen)


def own(store: RunStore, room: str) -> list[Sent]:
    """Return what who asks has sent to this wall, oldest first, hidden or not.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    person = classrooms.as_member(store, room).member.person
    return _sent(store, sent_drawings.c.room == room, sent_drawings.c.person == person)


def inks(store: RunStore, room: str, ids: Sequence[int]) -> dict[int, Ink]:
    """Return what drawings on this wall look like, by their ids; damaged ones are left out.

    Raises:
        UnknownName: when who asks is not in this room.
    """
    asker = classrooms.as_member(store, room)
    columns = sent_drawings.c.id, sent_drawings.c.image, sent_drawings.c.strokes
    query = sa.select(*columns).where(_among(room, ids))
    if not asker.member.teacher:
        mine = sent_drawings.c.person == asker.member.person
        query = query.where(sa.or_(sent_drawings.c.hidden.is_(False), mine))
    found = ((row.id, _ink(row)) for row in store.whole.database.rows(query)) if ids else ()
    return {number: ink for number, ink in found if ink is not None}


def say_what_it_is(store: RunStore, room: str, drawing: int, meant: str) -> None:
    """Say what one's own drawing is meant to be; empty to say nothing.

    Raises:
        UnknownName: when who asks is not in this room, or has no such drawing on its wall.
        InvalidSetting: when the room has ended.
    """
    person = _present(store, room).member.person
    mine = sa.and_(_among(room, [drawing]), sent_drawings.c.person == person)
    _change(store, sent_drawings.update().where(mine).values(meant=meant[:LONGEST_NAME]))


def withdraw(store: RunStore, room: str, drawing: int) -> None:
    """Take one's own drawing back from the wall, also after leaving the room; it is deleted.

    Raises:
        UnknownName: when who asks has no such drawing on the wall.
    """
    person = store.person
    mine = sa.and_(_among(room, [drawing]), sent_drawings.c.person == person)
    _change(store, sent_drawings.delete().where(mine))


def hide(store: RunStore, room: str, drawing: int, hidden: bool = True) -> None:
    """Hide a drawing from the class, or show it again; for teachers of the room.

    Raises:
        UnknownName: when who asks is not in this room, or there is no such drawing.
        InvalidSetting: when who asks does not teach it.
    """
    classrooms.as_teacher(store, room)
    there = _among(room, [drawing])
    _change(store, sent_drawings.update().where(there).values(hidden=hidden))


def clear(store: RunStore, room: str) -> int:
    """Delete all drawings on the wall, for teachers of the room; return how many there were.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when who asks does not teach it.
    """
    classrooms.as_teacher(store, room)
    return store.whole.database.change(sent_drawings.delete().where(sent_drawings.c.room == room))


def _present(store: RunStore, room: str) -> Membership:
    """Return who asks, in a room that is still open.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when it has ended.
    """
    asker = classrooms.as_member(store, room)
    if asker.classroom.ended is not None:
        raise InvalidSetting(ENDED)
    return asker


def _sent(store: RunStore, *conditions: sa.ColumnElement[bool]) -> list[Sent]:
    kept = [sent_drawings.c[name] for name in Sent.__dataclass_fields__]
    query = sa.select(*kept).where(*conditions).order_by(sent_drawings.c.id)
    return [Sent(*row) for row in store.whole.database.rows(query)]


def _ink(row: sa.Row[Any]) -> Ink | None:
    if len(row.image or b"") != IMAGE_SIDE**2:
        return None
    image = np.frombuffer(row.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    try:
        return Ink(image, kept_strokes(unpack(row.strokes)) if row.strokes else None)
    except BadStrokes:
        return Ink(image, None)


def _among(room: str, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.and_(sent_drawings.c.room == room, sent_drawings.c.id.in_(ids))


def _change(store: RunStore, statement: sa.Update | sa.Delete) -> None:
    if not store.whole.database.change(statement):
        raise UnknownName(GONE)
