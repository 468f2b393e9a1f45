"""Look up a name in a registry: one of the dict literals at the bottom of their modules."""

from collections.abc import Mapping
from typing import TypeVar

from digitapp.errors import UnknownName

Entry = TypeVar("Entry")


def lookup(table: Mapping[str, Entry], kind: str, name: str) -> Entry:
    """Return the entry called `name`.

    Args:
        kind: what the entries are, for the error message, such as `dataset`.

    Raises:
        UnknownName: when there is no such entry; its message lists the names that exist.
    """
    if name in table:
        return table[name]
    raise UnknownName(f"Unknown {kind} {name!r}. Available: {', '.join(table)}.")
