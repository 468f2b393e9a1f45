"""Starting Python processes that outlive this one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from digitapp.errors import StoreProblem
from digitapp.files.folders import ROOT
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.retrying import retry_while_busy


def python(
    *arguments: str, variables: Mapping[str, str], stdin: int, stdout: int, stderr: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a Python process that outlives this one, does not receive its Ctrl-C, and finds us.

    Args:
        arguments: of the interpreter.
        variables: to add to this process's environment.
        stdin, stdout: `DEVNULL` or `PIPE`.
        stderr: a file for its error output.

    Raises:
        OSError: when it cannot be started.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **variables, "PYTHONPATH": path},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        **_detached(),
    )


class Process:
    """A Python process that outlives this one and does not receive its Ctrl-C.

    Args:
        arguments: of the Python interpreter.
        url: of the store that it works on.
        told: whether it has to be told something, and ends with this process until it is.

    Raises:
        OSError: when it cannot be started.
    """

    def __init__(self, *arguments: str, url: str, told: bool = False) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed when it ends
        self._process = python(
            *arguments,
            variables={DATABASE_VARIABLE: url},
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    @property
    def id(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def wait(self) -> int:
        """Wait until it ends; return its exit status."""
        return self._process.wait()

    def tell(self, line: str) -> bool:
        """Tell it a line, the last one; return whether that reached it."""
        assert self._process.stdin
        try:
            with self._process.stdin as pipe:
                pipe.write(f"{line}\n".encode())
        except OSError:  # it has ended
            return False
        return True

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        self._said.close()
        if self._process.stdin:
            self._process.stdin.close()

    def fail(self, store: RunStore, run: int) -> None:
        """Mark a run that still waits as failed, with the process's error output as the reason."""
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        lines = text.strip().splitlines()
        reason = lines[-1] if lines else f"it ended with status {self._process.returncode}"
        error = f"The training process could not start: {reason}"
        with suppress(StoreProblem):  # pages meet the same problem and report it
            retry_while_busy(lambda: store.fail_unstarted(run, error, text))


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
