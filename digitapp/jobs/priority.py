"""The priority of worker processes: the server's answers come first."""

from __future__ import annotations

import os
import sys

POLITENESS = 10  # nice value, of at most 19
MOST = 19


def step_back() -> None:
    """Lower this process's priority, on systems with `os.nice`.

    On Windows, `processes` starts worker processes with a lower priority.
    """
    if hasattr(os, "nice"):
        os.nice(POLITENESS)


def step_back_far() -> None:
    """Lower this thread's priority as far as possible, on Linux, where each thread has its own."""
    if sys.platform == "linux":
        os.nice(MOST)
