"""What each member of a room does right now, for its teacher to see.

Thirty pupils at work say so many times a second; a thread writes the newest of each, once a second,
in one transaction, so that no answer waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.packed_strokes import pack
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadStrokes, StoreProblem
from digitapp.runs.classrooms import as_teacher
from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, members, screens
from digitapp.runs.upserting import put

EVERY = 1.0  # seconds between two transactions
DRAWN = -1.0
MOST_PEOPLE = 1_000  # whose news wait to be written, if the store fails meanwhile


@dataclass(frozen=True)
class Doing:
    """What a person does.

    Attributes:
        page: its name in the address; empty for the Draw page.
        run: the id of the run that is looked at, if any.
        image: uint8 (28, 28), 0 paper to 255 ink: the drawing as the network read it; None where
            nothing was drawn.
        strokes: how the pen moved.
        guess: the name of the class that it was read as; empty if it was refused.
        sure: how sure the network was, 0 to 1; DRAWN where nobody read it: it is an example of the
            class `guess`.
    """

    page: str
    run: int | None = None
    image: NDArray[np.uint8] | None = None
    strokes: Drawing | None = None
    guess: str = ""
    sure: float = 0.0


@dataclass(frozen=True)
class Screen(Doing):
    """What a member did last.

    Attributes:
        updated: seconds since 1970.
        image: of the last drawing, also if it was made on another page.
    """

    updated: float = 0.0


def read(store: RunStore, code: str) -> dict[str, Screen]:
    """Return what each member of a room does, by person, for its teacher.

    Raises:
        UnknownName, InvalidSetting: as `as_teacher`.
        StoreProblem: when the database fails.
    """
    as_teacher(store, code)
    query = sa.select(screens).where(screens.c.room == code)
    return {row.person: _screen(row) for row in store.whole.database.rows(query)}


class ScreenWriter:
    """Writes what people do, soon; one for each server process. Safe to use from many threads.

    Args:
        store: what is written there is for teachers alone, so it may be anybody's.
    """

    def __init__(self, store: RunStore) -> None:
        self._database = store.whole.database
        self._news: dict[str, Doing | None] = {}
        self._lock, self._some = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    def show(self, person: str, doing: Doing) -> None:
        """Note what a person does now. It is written if that person is in a room."""
        self._note(person, doing)

    def heard(self, person: str) -> None:
        """Note that a person is still here."""
        self._note(person, None)

    def _note(self, person: str, doing: Doing | None) -> None:
        with self._lock:
            if person in self._news or len(self._news) < MOST_PEOPLE:
                self._news[person] = doing or self._news.get(person)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_writing, name="screens")
                self._thread.daemon = True
                self._thread.start()
        self._some.set()

    def _keep_writing(self) -> None:
        while True:
            self._some.wait()
            self._some.clear()
            self.write()
            time.sleep(EVERY)

    def write(self) -> None:
        """Write what is new. While the store fails it is kept, and written with the next news."""
        with self._lock:
            news, self._news = self._news, {}
        try:
            self._write(news)
        except StoreProblem:
            with self._lock:
                for person, doing in news.items():
                    self._news[person] = self._news.get(person) or doing

    def _write(self, news: dict[str, Doing | None]) -> None:
        now = time.time()
        with self._database.begin() as connection:
            rooms = dict(_rooms(connection, news))
            if not rooms:
                return
            here = members.update().where(members.c.person.in_(rooms))
            connection.execute(here.values(seen=now))
            for person, room in rooms.items():
                doing = news[person]
                if doing is not None:
                    key = {"room": room, "person": person}
                    values = _row(doing) | {"updated": now}
                    unset = {"image": None, "strokes": None, "guess": "", "sure": 0.0}
                    connection.execute(put(connection, screens, key, values, unset))


def _rooms(connection: sa.Connection, people: Iterable[str]) -> list[tuple[str, str]]:
    """Return the room that each of these people is in, as pairs; those in none are left out."""
    query = (
        sa.select(members.c.person, members.c.room)
        .join(classrooms, classrooms.c.code == members.c.room)
        .where(members.c.person.in_(list(people)), sa.not_(members.c.removed))
        .where(classrooms.c.ended.is_(None))
        .order_by(members.c.joined)  # the last one counts
    )
    return [(row.person, row.room) for row in connection.execute(query)]


def _row(doing: Doing) -> dict[str, Any]:
    """Return the columns that change; the last drawing stays where there is no new one."""
    where = {"page": doing.page, "run": doing.run}
    if doing.image is None:
        return where
    image = np.ascontiguousarray(doing.image, np.uint8).tobytes()
    drawn = {"image": image, "strokes": _packed(doing.strokes)}
    return {**where, **drawn, "guess": doing.guess, "sure": float(doing.sure)}


def _packed(strokes: Drawing | None) -> bytes | None:
    try:
        return pack(strokes) if strokes else None
    except BadStrokes:  # too many points: the image says enough
        return None


def _screen(row: sa.Row[Any]) -> Screen:
    whole = len(row.image or b"") == IMAGE_SIDE**2
    image = np.frombuffer(row.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE) if whole else None
    told = (str(row.guess), float(row.sure), float(row.updated))
    return Screen(str(row.page), row.run, image, None, *told)
