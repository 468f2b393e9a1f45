"""A thread of a shared server that sees to places, memory and space from time to time.

Several servers with one store each have one; what they do twice does no harm.
"""

from __future__ import annotations

import threading
import time

from digitapp.errors import DigitappError
from digitapp.files import error_log
from digitapp.jobs import memory
from digitapp.runs import RunStore, housekeeping

LOOKS_EVERY = 15.0  # seconds
TIDIES_EVERY = 300.0  # seconds, which reads the sizes of everything
TELLS_EVERY = 3600.0  # seconds, of a problem that stays


class Housekeeper:
    """Does the housekeeping of a store.

    Args:
        store: with everything in it.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._tidied = self._told = -float("inf")

    def work(self) -> None:
        """Work until the process ends. A problem is logged: pages tell those whom it concerns."""
        while True:
            try:
                self.step()
            except DigitappError as error:
                if time.monotonic() - self._told > TELLS_EVERY:
                    self._told = time.monotonic()
                    error_log.noted(error)
            time.sleep(LOOKS_EVERY)

    def step(self) -> None:
        """Look once.

        Raises:
            StoreProblem: when the database fails.
            InvalidSetting: when a limit is set to something that it cannot be.
        """
        housekeeping.give_places_back(self._store, memory.short())
        if time.monotonic() - self._tidied >= TIDIES_EVERY:
            self._tidied = time.monotonic()
            housekeeping.make_room(self._store)
            self._store.tidy()


_kept: set[str] = set()  # stores, by URL
_one_at_a_time = threading.Lock()


def keep(store: RunStore) -> None:
    """Do the housekeeping of a store from now on, in a thread of this process."""
    with _one_at_a_time:
        if store.database.url in _kept:
            return
        _kept.add(store.database.url)
    work = Housekeeper(store.whole).work
    threading.Thread(target=work, name="housekeeper", daemon=True).start()
