"""*Follow me*: what the teacher of a room shows, for all screens in it to follow.

It is kept with the room, and each change raises the room's revision, so that a browser needs to ask
for one number only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from digitapp.errors import InvalidSetting
from digitapp.runs.classrooms import as_teacher
from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, runs

LARGEST = 2_000_000  # characters; the longest drawing has 20,000 points
RUN = re.compile(r"(?:run-)?(\d{1,9})")
NAMES_RUNS = ("run", "network", "base", "runs")  # query parameters


@dataclass(frozen=True)
class Lead:
    """What the teacher shows.

    Attributes:
        page: its name in the address.
        address: its query parameters.
        objects: the drawing, as objects of the canvas (`Sketch.objects`).
        reader: the name of the network that reads.
    """

    page: str
    address: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[dict[str, Any], ...] = ()
    reader: str = ""


def lead(store: RunStore, code: str, shown: Lead, begin: bool = True) -> None:
    """Show this on all screens of a room from now on. Runs of the asker in it are shown to all.

    Args:
        begin: whether to begin to lead; if not, nothing is done while everybody is free, as when
            the teacher has set them free on another device.

    Raises:
        InvalidSetting: also when the drawing is too long.
        UnknownName: as `as_teacher`.
        StoreProblem: when the database fails.
    """
    as_teacher(store, code)
    text = json.dumps(asdict(shown), separators=(",", ":"))
    if len(text) > LARGEST:
        raise InvalidSetting("This drawing is too long to be shown to the class. Clear it first.")
    with store.whole.database.begin() as connection:
        if not begin and not connection.execute(_leads(code)).scalar():
            return
        mine = sa.and_(runs.c.id.in_(_runs(shown)), runs.c.person == store.person)
        here = runs.update().where(mine, runs.c.room.in_(("", code)))
        connection.execute(here.values(shown=True, room=code))
        _set(connection, code, text)


def free(store: RunStore, code: str) -> None:
    """Let everybody have their own pages again.

    Raises:
        UnknownName, InvalidSetting: as `as_teacher`.
        StoreProblem: when the database fails.
    """
    as_teacher(store, code)
    with store.whole.database.begin() as connection:
        _set(connection, code, "")


def unpack(text: str) -> Lead | None:
    """Return what is shown, from `Classroom.leading`, if anything readable is."""
    if not text:
        return None
    try:
        found = json.loads(text)
        address = {str(name): str(value) for name, value in found["address"].items()}
        objects = tuple(dict(each) for each in found["objects"])
        return Lead(str(found["page"]), address, objects, str(found["reader"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _leads(code: str) -> sa.Select[tuple[str]]:
    return sa.select(classrooms.c.leading).where(classrooms.c.code == code)


def _set(connection: sa.Connection, code: str, leading: str) -> None:
    change = classrooms.update().where(classrooms.c.code == code, classrooms.c.leading != leading)
    connection.execute(change.values(leading=leading, revision=classrooms.c.revision + 1))


def _runs(shown: Lead) -> list[int]:
    """Return the ids of the runs that are named in what is shown."""
    named = [shown.address[name] for name in NAMES_RUNS if name in shown.address]
    found = (RUN.fullmatch(part) for text in (*named, shown.reader) for part in text.split(","))
    return [int(each[1]) for each in found if each]
