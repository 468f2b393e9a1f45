"""Turns at something that one thread can use at a time, in the order in which they were asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that threads get in the order in which they ask for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    @property
    def taken(self) -> bool:
        """Whether any thread has a turn."""
        return bool(self._queue)

    @contextmanager
    def turn(self, within: float | None = None) -> Iterator[None]:
        """Wait for this thread's turn and keep it during the context.

        Args:
            within: seconds; None waits however long it takes.

        Raises:
            TimeoutError: when the turn does not come within that time.
        """
        mine = object()
        with self._changed:
            self._queue.append(mine)
        try:
            with self._changed:
                if not self._changed.wait_for(lambda: self._queue[0] is mine, within):
                    raise TimeoutError
            yield
        finally:
            with self._changed:
                self._queue.remove(mine)
                self._changed.notify_all()
