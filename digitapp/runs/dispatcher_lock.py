"""Lock file that allows one dispatcher per store and machine.

The operating system releases the lock when the process ends, however it ends. A suspended
dispatcher keeps the lock but stops updating the file's modification time; another one then creates
a new file, and the first notices when it wakes up. Two dispatchers at once would only start
superfluous processes: which process trains a run is decided in the store.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import sqlalchemy as sa

SILENT_AFTER = 30.0  # seconds without a sign of life
CLOCKS_DIFFER = 5.0  # seconds that a sign of life may lie in the future
ATTEMPTS, PAUSE = 5, 0.05  # `taken` in another process locks the file for a moment


class DispatcherLock:
    """The lock held by a store's dispatcher on this machine.

    Args:
        url: of the store.
    """

    def __init__(self, url: str) -> None:
        self.path = _path(url)
        self._file: IO[bytes] | None = None

    def taken(self) -> bool:
        """Whether a living process holds it.

        Raises:
            OSError: when the lock file cannot be read.
        """
        try:
            with self.path.open("r+b") as file:
                if _lock(file):
                    _unlock(file)
                    return False
                return not self._silent()
        except FileNotFoundError:
            return False

    def take(self) -> bool:
        """Take it, unless a living process holds it; return whether it was taken.

        Raises:
            OSError: when the lock file cannot be created.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE)
            if self._silent():
                with suppress(OSError):  # another process did it, or (on Windows) nobody may
                    self.path.unlink()
            file = self.path.open("a+b")
            if _lock(file) and self._is_ours(file):
                self._file = file
                file.truncate(0)
                file.write(f"{os.getpid()}\n".encode())
                file.flush()
                return self.keep()
            file.close()
        return False

    def keep(self) -> bool:
        """Show that this process lives; return False when another one has taken the lock."""
        assert self._file
        if not self._is_ours(self._file):
            return False
        with suppress(OSError):
            os.utime(self.path)
        return True

    def leave(self) -> None:
        """Release it."""
        file, self._file = self._file, None
        if file is None:
            return
        with suppress(OSError):
            if self._is_ours(file):
                self.path.unlink()
        file.close()
        if sys.platform == "win32":  # an open file cannot be deleted there
            with suppress(OSError):
                self.path.unlink()

    def _is_ours(self, file: IO[bytes]) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), self.path.stat())
        except OSError:
            return False

    def _silent(self) -> bool:
        """Whether the lock file exists but shows no recent sign of life."""
        try:
            since = time.time() - self.path.stat().st_mtime
        except OSError:
            return False
        return not -CLOCKS_DIFFER <= since <= SILENT_AFTER


def _path(url: str) -> Path:
    """Return the lock file: beside a SQLite file, else in the folder for temporary files."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not parsed.query:
        return Path(os.path.realpath(parsed.database) + ".dispatcher")
    user = os.getuid() if hasattr(os, "getuid") else ""
    name = hashlib.sha256(f"{user} {url}".encode()).hexdigest()[:24]
    return Path(tempfile.gettempdir()) / f"digitapp-{name}.dispatcher"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(1_000_000)  # beyond the content: Windows forbids reading a locked part
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(1_000_000)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
