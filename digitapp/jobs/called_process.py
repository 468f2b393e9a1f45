"""A process that runs functions for this one: starting, calling and ending it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from digitapp.errors import WorkerProblem, cause
from digitapp.files import error_log
from digitapp.jobs import processes
from digitapp.jobs.pipe_messages import read, write
from digitapp.jobs.tensorflow_worker import FOLDER_PREFIX

LOADS_WITHIN = 120.0  # seconds; TensorFlow takes 3 on a free machine
ENDS_WITHIN = 10.0  # seconds, once killed
LAST_WORDS = 4000  # bytes of its error output that are logged


class EndedBefore(WorkerProblem):
    """The process has ended before it began the call."""


class CalledProcess:
    """A running process, of which each method is called by one thread at a time, except `kill`.

    Args:
        program: the module to run.

    Raises:
        WorkerProblem: when it cannot be started.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._ready = self._overdue = False
        try:
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
            # A call that is ended in the middle leaves its files here.
            self._folder = tempfile.TemporaryDirectory(
                prefix=FOLDER_PREFIX, ignore_cleanup_errors=True
            )
            temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self._folder.name)
            self._process = processes.python(
                *("-m", program, self._folder.name),
                variables=temporary,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
            )
        except OSError as error:
            raise WorkerProblem(
                f"The process that needs TensorFlow could not be started: {cause(error)}."
            ) from None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def answer(self, message: bytes, timeout: float) -> tuple[bool, Any]:
        """Send a call; return whether it succeeded, and its result or its error.

        Raises:
            EndedBefore: when the process has ended without beginning the call.
            WorkerProblem: when it ends during the call or takes too long.
            DigitappError: when TensorFlow cannot be loaded.
        """
        calls, answers, begun = self._process.stdin, self._process.stdout, False
        assert calls
        assert answers
        try:
            if not self._ready:
                with self._within(LOADS_WITHIN):
                    self._ready, error = pickle.loads(read(answers))
                if not self._ready:
                    raise error
            with self._within(timeout):
                write(calls, message)
                read(answers)
                begun = True
                found = read(answers)
        except (OSError, EOFError):
            raise self._problem(begun, timeout if self._ready else LOADS_WITHIN) from None
        return pickle.loads(found)

    def kill(self) -> None:
        """End it."""
        self._process.kill()

    def close(self) -> None:
        """End it, and delete what it has left."""
        self.kill()
        self._status()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            with suppress(OSError):  # what was still to be sent cannot be
                if stream:
                    stream.close()
        self._folder.cleanup()

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the process when this takes longer; what waits for its answer then goes on."""

        def overdue() -> None:
            self._overdue = True
            self.kill()

        timer = threading.Timer(seconds, overdue)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _status(self) -> int:
        """Wait until it has ended; return its exit status."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(ENDS_WITHIN)
        self.kill()
        return self._process.wait()

    def _problem(self, begun: bool, limit: float) -> WorkerProblem:
        """Return what to tell users, once it has ended; log what it has said."""
        status = self._status()
        if self._overdue:
            what = "This" if self._ready else "Loading TensorFlow"
            return WorkerProblem(
                f"{what} took longer than {limit:.0f} seconds, and was stopped. "
                "Try again when the machine has less to do."
            )
        how = _in_words(status)
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - LAST_WORDS))
        last_words = self._said.read().decode(errors="replace")
        error_log.noted(RuntimeError(f"{self._program} {how}:\n{last_words}"))
        kind = WorkerProblem if begun else EndedBefore
        return kind(
            f"The process that needs TensorFlow ended unexpectedly: it {how}. Perhaps there was "
            "not enough memory. Try again."
        )


def _in_words(status: int) -> str:
    """Describe how a process ended, by its exit status."""
    if status < 0:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
