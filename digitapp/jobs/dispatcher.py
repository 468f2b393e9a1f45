"""The dispatcher, a process that starts the training processes.

Run as `python -m digitapp.jobs.dispatcher`. It is started on demand, light (it never imports
TensorFlow or Keras), and ends when no run waits for it. While a run waits for its turn, a process
stands by for it.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from digitapp import backend
from digitapp.errors import DigitappError, InvalidSetting, StoreBusy, StoreProblem, cause
from digitapp.jobs import launching, memory, standby
from digitapp.jobs.processes import Process
from digitapp.runs import RunStore, queue
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.retrying import retry_while_busy

LOOKS_EVERY = 0.3  # seconds
GIVES_UP_AFTER = 60.0  # seconds during which the store keeps failing
MOST_TRIES = 3  # processes for one run that end without having taken it


class Dispatcher:
    """Starts a process for each run whose turn has come.

    Args:
        lock: the dispatcher's lock, taken already.
    """

    def __init__(self, store: RunStore, lock: DispatcherLock) -> None:
        self._store, self._lock = store, lock
        self._starting: dict[int, Process] = {}
        self._begun: list[Process] = []
        self._tries: dict[int, int] = {}
        self._follow: set[int] = set()  # had no place, and another's process would go on with them
        self._standby = standby.of(store.database.url)

    def work(self) -> None:
        """Work until no run waits, or until another dispatcher has taken the lock.

        Raises:
            StoreProblem: when the store keeps failing.
        """
        failing_since = None
        while self._lock.keep():
            try:
                if not self.step():
                    return
                failing_since = None
            except StoreBusy:
                pass
            except StoreProblem:
                failing_since = failing_since or time.monotonic()
                if time.monotonic() - failing_since > GIVES_UP_AFTER:
                    raise
            time.sleep(LOOKS_EVERY)

    def step(self) -> bool:
        """Start the processes of runs that may start; return whether any work is left.

        Raises:
            StoreProblem: when the database fails.
        """
        found = queue.look(self._store)
        self._see_off({each.run for each in found.waiting if not each.owned})
        # A run without heartbeat may be training, if a lock keeps it from writing one.
        if not (found.in_doubt and self._store.busy()):
            free = 0 if _must_wait_for_memory(found) else max(0, _at_once() - found.busy)
            line = [each for each in found.waiting if not each.held]
            if not free and any(not each.follows for each in line[:1]) and _may_stand_by(found):
                self._standby.warm_up()  # for the first of them
            for each in line[:free]:
                if not each.owned and each.run not in (*self._starting, *self._follow):
                    self._start(each.run)
            self._follow = {each.run for each in line[free:] if each.follows}
        return found.unowned or bool(self._starting)

    def _start(self, run: int) -> None:
        url = self._store.database.url
        try:
            ready = self._standby.take(run)
            self._starting[run] = ready or Process("-m", "digitapp", "work", str(run), url=url)
        except OSError as error:
            problem = f"The training process could not be started: {cause(error)}."
            self._store.fail_unstarted(run, problem)

    def _see_off(self, unowned: set[int]) -> None:
        """Update the bookkeeping: processes that have taken their runs, failed, or still start."""
        self._begun = [process for process in self._begun if not process.over]
        for run, process in list(self._starting.items()):
            if run not in unowned:
                self._begun.append(self._starting.pop(run))
            elif process.over:
                del self._starting[run]
                self._tries[run] = self._tries.get(run, 0) + 1
                if process.wait() or self._tries[run] >= MOST_TRIES:
                    process.fail(self._store, run)


def main() -> int:
    """Dispatch until no run waits; return the exit status."""
    url = os.environ.get(DATABASE_VARIABLE)
    try:
        store = retry_while_busy(lambda: RunStore(url))
        lock = DispatcherLock(store.database.url)
        while lock.take():
            try:
                Dispatcher(store, lock).work()
            finally:
                lock.leave()
            # A process that queued a run just now may have seen the lock still taken.
            if not retry_while_busy(lambda: queue.look(store)).unowned:
                break
    except DigitappError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{lock.path}: {cause(error)}", file=sys.stderr)
        return 1
    return 0


def _must_wait_for_memory(found: queue.Queue) -> bool:
    """Return whether nothing more may begin until there is memory for it.

    What the house alone trains is not held up, and one run is always trained.
    """
    return found.of_people and found.busy > 0 and memory.short()


def _may_stand_by(found: queue.Queue) -> bool:
    """Return whether a process may stand by; with an invalid setting none may."""
    with suppress(InvalidSetting):
        return standby.wanted() and backend.can_train() and not _must_wait_for_memory(found)
    return False


def _at_once() -> int:
    """Return how many runs may train at once; with an invalid setting 1, which will report it."""
    try:
        return launching.at_once()
    except InvalidSetting:
        return 1


if __name__ == "__main__":
    sys.exit(main())
