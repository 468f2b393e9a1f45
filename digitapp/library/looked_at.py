"""How much memory the images take that people look at and have not kept yet, on a shared server."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from digitapp.errors import LimitMet
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import MOST_MEGABYTES
from digitapp.library.brought_files import Brought
from digitapp.runs import limits
from digitapp.runs.access import HOUSE

OF_ONE, IN_ALL = "looked_at", "looked_at_in_all"  # limits
AT_ONCE = 2  # files that are unpacked at once, each of another person
PATIENCE = 60.0  # seconds
UNPACKED = 2  # bytes of a file to a pixel: about those of numbers in a CSV file
BUSY = "You are having files looked at in another tab. Wait until that is done."
MANY = "Others are having large files looked at right now. Wait a minute and try again."


class LookedAt:
    """Counts what is held for each person; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # memory may be given back while it is held
        self._held: Counter[str] = Counter()  # bytes
        self._reading: set[str] = set()
        self._places = threading.Semaphore(AT_ONCE)

    @contextmanager
    def reading(self, person: str) -> Iterator[None]:
        """Keep a place for unpacking files during the context; the house always has one.

        Raises:
            LimitMet: when the person has one already, or none gets free for a minute.
        """
        if person == HOUSE:
            yield
            return
        with self._lock:
            if person in self._reading:
                raise LimitMet(BUSY)
            self._reading.add(person)
        try:
            if not self._places.acquire(timeout=PATIENCE):
                raise LimitMet(MANY)
            try:
                yield
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._reading.discard(person)

    def hold(self, person: str, brought: Brought) -> None:
        """Count images of a person's, until nothing refers to them any more.

        Raises:
            LimitMet: when there would be too many of the person's, or of all people's.
        """
        size = brought.size
        with self._lock:
            for name, held in ((OF_ONE, self._held[person]), (IN_ALL, self._held.total())):
                most = limits.most(name)
                if person != HOUSE and most is not None and held + size > most * MEGABYTE:
                    told = limits.size_in_words(held + size)
                    raise LimitMet(limits.sentence(name, used=told))
            self._held[person] += size
        weakref.finalize(brought, self._release, person, size)

    def _release(self, person: str, size: int) -> None:
        with self._lock:
            self._held[person] -= size
            self._held += Counter()


def most_unpacked(person: str) -> int:
    """Return how many megabytes a person's files may take together, unpacked."""
    most = limits.most(OF_ONE)
    return MOST_MEGABYTES if person == HOUSE or most is None else int(most * UNPACKED)


everybodys = LookedAt()
