"""Starting the dispatcher and the training processes, and how many runs may train at once.

A queued run needs no process. One dispatcher per machine and store (module `dispatcher`) starts the
next run's process whenever a place is free, and ends when no run waits. A process that queues a
run, or looks at a waiting one, makes sure that a dispatcher is running; so does each training
process when it ends. Where a process stands by (module `standby`) and nothing else comes first, the
run is its own at once.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress

from digitapp import backend
from digitapp.errors import InvalidSetting, StoreProblem, WorkerProblem, cause
from digitapp.jobs import standby
from digitapp.jobs.processes import Process
from digitapp.runs import RunStore, queue
from digitapp.runs.dispatcher_lock import DispatcherLock

AT_ONCE_VARIABLE = "DIGITAPP_WORKERS"
MOST_AT_ONCE = 64
COMES_WITHIN = 60.0  # seconds within which a newly started dispatcher takes its lock
TAKES_WITHIN = 20.0  # seconds within which a process that stood by takes the run that it was given
PROGRAM = ("-m", "digitapp.jobs.dispatcher")


def at_once() -> int:
    """Return how many runs may train at once here: `DIGITAPP_WORKERS`, or all cores but one.

    Raises:
        InvalidSetting: when that variable is not a whole number from 1 to 64.
    """
    text = os.environ.get(AT_ONCE_VARIABLE, "")
    if not text:
        return max(1, (os.cpu_count() or 1) - 1)
    if not text.isdecimal() or not 1 <= int(text) <= MOST_AT_ONCE:
        raise InvalidSetting(
            f"{AT_ONCE_VARIABLE} is {text!r}; it must be a whole number from 1 to {MOST_AT_ONCE}."
        )
    return int(text)


def launch(store: RunStore, run: int) -> None:
    """Make sure that a queued run starts when its turn comes, even if this process ends.

    Raises:
        WorkerProblem: when no process can be started; the run is then shown as failed.
    """
    store = store.whole  # the queue is everybody's
    try:
        if not _hand_over(store, run):
            _ensure(store, run)
    except OSError as error:
        problem = f"The training process could not be started: {cause(error)}."
        store.fail_unstarted(run, problem)
        raise WorkerProblem(problem) from None


def warm_up(store: RunStore) -> None:
    """Have a process stand by for the next run, for some minutes from now, unless told not to.

    Raises:
        InvalidSetting: when `DIGITAPP_STANDBY` is neither yes nor no.
    """
    if standby.wanted() and backend.can_train():
        standby.of(store.database.url).warm_up()


def look_after(store: RunStore) -> None:
    """Start a dispatcher if runs wait for one.

    Errors are ignored: pages that read the runs report them.
    """
    store = store.whole
    with suppress(StoreProblem, OSError):
        unowned = [each.run for each in queue.look(store).waiting if not each.owned]
        waiting = [run for run in unowned if not _is_handed_over(store, run)]
        if waiting:
            _ensure(store, waiting[0])


_started: dict[str, tuple[Process, float]] = {}  # by URL: the last dispatcher, and its start time
_one_at_a_time = threading.Lock()


def _ensure(store: RunStore, run: int) -> None:
    """Start a dispatcher unless one is running or starting.

    Args:
        run: marked as failed if the dispatcher cannot start.
    """
    url = store.database.url
    with _one_at_a_time:
        process, since = _started.get(url, (None, 0.0))
        coming = process and not process.over and time.monotonic() - since < COMES_WITHIN
        if coming or DispatcherLock(url).taken():
            return
        process = Process(*PROGRAM, url=url)
        _started[url] = process, time.monotonic()
    threading.Thread(target=_see_off, args=(store, run, process), daemon=True).start()


def _see_off(store: RunStore, run: int, process: Process) -> None:
    """Wait for a dispatcher to end; if it failed, record the reason."""
    if process.wait():
        process.fail(store, run)


_handed_over: dict[tuple[str, int], float] = {}  # by URL and run: when


def _hand_over(store: RunStore, run: int) -> bool:
    """Give a run to the process that stands by, if it is the run's turn; return whether it has it.

    A run that has to wait is left to the dispatcher: it would keep TensorFlow in memory meanwhile.
    """
    url = store.database.url
    with suppress(StoreProblem, InvalidSetting):  # the process that tries next reports them
        if standby.of(url).process is None:
            return False
        found = queue.look(store)
        waiting = [each.run for each in found.waiting if not each.held]
        if found.in_doubt or found.busy >= at_once() or waiting[:1] != [run]:
            return False
        _handed_over[url, run] = time.monotonic()
        process = standby.of(url).take(run)
        if process:
            threading.Thread(target=_see_on, args=(store, run, process), daemon=True).start()
            return True
        del _handed_over[url, run]
    return False


def _is_handed_over(store: RunStore, run: int) -> bool:
    """Return whether a process that stood by is about to take a run."""
    since = _handed_over.get((store.database.url, run))
    return since is not None and time.monotonic() - since < TAKES_WITHIN


def _see_on(store: RunStore, run: int, process: Process) -> None:
    """Wait for a process that stood by to end; if it did not take its run, see to the run.

    Another process is started for it then, which reports what may be wrong.
    """
    process.wait()
    del _handed_over[store.database.url, run]
    look_after(store)
