"""Values about rooms: a room, a member of it, and the names by which members are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from digitapp.runs.tables import members

_COLUMNS = [column.name for column in members.c]

HOUSE = ""  # the person who runs the server
HIDDEN_NAME = "Hidden name"


@dataclass(frozen=True)
class Classroom:
    """A room.

    Attributes:
        code: five letters and digits, its name in every address.
        name: given by the teacher.
        teacher: the person who made it; empty for the house.
        created: seconds since 1970, like `ended`.
        ended: None while people can be in it.
        leading: what the teacher leads to, as JSON; empty while everybody is free.
        revision: raised with each change of `leading`.
        join_key: of the pupils' link; empty for none.
        closed: whether nobody new can join.
    """

    code: str
    name: str
    teacher: str
    created: float
    ended: float | None
    leading: str
    revision: int
    join_key: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Member:
    """A person in a room.

    Attributes:
        nickname: unique in the room; empty if it is hidden from who asks.
        teacher: whether she may do what a teacher may.
        joined: seconds since 1970, like `seen`, when something was last heard of her.
        hidden: whether the nickname is hidden from the class.
        removed: whether the teacher has removed her.
    """

    room: str
    person: str
    nickname: str
    teacher: bool
    joined: float
    seen: float
    hidden: bool = False
    removed: bool = False

    @property
    def shown_name(self) -> str:
        """The nickname, or that it is hidden."""
        return self.nickname or HIDDEN_NAME


class Membership(NamedTuple):
    """A room, and who asks as a member of it."""

    classroom: Classroom
    member: Member


def classroom_of(row: sa.Row[Any]) -> Classroom:
    """Return the room in a row that has its columns."""
    known = (row.code, row.name, row.teacher, row.created, row.ended)
    settings = _settings(row.settings)
    key, closed = settings.get("join_key", ""), settings.get("closed", False)
    return Classroom(*known, row.leading, row.revision, str(key), bool(closed))


def packed_settings(room: Classroom) -> str:
    """Return what `classrooms.settings` holds of a room."""
    return json.dumps({"join_key": room.join_key, "closed": room.closed})


def _settings(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        found = None
    return found if isinstance(found, dict) else {}


def member_of(row: sa.Row[Any], prefix: str = "") -> Member:
    """Return the member in a row that has its columns, each with this prefix."""
    return Member(**{name: getattr(row, f"{prefix}{name}") for name in _COLUMNS})
