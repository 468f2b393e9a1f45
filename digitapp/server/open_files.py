"""The number of files and connections that this process may have open at once."""

from __future__ import annotations

import sys

WANTED = 65_536


def allow_many() -> int:
    """Raise the limit as far as the system lets this process; return it, 0 where there is none.

    Debian gives each process 1,024: a class with its half-open connections may need more.
    """
    if sys.platform == "win32":
        return 0
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft
