"""The place of the one dispatcher that a store has on a machine: a file that it keeps locked.

The lock goes with the process, however that ends. A dispatcher that is suspended keeps the lock,
but not the file's time: then another makes a file anew, and the first finds that out when it
goes on. Nothing hangs on it but the number of processes: who trains a run is decided in the store.
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
CLOCKS_DIFFER = 5.0  # seconds that a sign of life may be ahead
ATTEMPTS, PAUSE = 5, 0.05  # somebody may only be looking just now


class Post:
    """The place of a store's dispatcher on this machine.

    Args:
        url: of the store.
    """

    def __init__(self, url: str) -> None:
        self.path = _path(url)
        self._file: IO[bytes] | None = None

    def taken(self) -> bool:
        """Whether a living process has it.

        Raises:
            OSError: when its file cannot be read.
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
        """Take it, unless a living process has it.

        Raises:
            OSError: when its file cannot be made.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE)
            if self._silent():
                with suppress(OSError):  # another did it, or (on Windows) none may
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
        """Show that this process lives; False when another has taken its place meanwhile."""
        assert self._file
        if not self._is_ours(self._file):
            return False
        with suppress(OSError):
            os.utime(self.path)
        return True

    def leave(self) -> None:
        """Give it back."""
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
        """Whether its file is there, and shows no sign of life of now."""
        try:
            since = time.time() - self.path.stat().st_mtime
        except OSError:
            return False
        return not -CLOCKS_DIFFER <= since <= SILENT_AFTER


def _path(url: str) -> Path:
    """Beside a SQLite file; for a server's database in the folder of temporary files."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not parsed.query:
        return Path(os.path.realpath(parsed.database) + ".dispatcher")
    user = os.getuid() if hasattr(os, "getuid") else ""
    name = hashlib.sha256(f"{user} {url}".encode()).hexdigest()[:24]
    return Path(tempfile.gettempdir()) / f"digitapp-{name}.dispatcher"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(1_000_000)  # beyond what is read: a locked part cannot be
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
