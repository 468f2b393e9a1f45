"""A cache of the values used last, shared by threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RecentlyUsed(Generic[Key, Value]):
    """The values used last, by key.

    Args:
        most: how many are kept; the least recently used are dropped beyond it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._access, self._making = threading.Lock(), threading.Lock()

    def of(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return those of the values that are there."""
        with self._access:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
        return found

    def keep(self, values: Mapping[Key, Value]) -> None:
        """Add values, and drop the least recently used beyond the limit."""
        with self._access:
            self._values.update(values)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Drop all values."""
        with self._access:
            self._values.clear()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return a value; make it once, however many threads ask for it at once.

        Others that are there already are not waited for while it is made.
        """
        found = self.of([key])
        if not found:
            with self._making:
                found = self.of([key])
                if not found:
                    found = {key: make()}
                    self.keep(found)
        return found[key]
