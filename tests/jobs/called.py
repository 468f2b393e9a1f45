"""A worker process without TensorFlow, and functions for it to run.

Run as `python -m tests.jobs.called`.
"""

import contextlib
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from digitapp.jobs import tensorflow_worker

LOADING = "TEST_LOADS_FOR"  # seconds


def environment(name: str) -> str | None:
    return os.environ.get(name)


def priority() -> int:
    return os.nice(0)


def loaded(*names: str) -> list[str]:
    return [name for name in names if name in sys.modules]


def slow(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def slow_note(path: Path, text: str, seconds: float) -> None:
    with path.open("a") as file:
        file.write(f"{text} begins\n")
    time.sleep(seconds)
    with path.open("a") as file:
        file.write(f"{text} ends\n")


def raise_it(error: BaseException) -> None:
    raise error


def killed(number: int = signal.SIGKILL) -> None:
    os.kill(os.getpid(), number)


def chatter() -> str:
    """Print everywhere, as libraries do, and read from the standard input."""
    print("to Python's stdout", flush=True)
    os.write(1, b"\xff" * 100_000)
    os.write(2, b"to stderr\n")
    with contextlib.suppress(EOFError):
        input()
    return "undisturbed"


def unpicklable() -> object:
    return lambda: None


def left_in_the_middle(told: Path) -> None:
    file = Path(tempfile.mkdtemp()) / "large"
    file.write_bytes(bytes(100))
    told.write_text(str(file))
    killed()


def temporary_files() -> list[str]:
    """Return what is left of earlier calls, except code that AutoGraph writes once per process."""
    return [name for name in os.listdir(tempfile.gettempdir()) if not name.startswith("__auto")]


def load() -> None:
    time.sleep(float(os.environ.get(LOADING, "0")))


if __name__ == "__main__":
    sys.exit(tensorflow_worker.main(prepare=load))
