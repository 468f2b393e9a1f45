"""The process that has TensorFlow loaded and runs functions for `tensorflow_process`.

Run as `python -m digitapp.jobs.tensorflow_worker FOLDER`, with two pipes in place of the standard
streams. The folder is for its temporary files.
Each message on its standard input is a pickled function and its arguments. On its standard output
it answers first that it is ready, and then twice per call: when the call begins, and when it ends.
It ends when its standard input does, which is when the process that started it ends, and then
deletes the folder, in case that one was killed.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from digitapp import backend
from digitapp.errors import DigitappError
from digitapp.files import error_log
from digitapp.jobs.pipe_messages import read, write
from digitapp.jobs.priority import step_back

STDIN, STDOUT, STDERR = range(3)
BEGUN = b""
FOLDER_PREFIX = "digitapp-worker-"


def main(prepare: Callable[[], None] = backend.start) -> int:
    """Prepare, then answer calls until the other process ends; return the exit status."""
    calls, answers = _pipes()
    with suppress(OSError, ValueError):  # without stderr
        faulthandler.enable()
    step_back()
    received = _received(calls)
    ready, told = _outcome(prepare)
    write(answers, told)
    while ready:
        call = received.get()
        write(answers, BEGUN)
        write(answers, _outcome(partial(_run, call))[1])
    return 1


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes of calls and of answers, out of the reach of what libraries print."""
    calls, answers = os.fdopen(os.dup(STDIN), "rb"), os.fdopen(os.dup(STDOUT), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    os.dup2(STDERR, STDOUT)
    return calls, answers


def _received(calls: BinaryIO) -> queue.SimpleQueue[bytes]:
    """Receive calls in a thread, which ends this process with the other, in a call too."""
    found: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def receive() -> None:
        try:
            while True:
                found.put(read(calls))
        except (EOFError, OSError):
            folder = sys.argv[1] if len(sys.argv) > 1 else ""
            if os.path.basename(folder).startswith(FOLDER_PREFIX):  # no folder of somebody else's
                shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)

    threading.Thread(target=receive, daemon=True).start()
    return found


def _run(call: bytes) -> Any:
    function, arguments = pickle.loads(call)
    return function(*arguments)


def _outcome(work: Callable[[], Any]) -> tuple[bool, bytes]:
    """Return whether `work` succeeded, and for the other process its result or its error."""
    try:
        return True, pickle.dumps((True, work()))
    except DigitappError as error:
        return False, pickle.dumps((False, error))
    except BaseException as error:  # SystemExit too: one function must not end the process
        return False, pickle.dumps((False, error_log.noted(error)))


if __name__ == "__main__":
    sys.exit(main())
