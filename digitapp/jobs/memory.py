"""How much memory is free on this machine, or in the container that this process runs in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from digitapp.runs import limits

MEMINFO, CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def free() -> int | None:
    """Return how many bytes a new process could take; None where that is not known."""
    known = [each for each in (_of_machine(), _of_container()) if each is not None]
    return min(known) if known else None


def short() -> bool:
    """Whether there is too little memory for another training to begin.

    Raises:
        InvalidSetting: when the limit is set to something that it cannot be.
    """
    least, found = limits.most("free_memory"), free()
    return least is not None and found is not None and found < least * limits.GIGABYTE


def _of_machine() -> int | None:
    with suppress(OSError, ValueError):
        for line in MEMINFO.read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) * 1024
    return None


def _of_container() -> int | None:
    """Return what is left of a control group's limit; files that are only cached do not count."""
    with suppress(OSError, ValueError):
        most = int((CGROUP / "memory.max").read_text())  # "max" where there is no limit
        used = int((CGROUP / "memory.current").read_text())
        told = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        return most - used + int(told.get("inactive_file", 0))
    return None
