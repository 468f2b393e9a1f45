"""One warm process per server or command, for work that needs TensorFlow.

The server's process never imports TensorFlow: it takes seconds and 600 MB. Functions that need it
run in a process of low priority (module `tensorflow_worker`), which is started on demand, keeps
TensorFlow loaded, and is given back when nobody has used it for some minutes.
"""

from __future__ import annotations

import atexit
import pickle
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, TypeVarTuple

from digitapp.errors import WorkerProblem
from digitapp.jobs.called_process import CalledProcess, EndedBefore
from digitapp.jobs.turns import Turns

PROGRAM = "digitapp.jobs.tensorflow_worker"
LONGEST_CALL = 300.0  # seconds
WAITS_FOR_TURN = 120.0  # seconds, while other calls run
KEPT_FOR = 300.0  # seconds after the last call
GIVES_UP_WITHIN = 2.0  # seconds that a call takes to notice that its process has been ended

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class TensorFlowProcess:
    """A process for work that needs TensorFlow: started on demand, given back when unused.

    Calls from several threads are run one after another, in the order in which they came.

    Args:
        program: the module to run.
        kept_for: seconds after the last call until the process is given back.
        waits: seconds for which a call waits for its turn.
    """

    def __init__(
        self, program: str = PROGRAM, kept_for: float = KEPT_FOR, waits: float = WAITS_FOR_TURN
    ) -> None:
        self._program, self._kept_for, self._waits = program, kept_for, waits
        self._turns = Turns()
        self._process: CalledProcess | None = None
        self._used = 0.0
        self._timer: threading.Timer | None = None

    def warm_up(self) -> None:
        """Start the process, if it is not running, without waiting until TensorFlow is loaded.

        A problem is left for the next call to report.
        """
        if self._turns.taken:
            return
        with self._turns.turn(), suppress(WorkerProblem):
            self._running()
            self._keep()

    def call(self, function: Callable[..., Result], *arguments: Any, timeout: float) -> Result:
        """Run a function in the process; as the module's `call`."""
        message = pickle.dumps((function, arguments))
        try:
            with self._turns.turn(self._waits):
                try:
                    succeeded, value = self._answer(message, timeout)
                finally:
                    self._keep()
        except TimeoutError:
            raise WorkerProblem(
                "Work that needs TensorFlow is done one after another, and after "
                f"{self._waits:.0f} seconds it was not your turn yet. Try again in a few minutes."
            ) from None
        if succeeded:
            return value
        raise value

    def end(self) -> None:
        """End the process now, whatever it is doing; the next call starts another."""
        if process := self._process:
            process.kill()

    def close(self) -> None:
        """End the process now, whatever it is doing, and delete what it has left."""
        self.end()
        with suppress(TimeoutError), self._turns.turn(GIVES_UP_WITHIN):
            self._give_up()

    def _answer(self, message: bytes, timeout: float) -> tuple[bool, Any]:
        try:
            return self._ask(message, timeout)
        except EndedBefore:  # while nobody used it: nothing has been done
            return self._ask(message, timeout)

    def _ask(self, message: bytes, timeout: float) -> tuple[bool, Any]:
        try:
            return self._running().answer(message, timeout)
        except BaseException:  # of an interrupted call, the answer must not be taken for another's
            self._give_up()
            raise

    def _running(self) -> CalledProcess:
        """Return the process, started if necessary; only within a turn."""
        if self._process and self._process.over:
            self._give_up()
        if not self._process:
            self._process = CalledProcess(self._program)
        return self._process

    def _keep(self) -> None:
        """Keep the process for some time from now."""
        if self._timer:
            self._timer.cancel()
        if self._process:
            self._used = time.monotonic()
            self._timer = threading.Timer(self._kept_for, self._give_back)
            self._timer.daemon = True
            self._timer.start()

    def _give_back(self) -> None:
        with self._turns.turn():
            if time.monotonic() - self._used >= self._kept_for:
                self._give_up()

    def _give_up(self) -> None:
        process, self._process = self._process, None
        if process:
            process.close()


_shared = TensorFlowProcess()
atexit.register(_shared.close)


def warm_up() -> None:
    """Start the process, if it is not running, without waiting until TensorFlow is loaded."""
    _shared.warm_up()


def call(
    function: Callable[[*Arguments], Result],
    *arguments: *Arguments,
    timeout: float = LONGEST_CALL,
) -> Result:
    """Run a function in the process that has TensorFlow loaded, and return its result.

    Args:
        function: of a module, which the process imports.
        arguments: plain values and arrays, as its result must be: they are pickled.
        timeout: seconds until the process is killed, once the function has begun.

    Raises:
        DigitappError: whatever the function raised; an unexpected error as a sentence, with its
            traceback in the error log.
        WorkerProblem: when the process could not be started, ended in the middle or took too long,
            or when too many calls are waiting.
        TensorFlowMissing: when TensorFlow is not installed.
    """
    return _shared.call(function, *arguments, timeout=timeout)
