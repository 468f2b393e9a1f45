"""Starting the dispatcher and the training processes, and how many runs may train at once.

A queued run needs no process. One dispatcher per machine and store (module `dispatcher`) starts the
next run's process whenever a place is free, and ends when no run waits. A process that queues a
run, or looks at a waiting one, makes sure that a dispatcher is running; so does each training
process when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from digitapp.errors import InvalidSetting, StoreProblem, WorkerProblem, cause
from digitapp.files.folders import ROOT
from digitapp.runs import RunStore, queue
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.retrying import retry_while_busy

AT_ONCE_VARIABLE = "DIGITAPP_WORKERS"
MOST_AT_ONCE = 64
COMES_WITHIN = 60.0  # seconds within which a newly started dispatcher takes its lock
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
    try:
        _ensure(store, run)
    except OSError as error:
        problem = f"The training process could not be started: {cause(error)}."
        store.fail_unstarted(run, problem)
        raise WorkerProblem(problem) from None


def look_after(store: RunStore) -> None:
    """Start a dispatcher if runs wait for one.

    Errors are ignored: pages that read the runs report them.
    """
    with suppress(StoreProblem, OSError):
        waiting = [each.run for each in queue.look(store).waiting if not each.owned]
        if waiting:
            _ensure(store, waiting[0])


def python(
    *arguments: str, variables: Mapping[str, str], streams: int, stderr: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a Python process that outlives this one, does not receive its Ctrl-C, and finds us.

    Args:
        arguments: of the interpreter.
        variables: to add to this process's environment.
        streams: its standard input and output, both `DEVNULL` or both `PIPE`.
        stderr: a file for its error output.

    Raises:
        OSError: when it cannot be started.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **variables, "PYTHONPATH": path},
        stdin=streams,
        stdout=streams,
        stderr=stderr,
        **_detached(),
    )


class Process:
    """A Python process that outlives this one and does not receive its Ctrl-C.

    Args:
        arguments: of the Python interpreter.
        url: of the store that it works on.

    Raises:
        OSError: when it cannot be started.
    """

    def __init__(self, *arguments: str, url: str) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed when it ends
        self._process = python(
            *arguments,
            variables={DATABASE_VARIABLE: url},
            streams=subprocess.DEVNULL,
            stderr=self._said,
        )

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def wait(self) -> int:
        """Wait until it ends; return its exit status."""
        return self._process.wait()

    def fail(self, store: RunStore, run: int) -> None:
        """Mark a run that still waits as failed, with the process's error output as the reason."""
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        lines = text.strip().splitlines()
        reason = lines[-1] if lines else f"it ended with status {self._process.returncode}"
        error = f"The training process could not start: {reason}"
        with suppress(StoreProblem):  # pages meet the same problem and report it
            retry_while_busy(lambda: store.fail_unstarted(run, error, text))


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


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
