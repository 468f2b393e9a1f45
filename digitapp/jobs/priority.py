"""The priority of worker processes: the server's answers come first."""

from __future__ import annotations

import os

POLITENESS = 10  # nice value, of at most 19


def step_back() -> None:
    """Lower this process's priority, on systems with `os.nice`.

    On Windows, `launching` starts worker processes with a lower priority.
    """
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
