"""Whether there is something new in anybody's room: asked by every browser, answered from memory.

All rooms and their members are read at most once a second for the whole server.
"""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa

from digitapp.runs.store import RunStore
from digitapp.runs.tables import classrooms, members

KEPT = 1.0  # seconds


class ClassroomNews:
    """The room of each person and its revision. Safe to use from many threads.

    Args:
        store: anybody's; a person is told of the own room alone.
    """

    def __init__(self, store: RunStore) -> None:
        self._database = store.whole.database
        self._marks: dict[str, str] = {}
        self._read, self._lock = -KEPT, threading.Lock()

    def mark(self, person: str) -> str:
        """Return a text that changes with a person's room and with its revision; empty in none.

        Raises:
            StoreProblem: when the database fails.
        """
        with self._lock:
            if time.monotonic() - self._read >= KEPT:
                self._marks = self._all()
                self._read = time.monotonic()
            return self._marks.get(person, "")

    def _all(self) -> dict[str, str]:
        query = (
            sa.select(members.c.person, classrooms.c.code, classrooms.c.revision)
            .join(classrooms, classrooms.c.code == members.c.room)
            .where(sa.not_(members.c.removed), classrooms.c.ended.is_(None))
            .order_by(members.c.joined)  # the last one counts
        )
        return {row.person: mark(row.code, row.revision) for row in self._database.rows(query)}


def mark(code: str, revision: int) -> str:
    """Return the text for a room and its revision."""
    return f"{code}-{revision}"
